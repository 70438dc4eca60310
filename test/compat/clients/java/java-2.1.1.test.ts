import { java211 } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(java211)

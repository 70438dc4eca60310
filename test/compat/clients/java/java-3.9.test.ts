import { java39 } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(java39)

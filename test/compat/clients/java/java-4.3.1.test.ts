import { java431 } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(java431)

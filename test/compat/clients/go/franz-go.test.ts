import { franzGo } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(franzGo)

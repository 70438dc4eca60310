import { franzGo } from '../clients.ts'
import { judgeTransactions } from '../transactions/suite.ts'

await judgeTransactions(franzGo)

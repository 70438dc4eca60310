import { java431 } from '../clients.ts'
import { judgeTransactions } from '../transactions/suite.ts'

await judgeTransactions(java431)

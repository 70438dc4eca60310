import { kafkaPython } from '../clients.ts'
import { judgeGroups } from '../groups/suite.ts'

await judgeGroups(kafkaPython)

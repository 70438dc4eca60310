import { sarama } from '../clients.ts'
import { judgeGroups } from '../groups/suite.ts'

await judgeGroups(sarama)

import { java211 } from '../clients.ts'
import { judgeGroups } from '../groups/suite.ts'

await judgeGroups(java211)

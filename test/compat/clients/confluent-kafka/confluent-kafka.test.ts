import { confluentKafka } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(confluentKafka)

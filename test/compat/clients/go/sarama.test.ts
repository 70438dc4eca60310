import { sarama } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(sarama)

import { kafkajs } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(kafkajs)

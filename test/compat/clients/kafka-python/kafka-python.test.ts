import { kafkaPython } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(kafkaPython)

import { kafkaCrabJs } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(kafkaCrabJs)

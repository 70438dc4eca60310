import { platformaticKafka } from '../clients.ts'
import { judge } from '../suite.ts'

await judge(platformaticKafka)

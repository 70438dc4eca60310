import { judge } from '../suite.ts'
import { javaAgent } from './java-agent.ts'

await judge({ name: 'kafka-clients 4.3.1', needs: ['java'], prepare: () => javaAgent('clients-4.3.1') })

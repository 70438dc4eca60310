import { judge } from '../suite.ts'
import { javaAgent } from './java-agent.ts'

await judge({ name: 'kafka-clients 2.1.1', needs: ['java'], prepare: () => javaAgent('clients-2.1.1') })

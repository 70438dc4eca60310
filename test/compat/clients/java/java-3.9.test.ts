import { judge } from '../suite.ts'
import { javaAgent } from './java-agent.ts'

await judge({ name: 'kafka-clients 3.9', needs: ['java'], prepare: () => javaAgent('clients-3.9') })

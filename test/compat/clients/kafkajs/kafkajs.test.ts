import { nodeAgent } from '../node-agent.ts'
import { judge } from '../suite.ts'

await judge({ name: 'kafkajs', prepare: () => nodeAgent(new URL('agent.ts', import.meta.url)) })

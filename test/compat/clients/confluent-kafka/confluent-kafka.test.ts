import { pythonAgent } from '../python/python.ts'
import { judge } from '../suite.ts'

await judge({
  name: 'confluent-kafka (librdkafka)',
  needs: ['python'],
  prepare: () => pythonAgent(new URL('agent.py', import.meta.url)),
})

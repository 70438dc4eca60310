import { judge } from '../suite.ts'
import { goAgent } from './go-agent.ts'

await judge({
  name: 'sarama',
  needs: ['go'],
  prepare: () => goAgent('sarama'),
  // Its partitioners hash with FNV.
  hashesAsJava: false,
})

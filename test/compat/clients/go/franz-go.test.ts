import { judge } from '../suite.ts'
import { goAgent } from './go-agent.ts'

await judge({ name: 'franz-go', needs: ['go'], prepare: () => goAgent('franz-go') })

import { writeFileSync } from 'node:fs'
import { judgedByKafka } from './assignor-judge.ts'
import { smallHistories } from './histories.ts'

// Asks Kafka's assignors, and rewrites recorded.json:  node test/groups/assignors/record.ts

const recorded = await judgedByKafka(smallHistories().map(({ group }) => group))
const lines = recorded.map(assignment => `  ${JSON.stringify(assignment)}`)
writeFileSync(new URL('recorded.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)

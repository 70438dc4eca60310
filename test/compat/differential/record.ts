import { mkdirSync } from 'node:fs'
import { startKafka } from '../../support/kafka-node.ts'
import { judgedProperties, playAll, record } from './run.ts'
import { scripts } from './scripts.ts'

// Asks real Kafka again and rewrites `fixtures/`, or those named: to be run when sessions change, its diff to be read.
mkdirSync(new URL('fixtures/', import.meta.url), { recursive: true })
const node = await startKafka({ properties: judgedProperties })
try {
  const names = process.argv.slice(2)
  const wanted = scripts.filter(({ title }) => names.length === 0 || names.includes(title))
  const answers = await playAll(wanted, node.port)
  for (const [title, pairs] of answers) record(title, pairs)
  console.log(`${[...answers.values()].flat().length} answers recorded`)
} finally {
  await node.stop()
}

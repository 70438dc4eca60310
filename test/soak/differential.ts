import { differences, show } from '../compat/differential/compare.ts'
import { type Pair, play } from '../compat/differential/play.ts'
import { judgedProperties, playAll } from '../compat/differential/run.ts'
import { startKafka } from '../support/kafka-node.ts'
import { startOttla } from '../support/ottla-node.ts'
import type { JsonObject } from '../support/reference-codec.ts'
import { skipWithout } from '../support/require.ts'
import { randomSession, sessionKinds } from './random-sessions.ts'

const defaultCount = 500
const atOnce = 4

/**
 * Random sessions played to Ottla and to real Kafka, whose answers must agree: `count` of each kind, from a seed of today's.
 * `OTTLA_TEST_SEED` plays those of another day.
 */
export async function soakDifferential(count = defaultCount): Promise<void> {
  const reason = skipWithout('java')
  if (reason !== false) return console.log(`differential: skipped, ${reason}`)
  const first = Number(process.env['OTTLA_TEST_SEED'] ?? Date.now() % 1_000_000_000)
  const queue = sessionKinds.flatMap(kind =>
    Array.from({ length: count }, (_, index) => randomSession(kind, first + index)),
  )
  const options = { properties: judgedProperties }
  const nodes = await Promise.all([startOttla(options), startKafka(options)])
  let pairs = 0
  const found: string[] = []
  const worker = async () => {
    for (let playing = queue.shift(); playing !== undefined; playing = queue.shift()) {
      const current = playing
      const [ottla, kafka] = await Promise.all(nodes.map(node => play(current, node.port)))
      pairs += ottla?.length ?? 0
      const [difference] = differences((ottla ?? []).map(byPartition), (kafka ?? []).map(byPartition))
      if (difference !== undefined) found.push(`${current.session.name}: ${show(difference)}`)
    }
  }
  try {
    await Promise.all(nodes.map(node => playAll([], node.port)))
    await Promise.all(Array.from({ length: atOnce }, worker))
  } finally {
    await Promise.all(nodes.map(node => node.stop()))
  }
  console.log(`differential: ${pairs} answers compared, seeds from ${first}`)
  if (found.length > 0) throw new Error(`${found.length} sessions differ:\n${found.join('\n')}`)
}

/** A Fetch response may name a topic several times, and Kafka puts what it refused last: what counts is each partition's answer. */
function byPartition(pair: Pair): Pair {
  const { answer } = pair
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) return pair
  const { responses, ...rest } = answer as JsonObject & { responses?: readonly FetchedTopic[] }
  if (pair.api !== 'Fetch' || responses === undefined) return pair
  const partitions = responses.flatMap(({ topic, topicId, partitions: ofTopic }) =>
    ofTopic.map(one => [`${topic ?? topicId}-${one.partitionIndex}`, one] as const),
  )
  return { ...pair, answer: { ...rest, ...Object.fromEntries(partitions) } }
}

interface FetchedTopic extends JsonObject {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly (JsonObject & { readonly partitionIndex: number })[]
}

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { handlerEntries } from '../../../src/broker/handlers.ts'
import { type KafkaNode, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { apiKeys } from '../../support/reference-codec.ts'
import { skipWithout } from '../../support/require.ts'
import { differences, isKnown, show } from './compare.ts'
import { knownDifferences } from './known-differences.ts'
import type { Pair } from './play.ts'
import { judgedProperties, playAll, recorded } from './run.ts'
import { scripts } from './scripts.ts'

const withoutJava = skipWithout('java')

/** Where Java is, Kafka answers live; elsewhere its recorded answers stand in. */
describe('Ottla answers as Apache Kafka 4.3.1 does', () => {
  const nodes: KafkaNode[] = []
  let ottla = new Map<string, Pair[]>()
  let kafka = new Map<string, Pair[]>()
  const used = new Set<number>()

  before(async () => {
    const ask = async (start: typeof startOttla) => {
      const node = await start({ properties: judgedProperties })
      nodes.push(node)
      return playAll(scripts, node.port)
    }
    const live = withoutJava === false ? ask(startKafka) : new Map(scripts.map(({ title }) => [title, recorded(title)]))
    ;[ottla, kafka] = await Promise.all([ask(startOttla), live])
  })

  after(() => Promise.all(nodes.map(node => node.stop())))

  for (const { title } of scripts) {
    test(title, () => {
      const found = differences(ottla.get(title) ?? [], kafka.get(title) ?? [])
      const unknown = found.filter(difference => {
        const index = knownDifferences.findIndex(known => isKnown(difference, known))
        if (index >= 0) used.add(index)
        return index < 0
      })
      assert.equal(
        unknown.length,
        0,
        `${unknown.length} differences, the first of them:\n${unknown.slice(0, 40).map(show).join('\n')}`,
      )
    })
  }

  test('what is known to differ still does', () => {
    const stale = knownDifferences.filter((_, index) => !used.has(index))
    assert.deepEqual(stale, [])
  })

  test('the recorded answers are those of Kafka', { skip: withoutJava }, () => {
    for (const { title } of scripts) assert.deepEqual(kafka.get(title), recorded(title), title)
  })

  test('at least 400 pairs, and every version of every API that Ottla serves', () => {
    const pairs = [...ottla.values()].flat()
    const exercised = new Set(pairs.map(({ api, version }) => `${api} v${version}`))
    const served = handlerEntries.flatMap(({ key }) => {
      const api = apiKeys.find(one => one.key === key)
      assert.ok(api, `API key ${key}`)
      return Array.from({ length: api.max - api.min + 1 }, (_, index) => `${api.name} v${api.min + index}`)
    })
    assert.deepEqual(
      served.filter(version => !exercised.has(version)),
      [],
    )
    assert.ok(pairs.length >= 400, `${pairs.length} pairs`)
  })
})

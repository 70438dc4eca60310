import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { handlerEntries } from '../../../src/broker/handlers.ts'
import { type KafkaNode, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { apiKeys } from '../../support/reference-codec.ts'
import { skipWithout } from '../../support/require.ts'
import { type Difference, differences, isKnown, show } from './compare.ts'
import { knownDifferences } from './known-differences.ts'
import { type Pair, type Playing, play, playings } from './play.ts'
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
      return { port: node.port, answers: await playAll(scripts, node.port) }
    }
    const recordedAnswers = new Map(scripts.map(({ title }) => [title, recorded(title)]))
    const [own, judge] = await Promise.all([ask(startOttla), withoutJava === false ? ask(startKafka) : undefined])
    ottla = own.answers
    kafka = judge?.answers ?? recordedAnswers
    // On a busy machine one side may be late once. What differs only then is no difference.
    const unsteady = unsteadyPlayings()
    for (const playing of playings(scripts).filter(({ name }) => unsteady.has(name))) {
      const again = `${playing.name}-again`
      replace(ottla, playing, await play(playing, own.port, again))
      if (judge !== undefined) replace(kafka, playing, await play(playing, judge.port, again))
    }

    function unsteadyPlayings(): Set<string> {
      const pairs = scripts.flatMap(({ title }) => [
        ...unknownDifferences(ottla.get(title) ?? [], kafka.get(title) ?? []),
        ...differences(kafka.get(title) ?? [], recordedAnswers.get(title) ?? []),
      ])
      return new Set(pairs.map(({ pair }) => pair.slice(0, pair.indexOf(' '))))
    }
  })

  after(() => Promise.all(nodes.map(node => node.stop())))

  for (const { title } of scripts) {
    test(title, () => {
      const unknown = unknownDifferences(ottla.get(title) ?? [], kafka.get(title) ?? [], used)
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

function unknownDifferences(ottla: readonly Pair[], kafka: readonly Pair[], used?: Set<number>): Difference[] {
  return differences(ottla, kafka).filter(difference => {
    const index = knownDifferences.findIndex(known => isKnown(difference, known))
    if (index >= 0) used?.add(index)
    return index < 0
  })
}

function replace(answers: Map<string, Pair[]>, { name }: Playing, again: readonly Pair[]): void {
  const title = name.slice(0, name.indexOf('-'))
  const byId = new Map(again.map(pair => [pair.id, pair]))
  answers.set(
    title,
    (answers.get(title) ?? []).map(pair => byId.get(pair.id) ?? pair),
  )
}

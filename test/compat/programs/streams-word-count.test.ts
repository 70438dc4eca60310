import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../support/java.ts'
import { JavaTools } from '../../support/java-tools.ts'
import type { KafkaNode } from '../../support/kafka-node.ts'
import { skipWithout } from '../../support/require.ts'
import { startTarget } from '../java-tools/target.ts'
import { Program, until } from './program.ts'

const input = 'streams-plaintext-input'
const output = 'streams-wordcount-output'
const words = ['all', 'streams', 'lead', 'to', 'kafka', 'hello', 'join', 'summit']
const linesPerRound = 400
const rounds = 3

/** Lines of words, and how often each word is in them. */
function linesOf(round: number): string[] {
  return Array.from({ length: linesPerRound }, (_, index) =>
    [0, 1, 2].map(step => words[(round + index * (step + 1) + step) % words.length]).join(' '),
  )
}

describe('Streams counting words with exactly_once_v2', { skip: skipWithout('java') }, () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>
  let node: KafkaNode
  let tools: JavaTools

  before(async () => {
    home = await temporaryDirectory('word-count')
    ;[node, tools] = await Promise.all([startTarget(), JavaTools.start()])
  })

  after(async () => {
    await Promise.all([tools?.stop(), node?.stop()])
    home.remove()
  })

  async function run(tool: string, args: readonly string[], stdin?: string): Promise<string> {
    const result = await tools.run(tool, ['--bootstrap-server', node.bootstrapServers, ...args], stdin)
    assert.equal(result.code, 0, result.stdout + result.stderr)
    return result.stdout
  }

  /** Every count that was committed so far, by word, in the order of the topic. */
  async function counts(patienceMs: number): Promise<Map<string, number[]>> {
    const printed = await run('consumer.ConsoleConsumer', [
      ...[
        '--topic',
        output,
        '--from-beginning',
        '--isolation-level',
        'read_committed',
        '--timeout-ms',
        `${patienceMs}`,
      ],
      ...['--formatter-property', 'print.key=true'],
      ...['--value-deserializer', 'org.apache.kafka.common.serialization.LongDeserializer'],
    ])
    const byWord = new Map<string, number[]>()
    for (const line of printed.split('\n').filter(line => line.includes('\t'))) {
      const [word = '', count] = line.split('\t')
      byWord.set(word, [...(byWord.get(word) ?? []), Number(count)])
    }
    return byWord
  }

  test('each word once for each time it came, though the program is killed twice', { timeout: 240_000 }, async () => {
    for (const topic of [input, output]) await run('TopicCommand', ['--create', '--topic', topic, '--partitions', '2'])
    const config = `${home.path}/streams.properties`
    writeFileSync(
      config,
      [
        `bootstrap.servers=${node.bootstrapServers}`,
        'processing.guarantee=exactly_once_v2',
        `state.dir=${home.path}/state`,
        'commit.interval.ms=100',
        // A killed instance is missed after so long.
        'session.timeout.ms=6000',
        'producer.transaction.timeout.ms=10000',
      ].join('\n'),
    )
    const expected = new Map<string, number>()
    let program = await Program.start('org.apache.kafka.streams.examples.wordcount.WordCountDemo', [config])
    for (let round = 0; round < rounds; round++) {
      const lines = linesOf(round)
      for (const word of lines.flatMap(line => line.split(' '))) expected.set(word, (expected.get(word) ?? 0) + 1)
      await run('ConsoleProducer', ['--topic', input], `${lines.join('\n')}\n`)
      await until(
        () => `Round ${round}\n${program.output.slice(-3000)}`,
        async () => (await counts(3000)).size > 0,
      )
      if (round === rounds - 1) break
      await program.kill()
      program = await Program.start('org.apache.kafka.streams.examples.wordcount.WordCountDemo', [config])
    }
    const total = [...expected.values()].reduce((sum, count) => sum + count, 0)
    let seen = new Map<string, number[]>()
    await until(
      () =>
        `Counting ${total} words\n${program.output.slice(-3000)}\n${JSON.stringify([...seen].map(([word, all]) => [word, all.length]))}`,
      async () => {
        seen = await counts(4000)
        return [...seen.values()].reduce((sum, all) => sum + all.length, 0) >= total
      },
    )
    await program.stop()
    assert.deepEqual([...seen.keys()].sort(), [...expected.keys()].sort())
    for (const [word, all] of seen) {
      assert.deepEqual(
        all,
        Array.from({ length: expected.get(word) ?? 0 }, (_, index) => index + 1),
        word,
      )
    }
  })
})

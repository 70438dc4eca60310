import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../support/java.ts'
import { JavaTools } from '../support/java-tools.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { startOttla } from '../support/ottla-node.ts'
import { skipWithout } from '../support/require.ts'

describe('Ottla and Kafka take turns on one log directory', { skip: skipWithout('java') }, () => {
  let tools: JavaTools

  before(async () => {
    tools = await JavaTools.start()
  })

  after(() => tools?.stop())

  async function run(node: KafkaNode, tool: string, args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await tools.run(
      tool,
      ['--bootstrap-server', node.bootstrapServers, ...args],
      input,
    )
    assert.equal(code, 0, stderr)
    return stdout
  }

  async function write(node: KafkaNode, lines: readonly string[], codec: string): Promise<void> {
    await run(node, 'ConsoleProducer', ['--topic', 'swap', '--compression-codec', codec], `${lines.join('\n')}\n`)
  }

  /** What the topic holds; a group commits that it has read it. */
  async function read(node: KafkaNode, count: number): Promise<string[]> {
    const args = ['--topic', 'swap', '--from-beginning', '--max-messages', `${count}`, '--timeout-ms', '20000']
    const lines = (await run(node, 'consumer.ConsoleConsumer', args)).split('\n')
    return lines.filter(line => line !== '').toSorted()
  }

  const linesOf = (who: string) => Array.from({ length: 40 }, (_, index) => `${who} ${index}`)

  test('after a clean stop of Ottla Kafka goes on, and Ottla after Kafka', async () => {
    const { path: directory, remove } = await temporaryDirectory('swap')
    const ottla = await startOttla({ directory })
    await run(ottla, 'TopicCommand', [
      '--create',
      '--topic',
      'swap',
      '--partitions',
      '3',
      '--config',
      'retention.ms=-1',
    ])
    const first = linesOf('ottla')
    await write(ottla, first, 'lz4')
    const args = ['--topic', 'swap', '--from-beginning', '--max-messages', '40', '--timeout-ms', '20000']
    await run(ottla, 'consumer.ConsoleConsumer', [...args, '--group', 'readers'])
    await ottla.stop()

    const kafka = await startKafka({ directory, clusterId: ottla.clusterId })
    assert.deepEqual(await read(kafka, 40), first.toSorted())
    const group = await run(kafka, 'consumer.group.ConsumerGroupCommand', ['--describe', '--group', 'readers'])
    const lags = group.split('\n').flatMap(line => /^readers +swap +\d +\d+ +\d+ +(\d+)/.exec(line)?.[1] ?? [])
    assert.deepEqual(lags, ['0', '0', '0'])
    assert.match(await run(kafka, 'TopicCommand', ['--describe', '--topic', 'swap']), /retention\.ms=-1/)
    const second = linesOf('kafka')
    await write(kafka, second, 'zstd')
    await kafka.stop()
    assert.deepEqual(strays(directory), [])

    const again = await startOttla({ directory })
    assert.deepEqual(await read(again, 80), [...first, ...second].toSorted())
    await again.stop()
    assert.deepEqual(strays(directory), [])
    remove()
  })

  test('after SIGKILL of Ottla Kafka recovers what it wrote', async () => {
    const { path: directory, remove } = await temporaryDirectory('swap')
    const ottla = await startOttla({ directory })
    const lines = linesOf('ottla')
    await write(ottla, lines, 'snappy')
    process.kill(ottla.pid, 'SIGKILL')
    await ottla.stop()
    const kafka = await startKafka({ directory, clusterId: ottla.clusterId })
    assert.deepEqual(await read(kafka, 40), lines.toSorted())
    await kafka.stop()
    assert.deepEqual(strays(directory), [])
    remove()
  })
})

function strays(directory: string): string[] {
  return readdirSync(directory).filter(name => name.includes('-stray'))
}

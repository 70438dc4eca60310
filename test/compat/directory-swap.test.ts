import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { InitProducerId } from '../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'
import { temporaryDirectory } from '../support/java.ts'
import { JavaTools } from '../support/java-tools.ts'
import { type KafkaNode, startKafka } from '../support/kafka-node.ts'
import { startOttla } from '../support/ottla-node.ts'
import { RawClient } from '../support/raw-client.ts'
import { batchOf } from '../support/records.ts'
import { skipWithout } from '../support/require.ts'
import { createTopic } from '../support/test-broker.ts'

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

  for (const [first, second] of [
    ['Ottla', 'Kafka'],
    ['Kafka', 'Ottla'],
  ] as const) {
    test(`after SIGKILL of ${first} ${second} goes on with every byte and every producer, and ${first} after its SIGKILL`, async () => {
      const { path: directory, remove } = await temporaryDirectory('swap')
      const nodes: KafkaNode[] = []
      const start = async (by: typeof startOttla | typeof startKafka) => {
        const clusterId = nodes[0]?.clusterId
        const node = await by({
          directory,
          properties: killProperties,
          ...(clusterId === undefined ? {} : { clusterId }),
        })
        nodes.push(node)
        return node
      }
      const starts = { Ottla: () => start(startOttla), Kafka: () => start(startKafka) }
      try {
        const node = await starts[first]()
        const writer = await Writer.on(node)
        for (let round = 0; round < 12; round++) await writer.write()
        const before = await writer.checksums()
        await node.kill()

        const other = await starts[second]()
        await writer.goOnAt(other)
        assert.deepEqual(await writer.checksums(), before)
        await writer.repeat()
        for (let round = 0; round < 12; round++) await writer.write()
        const after = await writer.checksums()
        await other.kill()

        const again = await starts[first]()
        await writer.goOnAt(again)
        assert.deepEqual(await writer.checksums(), after)
        await writer.repeat()
        await writer.write()
        await writer.close()
        await again.stop()
        assert.deepEqual(strays(directory), [])
      } finally {
        for (const node of nodes) await node.stop().catch(() => undefined)
        remove()
      }
    })
  }
})

const killProperties = {
  // Some are sealed when the node is killed, one is not.
  'log.segment.bytes': '1048576',
  'log.retention.ms': '-1',
  // Kafka waits that long for the broker that was killed.
  'broker.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '200',
}

/** An idempotent producer that writes to two partitions, whichever node serves them. */
class Writer {
  readonly #producerId: number
  readonly #next = [0, 0]
  #client: RawClient
  #round = 0

  static async on({ port }: KafkaNode): Promise<Writer> {
    const client = await RawClient.connect(port, { host: 'localhost' })
    await createTopic(client, 'swap', { partitions: 2 })
    const request = { transactionalId: null, transactionTimeoutMs: 1000 }
    // A broker that has just started may have no ids yet.
    for (;;) {
      const { errorCode, producerId } = await client.send(InitProducerId, 4, request)
      if (errorCode === 0) return new Writer(client, producerId)
    }
  }

  private constructor(client: RawClient, producerId: number) {
    this.#client = client
    this.#producerId = producerId
  }

  async goOnAt({ port }: KafkaNode): Promise<void> {
    await this.close().catch(() => undefined)
    this.#client = await RawClient.connect(port, { host: 'localhost' })
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  /** A batch to each partition. */
  async write(): Promise<void> {
    this.#round++
    await this.#sendRound()
    for (const partition of [0, 1]) this.#next[partition]! += recordsOf(this.#round).length
  }

  /** The last batches once more, as after an answer that was lost: they are known for what they are. */
  async repeat(): Promise<void> {
    for (const partition of [0, 1]) this.#next[partition]! -= recordsOf(this.#round).length
    await this.#sendRound()
    for (const partition of [0, 1]) this.#next[partition]! += recordsOf(this.#round).length
  }

  async #sendRound(): Promise<void> {
    for (const index of [0, 1]) {
      const baseSequence = this.#next[index]!
      const options = { producerId: this.#producerId, producerEpoch: 0, baseSequence }
      const records = batchOf(recordsOf(this.#round), options)
      const topicData = [{ name: 'swap', partitionData: [{ index, records }] }]
      // A node that has just started may not lead yet.
      for (;;) {
        const response = await this.#client.send(Produce, 9, { acks: -1, timeoutMs: 10_000, topicData })
        const [result] = response.responses[0]?.partitionResponses ?? []
        if (result?.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER) continue
        if (result?.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) continue
        assert.deepEqual([result?.errorCode, result?.baseOffset], [0, baseSequence])
        break
      }
    }
  }

  /** Of every byte of both partitions. */
  async checksums(): Promise<string[]> {
    const checksums: string[] = []
    for (const partition of [0, 1]) {
      const hash = createHash('sha256')
      for (let offset = 0; offset < this.#next[partition]!; ) {
        const topics = [
          { topic: 'swap', partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 1_000_000 }] },
        ]
        const request = { maxWaitMs: 0, minBytes: 1, topics, forgottenTopicsData: [] }
        const response = await this.#client.send(Fetch, 11, request)
        const [result] = response.responses[0]?.partitions ?? []
        if (result?.errorCode !== 0) continue
        for (const batch of batchesOf(result.records ?? new Uint8Array(0))) {
          // Kafka may end in the middle of a batch.
          if (batch.position + batch.sizeInBytes > batch.bytes.length) break
          assert.equal(batch.baseOffset, offset)
          hash.update(batch.toBytes())
          offset = batch.nextOffset
        }
      }
      checksums.push(hash.digest('hex'))
    }
    return checksums
  }
}

/** Of today: what producers did long ago is forgotten at a start. */
const timestamp = Date.now()

function recordsOf(round: number) {
  const value = Buffer.from(`${round}:${'x'.repeat(50_000)}`)
  return Array.from({ length: 1 + (round % 4) }, () => ({ timestamp, value }))
}

function strays(directory: string): string[] {
  return readdirSync(directory).filter(name => name.includes('-stray'))
}

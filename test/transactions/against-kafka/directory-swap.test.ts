import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import { temporaryDirectory } from '../../support/java.ts'
import { type KafkaNode, startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'
import { RawClient } from '../../support/raw-client.ts'
import { skipWithout } from '../../support/require.ts'
import { decideInLog } from '../support/decide-in-log.ts'
import { committedValues, settled, TransactionClient } from '../support/transaction-client.ts'

/** Three transactions that one broker opens and the other finishes, each on its own partition of topic `name`. */
class Handover {
  readonly #topic: string
  readonly #ids: readonly [open: string, toCommit: string, toAbort: string]
  #producer: ProducerIdAndEpoch | undefined

  constructor(name: string) {
    this.#topic = name
    this.#ids = [`${name} stays open`, `${name} is to commit`, `${name} is to abort`]
  }

  async open(client: RawClient): Promise<void> {
    const topics = [{ name: this.#topic, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }]
    const { topics: created } = await client.send(CreateTopics, 7, { topics, timeoutMs: 10_000 })
    assert.equal(created[0]?.errorCode, ErrorCode.NONE)
    for (const [index, id] of this.#ids.entries()) {
      const transaction = new TransactionClient(client, id)
      const producer = await transaction.init()
      this.#producer ??= producer
      const produced = await settled(async () => ({
        errorCode: await transaction.produce(this.#topic, producer, [`first of ${id}`], { index }),
      }))
      assert.equal(produced.errorCode, ErrorCode.NONE)
    }
  }

  /** What is left of a broker that ends between the decision and the markers. */
  decide(directory: string): void {
    decideInLog(directory, this.#ids[1], 'PrepareCommit')
    decideInLog(directory, this.#ids[2], 'PrepareAbort')
  }

  /** The decided ones are finished by the broker alone, the open one by its producer. */
  async finish(client: RawClient): Promise<void> {
    const [, toCommit, toAbort] = this.#ids.map(id => new TransactionClient(client, id))
    assert.ok(toCommit && toAbort)
    await toCommit.becomes('CompleteCommit')
    await toAbort.becomes('CompleteAbort')
    await this.finishOpen(client)
    await this.check(client)
    assert.equal((await toCommit.init()).producerEpoch, 2)
  }

  async finishOpen(client: RawClient): Promise<void> {
    const open = new TransactionClient(client, this.#ids[0])
    assert.ok(this.#producer)
    await settled(() => open.describe())
    assert.equal((await open.describe()).transactionState, 'Ongoing')
    const more = { index: 0, baseSequence: 1 }
    assert.equal(await open.produce(this.#topic, this.#producer, ['second'], more), ErrorCode.NONE)
    const ended = await open.end(this.#producer, true)
    assert.deepEqual(ended, { errorCode: ErrorCode.NONE, producer: { ...this.#producer, producerEpoch: 1 } })
    await open.becomes('CompleteCommit')
    assert.deepEqual(await committedValues(client, this.#topic), this.#committed[0])
  }

  async check(client: RawClient): Promise<void> {
    const read = [0, 1, 2].map(index => committedValues(client, this.#topic, index))
    assert.deepEqual(await Promise.all(read), this.#committed)
  }

  /** By partition. */
  get #committed(): readonly string[][] {
    return [[`first of ${this.#ids[0]}`, 'second'], [`first of ${this.#ids[1]}`], []]
  }
}

// The records are of long ago: retention, half a minute after a start, would take them.
const properties = { 'transaction.state.log.num.partitions': '3', 'log.retention.ms': '-1' }

async function on(node: KafkaNode, ...uses: ((client: RawClient) => Promise<void>)[]): Promise<void> {
  const client = await RawClient.connect(node.port)
  try {
    for (const use of uses) await use(client)
  } finally {
    await client.close()
  }
}

test('open and decided transactions move from Ottla to Kafka and back in their directory', {
  skip: skipWithout('java'),
}, async t => {
  const { path: directory, remove } = await temporaryDirectory('swap')
  t.after(remove)
  const [toKafka, toOttla] = [new Handover('to-kafka'), new Handover('to-ottla')]
  const first = await startOttla({ directory, properties })
  await on(first, client => toKafka.open(client))
  // Not by SIGKILL: see below.
  await first.stop()
  toKafka.decide(directory)

  const kafka = await startKafka({ directory, properties, clusterId: first.clusterId })
  await on(
    kafka,
    client => toKafka.finish(client),
    client => toOttla.open(client),
  )
  await kafka.stop()
  toOttla.decide(directory)

  const last = await startOttla({ directory, properties })
  await on(
    last,
    client => toOttla.finish(client),
    client => toKafka.check(client),
  )
  await last.stop()
  assert.deepEqual(
    readdirSync(directory).filter(name => name.includes('-stray')),
    [],
  )
})

/**
 * Decided transactions are left out here, since Kafka 4.3.1 loses markers of theirs after SIGKILL, its own too. By the
 * last image before the kill the broker leads everything: a coordinator is elected by it and sends markers, over and
 * over, to a listener that is not open yet. When the broker registers again its partitions have no leader for a moment.
 * `TransactionMarkerChannelManager` takes them for deleted ("Couldn't find leader endpoint for partitions …, these
 * partitions are likely deleted already and hence can be skipped") and completes the transaction; where that record is
 * appended before the partition of `__transaction_state` has lost its leader too, nobody writes the marker any more.
 * Measured with one directory copied for each start: lost in 2 of 8 starts on what Ottla left, and in 1 of 9 on what
 * Kafka left of the same transactions; skipped, and written after all, in nearly all others. A clean stop leaves all
 * partitions without a leader, so that none is elected before they all are: nothing skipped in 7 of 7 starts.
 */
test('open transactions outlive SIGKILL of Ottla, and Kafka goes on with them', {
  skip: skipWithout('java'),
}, async t => {
  const { path: directory, remove } = await temporaryDirectory('swap')
  t.after(remove)
  const handover = new Handover('to-kafka')
  const ottla = await startOttla({ directory, properties })
  await on(ottla, client => handover.open(client))
  await ottla.kill()

  const kafka = await startKafka({
    directory,
    // Kafka waits that long for the broker that was killed.
    properties: { ...properties, 'broker.session.timeout.ms': '1000', 'broker.heartbeat.interval.ms': '200' },
    clusterId: ottla.clusterId,
  })
  await on(kafka, client => handover.finishOpen(client))
  await kafka.stop()
})

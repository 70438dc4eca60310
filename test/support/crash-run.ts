import assert from 'node:assert/strict'
import { join } from 'node:path'
import { AlterReplicaLogDirs } from '../../src/protocol/apis/alter-replica-log-dirs.ts'
import { DescribeLogDirs } from '../../src/protocol/apis/describe-log-dirs.ts'
import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { InitProducerId } from '../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { OttlaProcess } from '../cli/ottla-process.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, valuesIn } from './records.ts'
import { createTopic } from './test-broker.ts'

const topic = 'crashes'
const partitionCount = 4
/** Small, so that many segments begin and end between two crashes. */
const properties = [
  'log.segment.bytes=1048576',
  // The records' timestamps are of long ago.
  'log.retention.ms=-1',
  'log.index.interval.bytes=256',
  'listeners=PLAINTEXT://127.0.0.1:0',
]

export interface CrashRunOptions {
  readonly directory: string
  readonly crashes: number
  /** Acknowledged batches between two crashes, about. */
  readonly batchesPerLife: number
  /** Partitions go to and fro between two log directories all the while. */
  readonly isMoving?: boolean
}

interface Batch {
  readonly baseSequence: number
  readonly values: readonly string[]
}

/** What an idempotent producer wrote to one partition. */
class PartitionHistory {
  readonly index: number
  readonly acknowledged: string[] = []
  /** Sent, and perhaps written. */
  pending: Batch | undefined
  #count = 0

  constructor(index: number) {
    this.index = index
  }

  next(): Batch {
    const count = 1 + (this.#count % 5)
    const values = Array.from(
      { length: count },
      () => `${this.index}:${this.#count++}:${'z'.repeat((this.#count * 37) % 3000)}`,
    )
    return { baseSequence: this.acknowledged.length, values }
  }
}

/**
 * Kills a broker in the midst of produce requests, again and again. Whatever it has acknowledged must be there in order
 * and once, and the producer goes on as if nothing had happened: its retries are known for what they are.
 */
export async function runCrashes(options: CrashRunOptions): Promise<number> {
  const histories = Array.from({ length: partitionCount }, (_, index) => new PartitionHistory(index))
  const logDirs = options.isMoving ? ['a', 'b'].map(name => join(options.directory, name)) : [options.directory]
  let producerId: number | undefined
  for (let life = 0; life <= options.crashes; life++) {
    const broker = new OttlaProcess(
      ['start', ...[...properties, `log.dirs=${logDirs}`].flatMap(property => ['--override', property])],
      { cwd: options.directory },
    )
    try {
      const client = await RawClient.connect(await broker.startedOnPort())
      if (producerId === undefined) {
        await createTopic(client, topic, { partitions: partitionCount })
        const request = { transactionalId: null, transactionTimeoutMs: 1000 }
        producerId = (await client.send(InitProducerId, 4, request)).producerId
      }
      if (life === options.crashes) {
        for (const history of histories) await verify(client, history)
        await client.close()
        break
      }
      let left = options.batchesPerLife * (0.5 + Math.random())
      const killOnceEnough = () => {
        if (--left <= 0) broker.child.kill('SIGKILL')
      }
      const id = producerId
      const moving = options.isMoving ? moveUntilKilled(broker, logDirs) : undefined
      await Promise.all([moving, ...histories.map(history => produceUntilKilled(client, history, id, killOnceEnough))])
      await broker.exitCode()
    } finally {
      await broker.stop()
    }
  }
  return histories.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
}

async function produceUntilKilled(
  client: RawClient,
  history: PartitionHistory,
  producerId: number,
  acknowledged: () => void,
): Promise<void> {
  for (;;) {
    const batch = history.pending ?? history.next()
    history.pending = batch
    const records = batchOf(batch.values, { producerId, producerEpoch: 0, baseSequence: batch.baseSequence })
    const request = {
      acks: -1,
      timeoutMs: 10_000,
      topicData: [{ name: topic, partitionData: [{ index: history.index, records }] }],
    }
    const response = await client.send(Produce, 9, request).catch(() => undefined)
    if (response === undefined) return
    const [result] = response.responses[0]?.partitionResponses ?? []
    assert.deepEqual([result?.errorCode, result?.baseOffset], [0, history.acknowledged.length])
    history.acknowledged.push(...batch.values)
    history.pending = undefined
    acknowledged()
  }
}

/** Each partition goes where it is not, as soon as it is where it was sent. */
async function moveUntilKilled(broker: OttlaProcess, logDirs: readonly string[]): Promise<void> {
  const client = await RawClient.connect(await broker.startedOnPort())
  for (;;) {
    const described = await client.send(DescribeLogDirs, 4, { topics: null }).catch(() => undefined)
    if (described === undefined) return
    const found = described.results.flatMap(({ logDir, topics }) =>
      topics.filter(({ name }) => name === topic).flatMap(each => each.partitions.map(one => ({ ...one, logDir }))),
    )
    const dirs = logDirs.map(path => {
      const idle = Array.from({ length: partitionCount }, (_, index) => index).filter(index => {
        const places = found.filter(({ partitionIndex }) => partitionIndex === index)
        return places.length === 1 && places[0]?.logDir !== path
      })
      return { path, topics: [{ name: topic, partitions: idle }] }
    })
    const answer = await client.send(AlterReplicaLogDirs, 2, { dirs }).catch(() => undefined)
    if (answer === undefined) return
    for (const { partitions } of answer.results) {
      assert.deepEqual(
        partitions.filter(({ errorCode }) => errorCode !== 0),
        [],
      )
    }
  }
}

async function verify(client: RawClient, history: PartitionHistory): Promise<void> {
  const found: string[] = []
  for (;;) {
    const response = await client.send(Fetch, 11, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [
        { topic, partitions: [{ partition: history.index, fetchOffset: found.length, partitionMaxBytes: 1_000_000 }] },
      ],
      forgottenTopicsData: [],
    })
    const [result] = response.responses[0]?.partitions ?? []
    assert.equal(result?.errorCode, 0)
    const values = valuesIn(result?.records ?? null)
    if (values.length === 0) break
    found.push(...values)
  }
  const maybe = found.length > history.acknowledged.length ? (history.pending?.values ?? []) : []
  assert.deepEqual(found, [...history.acknowledged, ...maybe])
}

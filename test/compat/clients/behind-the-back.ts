import assert from 'node:assert/strict'
import { CreateTopics } from '../../../src/protocol/apis/create-topics.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { batchesOf, type RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import { RawClient } from '../../support/raw-client.ts'
import type { Compression } from './commands.ts'
import { isKafkaTheTarget } from './target.ts'

export const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** The last version of Fetch that names topics rather than identifying them. */
const fetchByName = 12

/** Every batch of a partition as it lies in the log: what a client really sent, whatever it says. */
export async function batchesInLog(port: number, topic: string, partition: number): Promise<RecordBatch[]> {
  const client = await RawClient.connect(port, { host: 'localhost' })
  const batches: RecordBatch[] = []
  for (;;) {
    const last = batches.at(-1)
    const fetchOffset = last === undefined ? 0 : last.lastOffset + 1
    const response = await client.send(Fetch, fetchByName, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: 0x7fffffff }] }],
    })
    const data = response.responses[0]?.partitions[0]
    assert.equal(data?.errorCode, 0)
    const read = data.records === null ? [] : [...batchesOf(data.records)]
    if (read.length === 0) break
    batches.push(...read)
  }
  client.socket.destroy()
  await client.closed
  return batches
}

/**
 * Kafka answers CreateTopics before its broker leads the partitions, and a produce request that comes in between is refused in part and
 * sent again as a whole by some clients, which then find records twice. Ottla leads at once: there a refusal is a failure.
 */
export async function untilLed(port: number, topic: string, partitions: number): Promise<void> {
  const client = await RawClient.connect(port, { host: 'localhost' })
  for (;;) {
    const { responses } = await client.send(Fetch, fetchByName, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [
        {
          topic,
          partitions: Array.from({ length: partitions }, (_, partition) => ({
            partition,
            fetchOffset: 0,
            partitionMaxBytes: 1,
          })),
        },
      ],
    })
    const errors = responses.flatMap(response => response.partitions.map(({ errorCode }) => errorCode))
    if (errors.every(errorCode => errorCode === 0)) break
    assert.equal(isKafkaTheTarget, true, `after CreateTopics the partitions answered with errors ${errors.join()}`)
  }
  client.socket.destroy()
  await client.closed
}

/** For clients that cannot create topics themselves. */
export async function createTopic(port: number, topic: string, partitions: number): Promise<void> {
  const client = await RawClient.connect(port, { host: 'localhost' })
  const response = await client.send(CreateTopics, 5, {
    topics: [{ name: topic, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 30_000,
  })
  assert.equal(response.topics[0]?.errorCode, 0)
  client.socket.destroy()
  await client.closed
  await untilLed(port, topic, partitions)
}

import assert from 'node:assert/strict'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { batchOf } from '../../support/records.ts'
import type { TestBroker } from '../../support/test-broker.ts'

/** Appends a batch of records without keys, whose timestamps are the same in every run. */
export async function produceValues(
  broker: TestBroker,
  topic: string,
  partition: number,
  values: readonly string[],
): Promise<void> {
  const client = await broker.connect()
  const { responses } = await client.send(Produce, 9, {
    acks: -1,
    timeoutMs: 10_000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records: batchOf(values) }] }],
  })
  assert.equal(responses[0]?.partitionResponses[0]?.errorCode, 0)
  await client.close()
}

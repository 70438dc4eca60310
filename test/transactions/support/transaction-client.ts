import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { DescribeTransactions } from '../../../src/protocol/apis/describe-transactions.ts'
import { EndTxn } from '../../../src/protocol/apis/end-txn.ts'
import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { FindCoordinator } from '../../../src/protocol/apis/find-coordinator.ts'
import { InitProducerId } from '../../../src/protocol/apis/init-producer-id.ts'
import { Produce } from '../../../src/protocol/apis/produce.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { ProducerIdAndEpoch } from '../../../src/transactions/init-producer-id.ts'
import type { RawClient } from '../../support/raw-client.ts'
import { batchOf } from '../../support/records.ts'

const temporary: ReadonlySet<number> = new Set([
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.NOT_ENOUGH_REPLICAS,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
])

/** Asks until the answer is another than that the client should ask again. */
export async function settled<Answer extends { readonly errorCode: number }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const patience = new Patience()
  for (;;) {
    const answer = await ask()
    if (!temporary.has(answer.errorCode)) return answer
    await patience.wait(() => `error code ${answer.errorCode}`)
  }
}

const patienceMs = 30_000

/** What never comes about fails the test, and says what was seen instead. */
class Patience {
  readonly #deadlineMs = Date.now() + patienceMs

  async wait(seen: () => string): Promise<void> {
    assert.ok(Date.now() < this.#deadlineMs, `still waiting after ${patienceMs} ms: ${seen()}`)
    await delay(5)
  }
}

/** What a client of transactions of version 2 says to a broker, for one transactional id. */
export class TransactionClient {
  readonly #client: RawClient
  readonly transactionalId: string

  constructor(client: RawClient, transactionalId = 'x') {
    this.#client = client
    this.transactionalId = transactionalId
  }

  async init(transactionTimeoutMs = 60_000): Promise<ProducerIdAndEpoch> {
    const { transactionalId } = this
    await settled(async () => {
      const request = { keyType: 1, coordinatorKeys: [transactionalId] }
      return (await this.#client.send(FindCoordinator, 6, request)).coordinators[0]!
    })
    const answer = await this.tryInit(transactionTimeoutMs)
    assert.equal(answer.errorCode, ErrorCode.NONE)
    return { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
  }

  /** Where the coordinator is known to be there. */
  tryInit(transactionTimeoutMs: number) {
    const request = { transactionalId: this.transactionalId, transactionTimeoutMs }
    return settled(() => this.#client.send(InitProducerId, 5, request))
  }

  /** The error code of one batch for one partition. */
  async produce(
    topic: string,
    producer: ProducerIdAndEpoch,
    values: readonly string[],
    { index = 0, baseSequence = 0, version = 12 } = {},
  ): Promise<number> {
    const records = batchOf(values, { ...producer, baseSequence, isTransactional: true })
    const answer = await this.#client.send(Produce, version, {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 5000,
      topicData: [{ name: topic, partitionData: [{ index, records }] }],
    })
    return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
  }

  async end(
    producer: ProducerIdAndEpoch,
    committed: boolean,
  ): Promise<{ errorCode: number; producer: ProducerIdAndEpoch }> {
    const request = { transactionalId: this.transactionalId, ...producer, committed }
    const { errorCode, producerId, producerEpoch } = await this.#client.send(EndTxn, 5, request)
    return { errorCode, producer: { producerId, producerEpoch } }
  }

  async describe() {
    const [described] = (await this.#client.send(DescribeTransactions, 0, { transactionalIds: [this.transactionalId] }))
      .transactionStates
    assert.ok(described)
    return described
  }

  async becomes(state: string): Promise<void> {
    const patience = new Patience()
    for (;;) {
      const described = await this.describe()
      if (described.transactionState === state) return
      await patience.wait(() => JSON.stringify(described))
    }
  }
}

/** What a consumer that reads only what is committed is shown of the partition, when all transactions are over. */
export async function committedValues(client: RawClient, topic: string, index = 0): Promise<string[]> {
  const values: string[] = []
  const patience = new Patience()
  for (let fetchOffset = 0; ; ) {
    const request = { maxWaitMs: 0, minBytes: 0, maxBytes: 1 << 20, isolationLevel: 1, sessionId: 0, sessionEpoch: -1 }
    const topics = [{ topic, partitions: [{ partition: index, fetchOffset, partitionMaxBytes: 1 << 20 }] }]
    const answer = await client.send(Fetch, 12, { ...request, topics })
    const partition = answer.responses[0]?.partitions[0]
    assert.ok(partition !== undefined)
    const aborted = [...(partition.abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset)
    const aborting = new Set<number>()
    for (const batch of batchesOf(partition.records ?? new Uint8Array())) {
      fetchOffset = batch.nextOffset
      while ((aborted[0]?.firstOffset ?? Infinity) < batch.nextOffset) aborting.add(aborted.shift()!.producerId)
      if (batch.isControl) aborting.delete(batch.producerId)
      else if (!aborting.has(batch.producerId)) {
        for (const { value } of recordsOf(batch, batch.recordBytes)) values.push(Buffer.from(value ?? []).toString())
      }
    }
    // Until the last transaction's marker is there, nobody can tell what it comes to.
    if (fetchOffset === partition.highWatermark) return values
    const { errorCode, highWatermark, lastStableOffset } = partition
    await patience.wait(() => `${topic}-${index}: ${JSON.stringify({ errorCode, highWatermark, lastStableOffset })}`)
  }
}

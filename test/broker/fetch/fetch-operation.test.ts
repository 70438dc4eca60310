import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchMemory } from '../../../src/broker/fetch/fetch-memory.ts'
import { fetchRecords } from '../../../src/broker/fetch/fetch-operation.ts'
import { Partition } from '../../../src/broker/partition.ts'
import type { BrokerServices } from '../../../src/broker/services.ts'
import { LogDirOfflineError } from '../../../src/log/partition-log.ts'
import { MemoryBudget } from '../../../src/memory/memory-budget.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import { ManualClock } from '../manual-clock.ts'
import { MemoryLog } from '../memory-log.ts'

const term = { leaderEpoch: 0, replicas: [1], isr: [1], minInSyncReplicas: 1 }

function setUp(partitionCount: number) {
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock)
  const logs = Array.from({ length: partitionCount }, () => new MemoryLog())
  const partitions = logs.map(log => {
    const partition = new Partition(1, log.asLog)
    partition.becameLeader(term)
    return partition
  })
  const budget = new MemoryBudget(1_000_000)
  const services = {
    deadlines,
    fetchMemory: new FetchMemory(budget, deadlines, () => {}),
    replicas: { find: (_topic: string, index: number) => partitions[index] },
  } as unknown as BrokerServices
  let abandon = () => {}
  const fetch = (options: { maxWaitMs?: number; minBytes?: number } = {}) =>
    fetchRecords(
      services,
      logs.map((_, partition) => ({
        topic: 'topic',
        topicId: ZERO_UUID,
        partition,
        fetchOffset: 0,
        maxBytes: 10_000,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
        logStartOffset: -1,
        answeredHighWatermark: -1,
        answeredLogStartOffset: -1,
      })),
      {
        isFromFollower: false,
        isolation: 'high-watermark',
        maxWaitMs: options.maxWaitMs ?? 0,
        minBytes: options.minBytes ?? 1,
        maxBytes: 10_000,
        onAbandoned(listener) {
          abandon = listener
          return () => {}
        },
      },
    )
  return { clock, logs, partitions, budget, services, fetch, abandon: () => abandon() }
}

test('what has nothing is answered without being read', () => {
  const { fetch } = setUp(3)
  const fetched = fetch()
  assert.equal(fetched instanceof Promise, false)
})

test('a failed directory is the matter of its partitions alone', async () => {
  const { logs, fetch, partitions, services } = setUp(2)
  for (const partition of partitions) partition.produce(new Uint8Array(), false)
  logs[0]!.failure = new LogDirOfflineError('/logs')
  const { reads, heldBytes } = await fetch()
  assert.deepEqual(
    reads.map(({ result }) => [result.errorCode, result.recordsBytes]),
    [
      [ErrorCode.KAFKA_STORAGE_ERROR, 0],
      [0, 100],
    ],
  )
  assert.equal(services.fetchMemory.usedBytes, heldBytes)
})

test('a read that fails gives its memory back', async () => {
  const { logs, fetch, partitions, budget, services } = setUp(1)
  partitions[0]!.produce(new Uint8Array(), false)
  logs[0]!.failure = new Error('a bug')
  await assert.rejects(async () => fetch())
  assert.deepEqual([services.fetchMemory.usedBytes, budget.usedBytes], [0, 0])
})

test('a fetch whose client is gone does not wait any longer', async () => {
  const { fetch, abandon } = setUp(1)
  const waiting = fetch({ maxWaitMs: 60_000 })
  abandon()
  assert.equal((await waiting).heldBytes, 0)
})

test('bytes of several partitions count together', async () => {
  const { fetch, partitions } = setUp(2)
  const waiting = fetch({ maxWaitMs: 60_000, minBytes: 200 })
  for (const partition of partitions) partition.produce(new Uint8Array(), false)
  assert.equal((await waiting).heldBytes, 200)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Throttle } from '../../../src/log/cleaner/throttle.ts'
import type { SegmentedLog } from '../../../src/log/segmented-log.ts'
import { type BatchOptions, writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { markerOf } from '../../sim/log/batches.ts'
import { accepted, tools } from '../harness.ts'
import { SimulatedLog } from './simulated-log.ts'

const timestamp = 1_700_000_000_000

async function produceKeyed(simulated: SimulatedLog, key: string, options: BatchOptions = {}): Promise<void> {
  const record = { timestamp, key: new TextEncoder().encode(key), value: new Uint8Array(key < 'c' ? 1 : 30) }
  const batch = writeBatch([record], options, tools)
  await simulated.process.wait(accepted(await simulated.log.produce(batch, { leaderEpoch: 0 })).written)
  simulated.log.updateHighWatermark(simulated.log.logEndOffset)
}

/**
 * Producer 7's transaction, with a record of key a at 1, is open in the snapshots at 2, 3 and 4, and committed at 4. The
 * segment at 2 is too large to become one with what is left of those before it, so that its snapshot stays.
 */
async function committedTransaction(simulated: SimulatedLog): Promise<void> {
  const transaction = { producerId: 7, producerEpoch: 0, baseSequence: 0, isTransactional: true }
  await produceKeyed(simulated, 'c')
  await produceKeyed(simulated, 'a', transaction)
  await produceKeyed(simulated, 'd')
  await produceKeyed(simulated, 'a')
  const marker = markerOf('commit', timestamp, { producerId: 7, producerEpoch: 1, coordinatorEpoch: 0 })
  const options = { leaderEpoch: 0, origin: 'coordinator', transactionVersion: 2 } as const
  await simulated.process.wait(accepted(simulated.log.appendAsLeader(marker, options)).written)
  await produceKeyed(simulated, 'b')
  await simulated.process.wait(simulated.log.flush())
}

/** All that can be compacted, from the log's beginning. */
async function compact(simulated: SimulatedLog): Promise<void> {
  const log = simulated.log as SegmentedLog
  log.cleanedOffset = 0
  const range = await simulated.process.wait(log.cleanableRange())
  const throttle = new Throttle(simulated.process.clock, () => Number.POSITIVE_INFINITY)
  const options = { throttle, dedupeBufferBytes: 1000, dedupeBufferLoadFactor: 0.9, chunkBytes: 1000 }
  await simulated.process.wait(log.compact(range!, options))
}

/** The first cleaning gives a marker its horizon, a later one lets it go. */
async function compactMarkersAway(simulated: SimulatedLog): Promise<void> {
  simulated.log.updateHighWatermark(simulated.log.logEndOffset)
  for (let round = 0; round < 3; round++) {
    await compact(simulated)
    await simulated.sleep(100)
  }
  const offsets = (await simulated.contents()).map(content => content.split(':')[0])
  assert.deepEqual(offsets, ['0', '2', '3', '5'])
}

/** Each record and marker has a segment of its own. */
const config = { isCompacted: true, isDeleted: false, segmentBytes: 100, deleteRetentionMs: 10, fileDeleteDelayMs: 0 }

function checkCommitted({ log }: SimulatedLog): void {
  const open = log.activeProducers().filter(({ currentTransactionStartOffset }) => currentTransactionStartOffset >= 0)
  assert.deepEqual(open, [])
  log.updateHighWatermark(log.logEndOffset)
  assert.equal(log.lastStableOffset, log.logEndOffset)
}

test('a transaction is over although its marker was compacted away, in a log that was not sealed before a kill', async () => {
  const simulated = new SimulatedLog(config)
  await simulated.run(async () => {
    await simulated.start()
    await committedTransaction(simulated)
    simulated.process.end()
    // As where the process was killed before they were written.
    for (const offset of [3, 4, 5]) simulated.disk.remove(`/data/t-0/0000000000000000000${offset}.snapshot`)
    await simulated.start()
    await compactMarkersAway(simulated)
    await simulated.crash()
    checkCommitted(simulated)
    await simulated.crash(() => false)
    checkCommitted(simulated)
  })
})

test('a transaction is over although its marker was compacted away, where an index is missing behind it', async () => {
  const simulated = new SimulatedLog(config)
  await simulated.run(async () => {
    await simulated.start()
    await committedTransaction(simulated)
    await compactMarkersAway(simulated)
    simulated.process.end()
    simulated.disk.remove('/data/t-0/00000000000000000004.index')
    await simulated.start()
    checkCommitted(simulated)
  })
})

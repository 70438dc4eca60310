import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accepted, batchOf } from '../harness.ts'
import { atEveryCall, losses, type SimulatedLog } from './simulated-log.ts'

/** One record of that producer's, which wrote nothing before; written when it resolves. */
async function produceOf(simulated: SimulatedLog, producerId: number): Promise<void> {
  const batch = batchOf(['a'], { producerId, producerEpoch: 0, baseSequence: 0 })
  await simulated.process.wait(accepted(await simulated.log.produce(batch, { leaderEpoch: 0 })).written)
  simulated.log.updateHighWatermark(simulated.log.logEndOffset)
}

const idsIn = ({ log }: SimulatedLog) => log.activeProducers().map(({ producerId }) => producerId)

/** Segments of two records, the third of them begun; the producer of each record has its offset as its id. */
async function fiveProducers(simulated: SimulatedLog): Promise<void> {
  for (let id = 0; id < 5; id++) await produceOf(simulated, id)
  await simulated.process.wait(simulated.log.flush())
  // Into the checkpoint, since it lies within a segment.
  simulated.log.incrementLogStartOffset(3)
  await simulated.sleep(1000)
}

const fates = {
  'a kill': losses['a kill'],
  'a power loss that keeps nothing': losses['a power loss that keeps nothing'],
  'a power loss that keeps names': losses['a power loss that keeps names'],
}

for (const offset of [3, 7]) {
  test(`producers of a log that begins anew at ${offset} are forgotten, wherever that is interrupted`, async () => {
    let emptied = 0
    const beginAnew = ({ log }: SimulatedLog) => log.truncateFullyAndStartAt(offset)
    await atEveryCall({ config: { segmentBytes: 150 }, fates }, fiveProducers, beginAnew, async (simulated, where) => {
      // What the first start leaves is what the second goes by.
      for (const start of ['first', 'second']) {
        const { logStartOffset, logEndOffset } = simulated.log
        const isEmpty = logStartOffset === logEndOffset
        if (isEmpty) emptied++
        for (const id of idsIn(simulated)) assert.ok(!isEmpty && id < logEndOffset, `${where}, ${start} start: ${id}`)
        // Checkpoints no longer tell of a start that the first segment tells of.
        simulated.manager.startPeriodicWork()
        await simulated.sleep(50_000)
        await simulated.crash()
      }
    })
    assert.ok(emptied > 20, `empty after ${emptied} starts`)
  })
}

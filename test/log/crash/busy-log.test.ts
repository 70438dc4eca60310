import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDirOfflineError } from '../../../src/log/partition-log.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { SimulatedLog } from './simulated-log.ts'

/** Each record has a segment of its own. */
const config = { segmentBytes: 75, fileDeleteDelayMs: 0 }
const values = ['a', 'b', 'c', 'd', 'e', 'f']

for (const [name, work] of Object.entries({
  deleted: (simulated: SimulatedLog) => simulated.manager.delete('t', 0),
  'cut to its beginning': (simulated: SimulatedLog) => simulated.log.truncateTo(1),
  'begun anew': (simulated: SimulatedLog) => simulated.log.truncateFullyAndStartAt(3),
})) {
  test(`a log that is ${name} while it is read is no failure of the disk`, async () => {
    for (let waitMs = 0; waitMs < 12; waitMs++) {
      const simulated = new SimulatedLog(config)
      await simulated.run(async () => {
        await simulated.start()
        for (const value of values) await simulated.produce(value)
        const { log } = simulated
        await simulated.process.wait(log.flush())
        const reads = [0, 2, 5].map(offset =>
          log.read(offset, { maxBytes: 1000, isolation: 'log-end', minOneBatch: true }),
        )
        const lookups = [1, 1_700_000_000_000].map(timestamp => log.offsetForTimestamp(timestamp))
        await simulated.sleep(waitMs)
        await simulated.process.wait(work(simulated))
        for (const read of await simulated.process.wait(Promise.all(reads))) if ('release' in read) read.release()
        await simulated.process.wait(Promise.all(lookups))
        assert.deepEqual(
          simulated.manager.logDirs.map(({ isOffline }) => isOffline),
          [false],
        )
      })
    }
  })
}

test('a disk that fails while segments go is not taken for one of them', async () => {
  let failedReads = 0
  for (let afterCalls = 1, isMet = true; isMet; afterCalls++) {
    const simulated = new SimulatedLog(config)
    const failures: Error[] = []
    simulated.failed = cause => failures.push(cause)
    await simulated.run(async () => {
      await simulated.start()
      for (const value of values) await simulated.produce(value)
      const { log, process } = simulated
      await process.wait(log.flush())
      process.disk.failAfter({ directory: '/data', code: 'EIO', afterCalls })
      const reads = [3, 4, 5].map(async offset => {
        const outcome = await log.read(offset, { maxBytes: 1000, isolation: 'log-end', minOneBatch: true })
        if (outcome.errorCode === ErrorCode.KAFKA_STORAGE_ERROR) failedReads++
        if ('release' in outcome) outcome.release()
      })
      // The last segment goes: counted at once, its files within the next calls of the disk.
      const work = [...reads, log.offsetForTimestamp(1_700_000_000_000), log.truncateTo(5)]
      for (const settled of await process.wait(Promise.allSettled(work))) {
        if (settled.status === 'rejected') assert.ok(settled.reason instanceof LogDirOfflineError)
      }
      isMet = !process.disk.isFaultPending
      assert.equal(failures.length, isMet ? 1 : 0, `call ${afterCalls}`)
    })
  }
  assert.ok(failedReads > 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetSpec } from '../../../src/log/partition-log.ts'
import { SimulatedLog } from './simulated-log.ts'

test('a log that a crash has emptied keeps no index of what it held', async () => {
  const simulated = new SimulatedLog()
  await simulated.run(async () => {
    await simulated.start()
    await simulated.produce('a')
    // Its indexes reach the disk, its records too; then it is cut to nothing, and power fails before it is flushed.
    await simulated.process.wait(simulated.manager.close())
    await simulated.crash()
    await simulated.process.wait(simulated.log.truncateTo(0))
    await simulated.produce('b')
    await simulated.crash(() => false)
    assert.equal(simulated.log.logEndOffset, 0)
    await simulated.process.wait(simulated.manager.close())
    const path = '/data/t-0/00000000000000000000.timeindex'
    assert.equal(simulated.disk.readFile(path).length, 0)
    await simulated.crash()
    assert.equal(await simulated.process.wait(simulated.log.offsetForTimestamp(OffsetSpec.MAX_TIMESTAMP)), undefined)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeBatch } from '../../../src/protocol/records/batch-writer.ts'
import { accepted, recordsOf, tools } from '../harness.ts'
import { SimulatedLog } from './simulated-log.ts'

const nowMs = 1_700_000_000_000

/** A record, written when it resolves. */
async function produceAt(simulated: SimulatedLog, value: string, timestamp: number): Promise<void> {
  const batch = writeBatch(recordsOf([value], timestamp), {}, tools)
  await simulated.process.wait(accepted(await simulated.log.produce(batch, { leaderEpoch: 0 })).written)
}

/** The next record of a producer, written when it resolves. */
async function write(
  simulated: SimulatedLog,
  producerId: number,
  baseSequence: number,
  timestamp = nowMs,
): Promise<void> {
  const batch = writeBatch(recordsOf(['x'], timestamp), { producerId, producerEpoch: 0, baseSequence }, tools)
  await simulated.process.wait(accepted(await simulated.log.produce(batch, { leaderEpoch: 0 })).written)
}

/** Of each producer its id and its last sequence number. */
function producersOf({ log }: SimulatedLog): [number, number][] {
  return log.activeProducers().map(({ producerId, lastSequence }) => [producerId, lastSequence])
}

/** A log of three records that are on the disk. */
async function startOfThree(simulated: SimulatedLog): Promise<void> {
  await simulated.start()
  for (const value of ['a', 'b', 'c']) await produceAt(simulated, value, nowMs)
  await simulated.process.wait(simulated.log.flush())
}

test('what a cut took away does not come back under a segment that was rolled since', async () => {
  let cuts = 0
  for (let calls = 0, ended = true; ended; calls++) {
    const simulated = new SimulatedLog({ segmentMs: 1000 })
    await simulated.run(async () => {
      await startOfThree(simulated)
      // The process ends within the cut, perhaps before that is on the disk; the next one begins a segment behind it.
      ended = await simulated.endsWithin(calls, () => simulated.log.truncateTo(1))
      await simulated.crash()
      const found = await simulated.contents()
      if (found.length === 1) cuts++
      await produceAt(simulated, 'd', nowMs + 2000)
      // Names survive the loss of power, bytes that nobody has synced do not.
      await simulated.crash(change => change === 'name')
      await produceAt(simulated, 'e', nowMs + 2000)
      const contents = await simulated.contents()
      assert.deepEqual(contents.slice(0, -1), found, `within call ${calls}`)
      assert.equal(contents.at(-1), `${found.length}:e`, `within call ${calls}`)
    })
  }
  assert.ok(cuts > 1, `${cuts} cuts`)
})

test('the epochs of what a cut took away are known again where the cut is undone', async () => {
  let undone = 0
  for (let calls = 0, ended = true; ended; calls++) {
    const simulated = new SimulatedLog()
    await simulated.run(async () => {
      await startOfThree(simulated)
      ended = await simulated.endsWithin(calls, () => simulated.log.truncateTo(1))
      // The next leader's epoch begins where the cut was, which nobody has synced; its checkpoint reaches the disk.
      await simulated.crash()
      const { log } = simulated
      const { logEndOffset } = log
      const batch = writeBatch(recordsOf(['d'], nowMs), {}, tools)
      await simulated.process.wait(accepted(await log.produce(batch, { leaderEpoch: 1 })).written)
      await simulated.sleep(100)
      await simulated.crash((_, path) => !path.endsWith('.log'))
      const found = await simulated.contents()
      const epochs = simulated.log.epochEntries
      if (logEndOffset === 1 && found.length === 3) undone++
      assert.deepEqual(epochs, [{ epoch: 0, startOffset: 0 }], `within call ${calls}: ${found}`)
    })
  }
  assert.ok(undone > 0)
})

test('the snapshot of a stop that a loss of power has undone tells of nobody', async () => {
  let undone = 0
  for (let calls = 0, ended = true; ended; calls++) {
    const simulated = new SimulatedLog()
    await simulated.run(async () => {
      await simulated.start()
      for (const sequence of [0, 1, 2]) await write(simulated, 1, sequence)
      await simulated.process.wait(simulated.log.flush())
      // Killed between the cut and its sync.
      await simulated.endsWithin(2, () => simulated.log.truncateTo(1))
      await simulated.crash()
      assert.equal(simulated.log.logEndOffset, 1)
      await write(simulated, 2, 0)
      ended = await simulated.endsWithin(calls, () => simulated.manager.close())
      await simulated.crash((_, path) => !path.endsWith('.log'))
      if (simulated.log.logEndOffset < 3) return
      undone++
      // A follower's log is cut, and what producers did is read again.
      await write(simulated, 1, 3)
      await simulated.process.wait(simulated.log.truncateTo(3))
      assert.deepEqual(producersOf(simulated), [[1, 2]], `within call ${calls}`)
    })
  }
  assert.ok(undone > 0)
})

test('a snapshot that a cut had removed does not come back under a segment rolled there', async () => {
  let cuts = 0
  for (let calls = 0, ended = true; ended; calls++) {
    const simulated = new SimulatedLog({ segmentMs: 1000 })
    await simulated.run(async () => {
      await simulated.start()
      for (const sequence of [0, 1, 2, 3]) await write(simulated, 1, sequence, nowMs + 600 * sequence)
      await simulated.process.wait(simulated.log.flush())
      ended = await simulated.endsWithin(calls, () => simulated.log.truncateTo(1))
      await simulated.crash()
      if (simulated.log.logEndOffset > 1) return
      cuts++
      await write(simulated, 2, 0)
      await write(simulated, 2, 1, nowMs + 2000)
      // The removal of files is undone, where nobody has synced their directory.
      await simulated.crash((_, path) => path.endsWith('.log'))
      assert.deepEqual(await simulated.contents(), ['0:x', '1:x', '2:x'], `within call ${calls}`)
      await simulated.process.wait(simulated.log.truncateTo(2))
      const wanted = [
        [1, 0],
        [2, 0],
      ]
      assert.deepEqual(producersOf(simulated), wanted, `within call ${calls}`)
    })
  }
  assert.ok(cuts > 1, `${cuts} cuts`)
})

test('a torn end that a start cut off does not come back into a segment that ends at the recovery point', async () => {
  const simulated = new SimulatedLog({ segmentMs: 1000 })
  await simulated.run(async () => {
    await simulated.start()
    await produceAt(simulated, 'a', nowMs)
    await simulated.process.wait(simulated.log.flush())
    simulated.manager.startPeriodicWork()
    await simulated.sleep(50_000)
    // Half of what came next is on the disk when the power is gone.
    const path = '/data/t-0/00000000000000000000.log'
    const file = simulated.disk.openFile(path, false)
    const whole = file.length
    file.write(new Uint8Array(80).fill(1), whole)
    file.sync()
    await simulated.crash(() => false)
    await produceAt(simulated, 'b', nowMs + 2000)
    // Before the first segment is sealed.
    await simulated.crash()
    await produceAt(simulated, 'c', nowMs + 2000)
    await simulated.process.wait(simulated.log.flush())
    simulated.manager.startPeriodicWork()
    await simulated.sleep(50_000)
    await simulated.crash(() => false)
    assert.equal(simulated.disk.readFile(path).length, whole)
    assert.deepEqual(await simulated.contents(), ['0:a', '1:b', '2:c'])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { FakePartition } from './fake-partition.ts'
import { makeRuntime, started } from './runtime-harness.ts'

describe('the coordinator runtime', () => {
  test('answers NOT_COORDINATOR for what is not led here, and COORDINATOR_LOAD_IN_PROGRESS until it is loaded', async () => {
    const { runtime, add, turns, shards } = makeRuntime()
    assert.equal(add('a').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    runtime.elected(new FakePartition())
    assert.equal(add('a').answer, `refused ${ErrorCode.COORDINATOR_LOAD_IN_PROGRESS}`)
    await turns()
    assert.equal(shards[0]?.isLoaded, true)
    assert.equal(add('a').answer, undefined)
  })

  test('replays at once, answers after the commit, and tells the shard first', async () => {
    const { add, turns, partition, shard } = await started()
    const added = add('a')
    assert.deepEqual(shard.words, ['a'])
    await turns()
    assert.equal(added.answer, undefined)
    assert.deepEqual(shard.settled, [])
    partition.commit()
    assert.deepEqual(shard.settled, ['a:0'])
    await turns()
    assert.equal(added.answer, 'added a')
  })

  test('a read waits for what it saw, and only for that', async () => {
    const { add, read, turns, partition } = await started()
    assert.equal(read().answer, '')
    add('a')
    const second = read()
    await turns()
    assert.equal(second.answer, undefined)
    partition.commit()
    await turns()
    assert.equal(second.answer, 'a')
  })

  test('what comes while a write is under way shares the next batch', async () => {
    const { add, turns, partition } = await started()
    const added = [add('a'), add('b'), add('c')]
    assert.equal(partition.batches.length, 1)
    partition.commit()
    await turns()
    assert.equal(partition.batches.length, 2)
    assert.equal(partition.nextOffset, 3)
    partition.commit()
    await turns()
    assert.deepEqual(
      added.map(({ answer }) => answer),
      ['added a', 'added b', 'added c'],
    )
  })

  test('with a linger time records wait for it, or until a batch is full', async () => {
    const { add, clock, partition } = await started({ appendLingerMs: 10 })
    add('a')
    clock.advance(9)
    assert.equal(partition.batches.length, 0)
    clock.advance(1)
    assert.equal(partition.batches.length, 1)
    add('x'.repeat(500))
    add('y'.repeat(500))
    assert.equal(partition.batches.length, 2)
  })

  test('without a linger time every operation is a batch', async () => {
    const { add, partition } = await started({ appendLingerMs: 0 })
    add('a')
    add('b', 'c')
    assert.equal(partition.batches.length, 2)
  })

  test('what the log would refuse is not replayed, and one that is too large unloads nothing', async () => {
    const { add, turns, partition, shard } = await started()
    assert.equal(add('x'.repeat(2000)).answer, `refused ${ErrorCode.MESSAGE_TOO_LARGE}`)
    partition.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    assert.equal(add('b').answer, `refused ${ErrorCode.NOT_ENOUGH_REPLICAS}`)
    assert.deepEqual(shard.settled.at(-1), `b:${ErrorCode.NOT_ENOUGH_REPLICAS}`)
    assert.deepEqual(shard.words, [])
    partition.appendErrorCode = 0
    const added = add('c')
    partition.commit()
    await turns()
    assert.equal(added.answer, 'added c')
  })

  test('a log that refuses what was replayed drops the shard and loads it again', async () => {
    const { add, turns, partition, shard, shards, read } = await started()
    add('a')
    partition.commit()
    await turns()
    partition.lateErrorCode = ErrorCode.KAFKA_STORAGE_ERROR
    const lost = add('b')
    assert.deepEqual(shard.settled, ['a:0', `b:${ErrorCode.NOT_COORDINATOR}`])
    assert.equal(shard.isUnloaded, true)
    partition.lateErrorCode = 0
    await turns()
    assert.equal(lost.answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.equal(shards.length, 2)
    assert.deepEqual(shards[1]?.words, ['a'])
    assert.equal(read().answer, 'a')
  })

  test('a partition that ends fails whoever waits with NOT_COORDINATOR', async () => {
    const { add, turns, partition, shard, runtime } = await started()
    const added = add('a')
    partition.end()
    await turns()
    assert.equal(added.answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.deepEqual(shard.settled, [`a:${ErrorCode.NOT_COORDINATOR}`])
    assert.equal(shard.isUnloaded, true)
    assert.equal(add('b').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    runtime.resigned(0, undefined)
  })

  test('a commit that takes too long is answered REQUEST_TIMED_OUT; what was written stays', async () => {
    const { add, turns, clock, shard } = await started()
    const added = add('a')
    clock.advance(4999)
    await turns()
    assert.equal(added.answer, undefined)
    clock.advance(1)
    await turns()
    assert.equal(added.answer, `refused ${ErrorCode.REQUEST_TIMED_OUT}`)
    assert.deepEqual(shard.words, ['a'])
  })

  test('a shard is loaded from its log, without what it does not know', async () => {
    const { add, turns, partition, runtime, shards } = await started()
    add('a', 'b')
    partition.commit()
    add('unknown')
    partition.commit()
    await turns()
    runtime.resigned(0, 0)
    partition.leaderEpoch = 1
    runtime.elected(partition)
    await turns()
    assert.deepEqual(shards[1]?.words, ['a', 'b'])
    assert.equal(shards[1]?.isLoaded, true)
  })

  test('a shard whose log cannot be read is failed, and others go on', async () => {
    const { add, turns, partition, runtime, shards } = await started()
    add('broken')
    partition.commit()
    await turns()
    runtime.resigned(0, 0)
    partition.leaderEpoch = 1
    runtime.elected(partition)
    runtime.elected(new FakePartition(1))
    await turns()
    assert.equal(add('a').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.equal(shards[2]?.isLoaded, true)
  })

  test('an older epoch neither elects nor resigns', async () => {
    const { partition, runtime, shards, turns } = await started()
    runtime.resigned(0, -1)
    runtime.elected(partition)
    await turns()
    assert.equal(shards.length, 1)
    assert.equal(shards[0]?.isUnloaded, false)
  })

  test('a deadline of the shard is run on its time, and its records are written', async () => {
    const { clock, partition, shard, read } = await started()
    shard.dueMs = clock.monotonicMs() + 100
    shard.due = { ...shard.add('late'), response: undefined }
    read() // The runtime looks at deadlines after each operation.
    clock.advance(99)
    assert.deepEqual(shard.words, [])
    clock.advance(1)
    assert.deepEqual(shard.words, ['late'])
    assert.equal(partition.batches.length, 1)
    partition.commit()
    assert.deepEqual(shard.settled, ['late:0'])
  })

  test('what falls due while the deadlines of a turn are run waits for the next', async () => {
    const { clock, shard, read } = await started()
    let driftMs = 0
    clock.monotonicMs = () => clock.nowMs() + driftMs
    let turns = 0
    shard.deadlineReached = now => {
      if (shard.dueMs > now.monotonicMs) return undefined
      turns++
      // Work that takes longer than the pause after it.
      driftMs += 5
      shard.dueMs = turns < 10 ? now.monotonicMs + 1 : Number.POSITIVE_INFINITY
      return { records: [], response: undefined }
    }
    shard.dueMs = clock.monotonicMs() + 100
    read()
    clock.advance(100)
    assert.equal(turns, 1)
    for (let turn = 0; turn < 9; turn++) clock.advance(0)
    assert.equal(turns, 10)
  })

  test('ten thousand deadlines that are due at once are run in many turns', async () => {
    const { clock, shard, read } = await started()
    let left = 10_000
    shard.deadlineReached = () => {
      if (left === 0) {
        shard.dueMs = Number.POSITIVE_INFINITY
        return undefined
      }
      left--
      return { records: [], response: undefined }
    }
    shard.dueMs = clock.monotonicMs() + 100
    read()
    clock.advance(100)
    assert.ok(left > 9000, `${10_000 - left} in one turn`)
    for (let turn = 0; turn < 200 && left > 0; turn++) clock.advance(1)
    assert.equal(left, 0)
  })

  test('clean-up that does not fit into one batch is spread over several', async () => {
    const { runtime, partition, shard } = await started()
    const words = Array.from({ length: 40 }, (_, index) => `word-${index}`.padEnd(60))
    void runtime.write(
      0,
      () => ({ records: words, response: 0, isAtomic: false }),
      code => code,
    )
    partition.commit()
    await Promise.resolve()
    assert.ok(partition.batches.length > 1)
    assert.deepEqual(shard.words, words)
    assert.equal(
      await runtime.write(
        0,
        () => ({ records: words, response: 0 }),
        code => code,
      ),
      ErrorCode.MESSAGE_TOO_LARGE,
    )
  })

  test('a write to every shard reaches one that is loading once it is loaded', async () => {
    const { runtime, turns, shards } = makeRuntime()
    runtime.elected(new FakePartition())
    void runtime.writeAll(() => ({ records: ['all'], response: undefined }))
    assert.deepEqual(shards[0]?.words, [])
    await turns()
    assert.deepEqual(shards[0]?.words, ['all'])
  })

  test('records that are not to be replayed are written all the same', async () => {
    const { runtime, partition, shard } = await started()
    void runtime.write(
      0,
      () => ({ records: ['silent'], response: 0, isReplayed: false }),
      code => code,
    )
    assert.deepEqual(shard.words, [])
    assert.equal(partition.nextOffset, 1)
  })

  test('what writes nothing is settled when all before it is committed, and at once when it is', async () => {
    const { runtime, add, partition } = await started()
    const settled: string[] = []
    const ask = (name: string): void => {
      void runtime.write(
        0,
        () => ({ records: [], response: 0, settled: code => settled.push(`${name}:${code}`) }),
        code => code,
      )
    }
    ask('first')
    assert.deepEqual(settled, ['first:0'])
    add('a')
    ask('second')
    assert.deepEqual(settled, ['first:0'])
    partition.commit()
    assert.deepEqual(settled, ['first:0', 'second:0'])
  })

  test('the shard is told what is not for it to write, once it is loaded', async () => {
    const { runtime, turns, shards } = makeRuntime()
    runtime.elected(new FakePartition())
    const told: (typeof shards)[number][] = []
    runtime.tellAll(shard => told.push(shard))
    assert.equal(told.length, 0)
    await turns()
    runtime.tellAll(shard => told.push(shard))
    assert.deepEqual(told, [shards[0], shards[0]])
  })
})

describe('a bug in a shard ends the broker, and nothing more is written for it', () => {
  const bug = new Error('a bug')
  const broken = (): never => {
    throw bug
  }

  test('found in a request', async () => {
    const { runtime, partition, errors, add } = await started()
    const refused = (code: number) => code
    assert.equal(await runtime.write(0, broken, refused), ErrorCode.UNKNOWN_SERVER_ERROR)
    assert.deepEqual(errors, [bug])
    assert.equal(add('late').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
    assert.equal(partition.batches.length, 0)
  })

  test('found in a request whose answer the shard gives', async () => {
    const { runtime, errors } = await started()
    const refused = (code: number) => code
    assert.equal(await runtime.writeAndAwait<number>(0, broken, refused), ErrorCode.UNKNOWN_SERVER_ERROR)
    assert.deepEqual(errors, [bug])
  })

  test('found while its records are replayed: those who wait for others are told', async () => {
    const { shards, errors, add } = await started()
    const before = add('before')
    shards[0]!.replay = broken
    assert.equal(add('x').answer, `refused ${ErrorCode.UNKNOWN_SERVER_ERROR}`)
    assert.deepEqual(errors, [bug])
    await Promise.resolve()
    assert.equal(before.answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
  })

  test('found while a transaction ends', async () => {
    const { shards, errors, end } = await started()
    shards[0]!.replayTransactionEnd = broken
    assert.equal(end(7).answer, ErrorCode.UNKNOWN_SERVER_ERROR)
    assert.deepEqual(errors, [bug])
  })

  test('found after the commit', async () => {
    const { runtime, partition, errors } = await started()
    void runtime.write(
      0,
      () => ({ records: ['x'], response: 0, settled: broken }),
      code => code,
    )
    partition.commit()
    assert.deepEqual(errors, [bug])
  })

  test('found when a write has ended and the next is due', async () => {
    const { partition, errors, add, turns } = await started()
    add('first')
    add('second')
    partition.append = broken
    partition.commit()
    await turns()
    assert.deepEqual(errors, [bug])
  })

  test('found when records have waited long enough for others', async () => {
    const { partition, clock, errors, add } = await started({ appendLingerMs: 5 })
    add('x')
    partition.append = broken
    clock.advance(5)
    assert.deepEqual(errors, [bug])
  })

  test('found in what it is told', async () => {
    const { runtime, errors } = await started()
    runtime.tellAll(broken)
    assert.deepEqual(errors, [bug])
  })

  test('found while it is given up', async () => {
    const { runtime, shards, partition, errors } = await started()
    shards[0]!.unloaded = broken
    partition.end()
    assert.deepEqual(errors, [bug])
    runtime.close()
  })

  test('found when it begins', async () => {
    const { runtime, shards, errors, turns, add } = makeRuntime()
    runtime.elected(new FakePartition())
    shards[0]!.loaded = broken
    await turns()
    assert.deepEqual(errors, [bug])
    assert.equal(add('x').answer, `refused ${ErrorCode.NOT_COORDINATOR}`)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { alter, eventually, type HeldDisk, holding, settled, startEffectBroker, stopped } from './effect-broker.ts'
import { commit, commitOnce, few, heartbeat, join, withOffsetsTopic } from './group-requests.ts'

const GROUP = 32

type Properties = Readonly<Record<string, string>>

test('group.coordinator.append.linger.ms: what is to be written waits that long for more', async t => {
  const isAnsweredAfter = async (linger: string, ms: number) => {
    const broker = await startEffectBroker(t, { ...few, 'group.coordinator.append.linger.ms': linger })
    await withOffsetsTopic(broker.client)
    const { name } = await broker.topic()
    let isAnswered = false
    const commitOnce = async () => {
      isAnswered = false
      const done = commit(broker.client, name).then(code => {
        isAnswered = true
        return code
      })
      return await done
    }
    // The first waits for the coordinator to be there, too.
    const first = commitOnce()
    await eventually(async () => {
      if (!isAnswered) broker.clock.advance(10)
      await settled()
      return isAnswered
    }, 'a commit')
    assert.equal(await first, ErrorCode.NONE)
    const second = commitOnce()
    await settled()
    if (ms > 0) broker.clock.advance(ms)
    await settled()
    const wasAnswered = isAnswered
    broker.clock.advance(1000)
    assert.equal(await second, ErrorCode.NONE)
    await stopped(broker)
    return wasAnswered
  }
  assert.equal(await isAnsweredAfter('200', 190), false)
  assert.equal(await isAnsweredAfter('200', 200), true)
  assert.equal(await isAnsweredAfter('0', 0), true)
})

test('offsets.commit.timeout.ms: a commit that is not written in time is answered', async t => {
  const codeAfter = async (timeout: string, ms: number) => {
    let isHolding = false
    let disk: HeldDisk
    const broker = await startEffectBroker(t, { ...few, 'offsets.commit.timeout.ms': timeout }, memory => {
      disk = holding(memory, path => isHolding && path.includes('/__consumer_offsets-0/'))
      return { disk: disk.disk }
    })
    await withOffsetsTopic(broker.client)
    const { name } = await broker.topic()
    assert.equal(await commit(broker.client, name), ErrorCode.NONE)
    isHolding = true
    let code: number | undefined
    const answered = commitOnce(broker.client, name).then(answer => {
      code = answer
    })
    await settled()
    broker.clock.advance(ms)
    await settled()
    const inTime = code
    isHolding = false
    disk!.release()
    await answered
    return inTime
  }
  // What clients are told of REQUEST_TIMED_OUT, so that they try again.
  assert.equal(await codeAfter('2000', 2000), ErrorCode.COORDINATOR_NOT_AVAILABLE)
  assert.equal(await codeAfter('2000', 1990), undefined)
})

test('group.consumer.migration.policy: members of the classic protocol may join a consumer group, or not', async t => {
  const code = async (policy: string) => {
    const { broker, client } = await startEffectBroker(t, { ...few, 'group.consumer.migration.policy': policy })
    await broker.createTopic('t')
    await withOffsetsTopic(client)
    assert.equal((await heartbeat(client)).errorCode, ErrorCode.NONE)
    return (await join(await broker.connect())).errorCode
  }
  assert.equal(await code('bidirectional'), ErrorCode.NONE)
  assert.equal(await code('disabled'), ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
})

for (const [key, level] of [
  ['group.consumer.assignment.interval.ms', 'broker'],
  ['consumer.assignment.interval.ms', 'group'],
] as const) {
  test(`${key}: a new assignment is made no sooner than that after the last`, async t => {
    const partitionsAfter = async (intervalMs: string, ms: number) => {
      const properties: Properties = level === 'broker' ? { [key]: intervalMs } : {}
      const broker = await startEffectBroker(t, { ...few, ...properties })
      await broker.broker.createTopic('t', { partitions: 2 })
      await withOffsetsTopic(broker.client)
      if (level === 'group') assert.equal((await alter(broker, GROUP, 'group', { [key]: intervalMs })).errorCode, 0)
      const first = await heartbeat(broker.client)
      await heartbeat(broker.client, { memberId: 'member-that-is-late' })
      broker.clock.advance(ms)
      const again = await heartbeat(broker.client, { memberEpoch: first.memberEpoch })
      // It is to give one up, once another assignment is made.
      return again.assignment?.topicPartitions[0]?.partitions.length ?? 2
    }
    assert.equal(await partitionsAfter('5000', 4000), 2)
    assert.equal(await partitionsAfter('5000', 5000), 1)
    assert.equal(await partitionsAfter('0', 0), 1)
  })
}

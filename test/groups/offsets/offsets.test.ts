import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groupRecordSerde } from '../../../src/groups/group-record-serde.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { type Uuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'
import { bytesOf, GroupHarness, subscription, topicId } from '../support/group-harness.ts'

const otherTopicId = 'AAAAAAAAAAAAAAAAAAAABQ' as Uuid
const minuteMs = 60_000
const retentionMs = 10 * minuteMs

describe('OffsetCommit', () => {
  test('stores what was committed, exactly, and makes a simple group where there is none', () => {
    const harness = new GroupHarness()
    const largest = 2n ** 63n - 1n
    assert.deepEqual(harness.commitOffsets('g', { 't:3': largest }), [ErrorCode.NONE])
    assert.equal(harness.fetch('g', 't', 3), largest)
    assert.equal(harness.group().state, 'Empty')
    assert.equal(harness.group().protocolType, null)
    assert.deepEqual(harness.records, [
      {
        kind: 'offset-commit',
        groupId: 'g',
        topic: 't',
        partition: 3,
        value: {
          offset: largest,
          leaderEpoch: 7,
          metadata: 'm',
          commitTimestampMs: harness.now.wallMs,
          expireTimestampMs: -1,
          topicId,
        },
      },
    ])
  })

  test('writes value version 4, or 1 where an old client set a retention time', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { t: 1n })
    harness.commitOffsets('g', { t: 1n }, { apiVersion: 4, retentionTimeMs: 5000 })
    assert.deepEqual(
      harness.log.map(({ value }) => value?.[1]),
      [4, 1],
    )
    const record = harness.records[1]
    assert.ok(record?.kind === 'offset-commit')
    assert.equal(record.value?.expireTimestampMs, harness.now.wallMs + 5000)
    assert.equal(record.value?.topicId, ZERO_UUID)
  })

  test('takes metadata up to its limit, and null as empty', () => {
    const harness = new GroupHarness({ offsetMetadataLengthMax: 3 })
    assert.deepEqual(harness.commitOffsets('g', { t: 1n }, { metadata: 'äöü' }), [ErrorCode.NONE])
    assert.deepEqual(harness.commitOffsets('g', { t: 2n }, { metadata: 'four' }), [ErrorCode.OFFSET_METADATA_TOO_LARGE])
    assert.equal(harness.fetch('g', 't'), 1n)
    assert.deepEqual(harness.commitOffsets('g', { t: 3n }, { metadata: null }), [ErrorCode.NONE])
    assert.equal(harness.fetch('g', 't'), 3n)
  })

  test('of a member keeps its session', () => {
    const harness = new GroupHarness()
    const { ids, generationId } = harness.stableGroup('g', 1)
    for (let count = 0; count < 5; count++) {
      harness.advance(9000)
      assert.deepEqual(harness.commitOffsets('g', { t: 1n }, { memberId: ids[0]!, generationId }), [ErrorCode.NONE])
    }
  })

  test('that is refused by the log changes nothing', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { t: 1n })
    harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    harness.commitOffsets('g', { t: 2n })
    harness.commitOffsets('new', { t: 2n })
    assert.equal(harness.fetch('g', 't'), 1n)
    assert.deepEqual([...Array.from(harness.shard.groups.values(), ({ groupId }) => groupId)], ['g'])
  })
})

describe('OffsetFetch', () => {
  test('of all topics names each with what was committed; of a group that is not there, none', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { 'a:0': 1n, 'b:2': 2n })
    const all = harness.shard.fetchOffsets({ groupId: 'g', topics: null }, false)
    assert.deepEqual(
      all.topics.map(topic => [topic.name, topic.partitions.map(p => [p.partitionIndex, p.committedOffset])]),
      [
        ['a', [[0, 1n]]],
        ['b', [[2, 2n]]],
      ],
    )
    assert.deepEqual(harness.shard.fetchOffsets({ groupId: 'x', topics: null }, false), { groupId: 'x', topics: [] })
  })

  test('of a topic that was made again under its name finds nothing; without ids it does', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { t: 5n })
    const fetch = (id: Uuid) => {
      const topics = [{ name: 't', topicId: id, partitionIndexes: [0] }]
      return harness.shard.fetchOffsets({ groupId: 'g', topics }, false).topics[0]?.partitions[0]?.committedOffset
    }
    assert.equal(fetch(topicId), 5n)
    assert.equal(fetch(otherTopicId), -1n)
    assert.equal(fetch(ZERO_UUID), 5n)
  })

  test('tells of a pending transaction only when it is asked for what is stable', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { t: 5n })
    const record = { kind: 'offset-commit', groupId: 'g', topic: 't', partition: 0 } as const
    const value = { ...offsetValue, offset: 9n }
    harness.shard.replay({ ...record, value }, 10, 77, harness.now)
    const fetch = (requireStable: boolean) => {
      const topics = [{ name: 't', topicId: ZERO_UUID, partitionIndexes: [0, 1] }]
      const fetched = harness.shard.fetchOffsets({ groupId: 'g', topics }, requireStable)
      return fetched.topics[0]?.partitions.map(p => [p.committedOffset, p.errorCode])
    }
    assert.deepEqual(fetch(false), [
      [5n, ErrorCode.NONE],
      [-1n, ErrorCode.NONE],
    ])
    assert.deepEqual(fetch(true), [
      [-1n, ErrorCode.UNSTABLE_OFFSET_COMMIT],
      [-1n, ErrorCode.NONE],
    ])
    harness.shard.replayTransactionEnd(77, 'commit')
    assert.equal(harness.fetch('g', 't'), 9n)
    assert.deepEqual(fetch(true), [
      [9n, ErrorCode.NONE],
      [-1n, ErrorCode.NONE],
    ])
  })
})

const offsetValue = {
  offset: 1n,
  leaderEpoch: -1,
  metadata: '',
  commitTimestampMs: 0,
  expireTimestampMs: -1,
  topicId: ZERO_UUID,
}

describe('offsets that are committed in a transaction', () => {
  const record = { kind: 'offset-commit', groupId: 'g', topic: 't', partition: 0 } as const

  test('go when it is aborted', () => {
    const { shard, now } = new GroupHarness()
    shard.replay({ ...record, value: offsetValue }, 1, 77, now)
    shard.replayTransactionEnd(77, 'abort')
    assert.equal(shard.offsets.isPending('g', 't', 0), false)
    assert.equal(shard.offsets.committed.get('g', 't', 0), undefined)
  })

  test('lose against what was committed after them', () => {
    const { shard, now } = new GroupHarness()
    shard.replay({ ...record, value: { ...offsetValue, offset: 1n } }, 1, 77, now)
    shard.replay({ ...record, value: { ...offsetValue, offset: 2n } }, 2, -1, now)
    shard.replayTransactionEnd(77, 'commit')
    assert.equal(shard.offsets.committed.get('g', 't', 0)?.offset, 2n)
  })

  test('go with a tombstone', () => {
    const { shard, now } = new GroupHarness()
    shard.replay({ ...record, value: offsetValue }, 1, 77, now)
    shard.replay({ ...record, value: null }, 2, -1, now)
    shard.replayTransactionEnd(77, 'commit')
    assert.equal(shard.offsets.committed.get('g', 't', 0), undefined)
  })
})

describe('OffsetDelete and DeleteGroups', () => {
  const ask = (...partitions: number[]) => [
    { name: 't', partitions: partitions.map(partitionIndex => ({ partitionIndex })) },
  ]

  test('an offset that is there is forgotten; one that is not needs no record', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { 't:0': 1n })
    const before = harness.log.length
    harness.carryOut(harness.shard.deleteOffsets({ groupId: 'g', topics: ask(0, 1) }))
    assert.equal(harness.log.length, before + 1)
    assert.equal(harness.fetch('g', 't'), -1n)
  })

  test('of a group of consumers only topics it does not subscribe to; of any other group none', () => {
    const harness = new GroupHarness()
    harness.stableGroup('g', 1, { protocols: { range: subscription('mine') } })
    const { ids, generationId } = { ids: [...harness.group().members.keys()], generationId: 1 }
    harness.commitOffsets('g', { t: 1n }, { memberId: ids[0]!, generationId })
    const deleted = harness.carryOut(harness.shard.deleteOffsets({ groupId: 'g', topics: ask(0) }))
    assert.ok(typeof deleted !== 'number')
    assert.equal(deleted.topics[0]?.partitions[0]?.errorCode, ErrorCode.NONE)
    harness.stableGroup('c', 1, { protocolType: 'connect' })
    const refused = harness.carryOut(harness.shard.deleteOffsets({ groupId: 'c', topics: ask(0) }))
    assert.ok(typeof refused !== 'number')
    assert.equal(refused.errorCode, ErrorCode.NON_EMPTY_GROUP)
  })

  test('deleting a group writes tombstones for all it had, and a restart finds nothing', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { 'a:0': 1n, 'a:1': 2n, 'b:0': 3n })
    harness.carryOut(harness.shard.deleteGroup('g'))
    assert.equal(harness.log.filter(({ value }) => value === null).length, 4)
    assert.equal([...harness.shard.groups.values()].length, 0)
    harness.restart()
    assert.equal([...harness.shard.groups.values()].length, 0)
    assert.equal(harness.fetch('g', 'a'), -1n)
  })

  test('offsets of deleted topics go, but not those of a new topic under the same name', () => {
    const harness = new GroupHarness()
    harness.commitOffsets('g', { 'old:0': 1n, 'kept:0': 2n })
    harness.commitOffsets('h', { 'old:0': 3n }, { topicId: otherTopicId })
    harness.carryOut(harness.shard.topicsDeleted([{ name: 'old', topicId }]))
    assert.equal(harness.fetch('g', 'old'), -1n)
    assert.equal(harness.fetch('g', 'kept'), 2n)
    assert.equal(harness.fetch('h', 'old'), 3n)
  })
})

describe('the retention of offsets (KIP-211)', () => {
  const config = { offsetsRetentionMs: retentionMs, offsetsRetentionCheckIntervalMs: minuteMs }

  test('of a simple group counts from the commit, and the group goes with its last offset', () => {
    const harness = new GroupHarness(config)
    harness.commitOffsets('g', { 'a:0': 1n })
    harness.advance(5 * minuteMs)
    harness.commitOffsets('g', { 'b:0': 2n })
    harness.advance(5 * minuteMs)
    assert.equal(harness.fetch('g', 'a'), -1n)
    assert.equal(harness.fetch('g', 'b'), 2n)
    harness.advance(5 * minuteMs)
    assert.equal(harness.fetch('g', 'b'), -1n)
    assert.equal([...harness.shard.groups.values()].length, 0)
    harness.restart()
    assert.equal([...harness.shard.groups.values()].length, 0)
  })

  test('of a group that had members counts from when it became empty', () => {
    const harness = new GroupHarness(config)
    const { ids, generationId } = harness.stableGroup('g', 1, { sessionTimeoutMs: 20 * minuteMs })
    harness.commitOffsets('g', { t: 1n }, { memberId: ids[0]!, generationId })
    harness.advance(15 * minuteMs)
    assert.equal(harness.fetch('g', 't'), 1n, 'its topics are not known, so it counts as subscribed')
    harness.leave('g', { memberId: ids[0]! })
    harness.advance(9 * minuteMs)
    assert.equal(harness.fetch('g', 't'), 1n)
    harness.advance(2 * minuteMs)
    assert.equal(harness.fetch('g', 't'), -1n)
  })

  test('of a stable group of consumers spares the topics it subscribes to', () => {
    const harness = new GroupHarness(config)
    const options = { protocols: { range: subscription('mine') }, sessionTimeoutMs: 30 * minuteMs }
    const { ids, generationId } = harness.stableGroup('g', 1, options)
    harness.commitOffsets('g', { mine: 1n, other: 2n }, { memberId: ids[0]!, generationId })
    harness.advance(11 * minuteMs)
    assert.equal(harness.fetch('g', 'mine'), 1n)
    assert.equal(harness.fetch('g', 'other'), -1n)
  })

  test('that an old client asked for counts alone', () => {
    const harness = new GroupHarness(config)
    harness.commitOffsets('g', { t: 1n }, { retentionTimeMs: 2 * minuteMs })
    harness.commitOffsets('h', { t: 1n }, { retentionTimeMs: 60 * minuteMs })
    harness.advance(3 * minuteMs)
    assert.equal(harness.fetch('g', 't'), -1n)
    harness.advance(30 * minuteMs)
    assert.equal(harness.fetch('h', 't'), 1n)
  })

  test('spares what is pending, and the group with it', () => {
    const harness = new GroupHarness(config)
    harness.commitOffsets('g', { t: 1n })
    const record = { kind: 'offset-commit', groupId: 'g', topic: 't', partition: 0, value: offsetValue } as const
    harness.shard.replay(record, 10, 77, harness.now)
    harness.advance(20 * minuteMs)
    assert.equal(harness.fetch('g', 't'), 1n)
    assert.equal([...harness.shard.groups.values()].length, 1)
  })

  test('of an empty group without offsets is over at the next check', () => {
    const harness = new GroupHarness(config)
    harness.join('g')
    harness.advance(minuteMs)
    assert.equal([...harness.shard.groups.values()].length, 0)
  })
})

describe('records of __consumer_offsets', () => {
  test('are the bytes Kafka writes', () => {
    const offset = { kind: 'offset-commit', groupId: 'g', topic: 't', partition: 1, value: offsetValue } as const
    assert.equal(hex(groupRecordSerde.encodeKey(offset)), '0001 0001 67 0001 74 00000001'.replaceAll(' ', ''))
    assert.equal(
      hex(groupRecordSerde.encodeValue({ ...offset, value: { ...offsetValue, metadata: 'x', topicId } })),
      // version, offset, epoch, metadata (compact), timestamp, one tagged field: 0, 16 bytes.
      '0004 0000000000000001 ffffffff 0278 0000000000000000 01 0010 2f30e24e68b04619 83a8e47630d1386a'.replaceAll(
        ' ',
        '',
      ),
    )
    const group = { kind: 'group-metadata', groupId: 'g', value: null } as const
    assert.equal(hex(groupRecordSerde.encodeKey(group)), '0002000167')
    assert.equal(groupRecordSerde.encodeValue(group), null)
  })

  test('of other kinds of groups are unknown; an unknown version of a known kind is an error', () => {
    assert.equal(groupRecordSerde.decode(Uint8Array.of(0, 11, 0, 1, 103), null), undefined)
    const key = Uint8Array.of(0, 2, 0, 1, 103)
    assert.throws(() => groupRecordSerde.decode(key, Uint8Array.of(0, 99)))
  })

  test('of the first Kafkas are still read', () => {
    const key = Uint8Array.of(0, 0, 0, 1, 103, 0, 1, 116, 0, 0, 0, 1)
    const value = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 1, 120, 0, 0, 0, 0, 0, 0, 0, 9])
    assert.deepEqual(groupRecordSerde.decode(key, value), {
      kind: 'offset-commit',
      groupId: 'g',
      topic: 't',
      partition: 1,
      value: { ...offsetValue, offset: 5n, metadata: 'x', commitTimestampMs: 9 },
    })
  })
})

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

test('a restart in the middle of a rebalance finds the generation before it, with its members', () => {
  const harness = new GroupHarness()
  const { ids, generationId } = harness.stableGroup('g', 2, { protocols: { range: bytesOf('said') } })
  harness.joinDynamic('g')
  const parked = harness.join('g', { memberId: ids[0]! })
  harness.restart()
  assert.equal(parked.response.errorCode, ErrorCode.NOT_COORDINATOR)
  assert.equal(harness.group().state, 'Stable')
  assert.deepEqual([...harness.group().members.keys()].sort(), [...ids].sort())
  assert.equal(harness.heartbeat('g', ids[1]!, generationId), ErrorCode.NONE)
  assert.equal(harness.join('g', { memberId: ids[1]!, protocols: { range: bytesOf('said') } }).response.generationId, 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConsumerGroupHeartbeat } from '../../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { LeaveGroup } from '../../../../src/protocol/apis/leave-group.ts'
import { OffsetCommit } from '../../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../../src/protocol/apis/offset-fetch.ts'
import { ConsumerProtocolAssignment } from '../../../../src/protocol/consumer-protocol/consumer-protocol-assignment.ts'
import { ZERO_UUID } from '../../../../src/protocol/uuid.ts'
import { type Habits, Ownership } from './ownership.ts'

/** What a judge that sees nothing would let pass. */
class Scene {
  readonly ownership: Ownership

  constructor(habits: Habits = {}) {
    this.ownership = new Ownership('g', habits)
  }

  sync(memberId: string, generationId: number, partitions: number[]): void {
    const assigned = ConsumerProtocolAssignment.encode({ assignedPartitions: [{ topic: 't', partitions }] }, 0)
    const request = { groupId: 'g', generationId, memberId, groupInstanceId: null }
    this.ownership.synced(
      { ...request, protocolType: null, protocolName: null, assignments: [] },
      {
        ...{ throttleTimeMs: 0, errorCode: 0, protocolType: null, protocolName: null },
        assignment: Buffer.concat([Uint8Array.of(0, 0), ...[assigned].flat()]),
      },
    )
  }

  leave(memberId: string, version: number): void {
    const request = { groupId: 'g', ...(version < 3 ? { memberId } : { members: [{ memberId }] }) }
    const bytes = Buffer.concat(LeaveGroup.request.encode(request, version))
    this.ownership.leaveSent(LeaveGroup.request.decode(bytes, version))
  }

  heartbeat(memberId: string, memberEpoch: number, owned: number[] | null, assigned: number[] | null): void {
    const topics = (partitions: number[] | null) => (partitions === null ? null : [{ topicId: ZERO_UUID, partitions }])
    const request = ConsumerGroupHeartbeat.request.decode(
      Buffer.concat(
        ConsumerGroupHeartbeat.request.encode(
          { groupId: 'g', memberId, memberEpoch, topicPartitions: topics(owned) },
          1,
        ),
      ),
      1,
    )
    this.ownership.heartbeatSent(request)
    this.ownership.heartbeatAnswered(request, {
      ...{ throttleTimeMs: 0, errorCode: 0, errorMessage: null, memberId, memberEpoch: 1, heartbeatIntervalMs: 1 },
      assignment: assigned === null ? null : { topicPartitions: topics(assigned)! },
    })
  }

  commitSent(memberId: string, generation: number, partitionIndex: number, offset: number): () => void {
    const partition = { partitionIndex, committedOffset: BigInt(offset) }
    const request = OffsetCommit.request.decode(
      Buffer.concat(
        OffsetCommit.request.encode(
          {
            ...{ groupId: 'g', memberId, generationIdOrMemberEpoch: generation },
            topics: [{ name: 't', partitions: [{ ...partition, committedMetadata: null }] }],
          },
          8,
        ),
      ),
      8,
    )
    const topics = [{ name: 't', topicId: ZERO_UUID, partitions: [{ partitionIndex, errorCode: 0 }] }]
    const answered = this.ownership.commitSent(request)
    return () => answered?.({ throttleTimeMs: 0, topics })
  }

  commit(memberId: string, generation: number, partitionIndex: number, offset: number): void {
    this.commitSent(memberId, generation, partitionIndex, offset)()
  }

  /** Asks for the offset of a partition; what is returned answers. */
  fetchSent(partitionIndex: number): (offset: number) => void {
    const topics = [{ name: 't', partitionIndexes: [partitionIndex] }]
    const request = OffsetFetch.request.decode(
      Buffer.concat(OffsetFetch.request.encode({ groups: [{ groupId: 'g', topics }] }, 8)),
      8,
    )
    const answered = this.ownership.fetchSent(request)
    return offset => {
      const partition = { partitionIndex, committedOffset: BigInt(offset), metadata: null, errorCode: 0 }
      const groups = [{ groupId: 'g', topics: [{ name: 't', partitions: [partition] }] }]
      answered?.(OffsetFetch.response.decode(Buffer.concat(OffsetFetch.response.encode({ groups }, 8)), 8))
    }
  }
}

test('a partition with two owners in one generation is a fault, in two generations it is none', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0, 1])
  scene.sync('b', 2, [1])
  scene.ownership.assertNoFaults()
  scene.sync('b', 1, [1])
  assert.deepEqual(scene.ownership.faults, ['partition 1 has two owners in generation 1'])
})

test('a partition may be assigned once its owner has given it back, and not before', () => {
  const scene = new Scene()
  scene.heartbeat('a', 0, [], [0, 1])
  scene.heartbeat('b', 0, [], [])
  scene.heartbeat('a', 1, [0, 1], [0])
  assert.equal(scene.ownership.isSettled(2, 1), false)
  scene.heartbeat('a', 1, [0], null)
  scene.heartbeat('b', 1, null, [1])
  scene.ownership.assertNoFaults()
  assert.equal(scene.ownership.isSettled(2, 2), true)
  scene.heartbeat('b', 1, null, [0, 1])
  assert.deepEqual(scene.ownership.faults, ['partition 0 was assigned to b in epoch 1 while a holds it'])
})

test('a member that leaves gives everything back, and an answer that was under way does not bring it back', () => {
  const scene = new Scene()
  scene.heartbeat('a', 0, [], [0])
  scene.heartbeat('a', -1, null, null)
  scene.heartbeat('a', 1, null, [0])
  scene.heartbeat('b', 0, [], [0])
  scene.ownership.assertNoFaults()
  assert.equal(scene.ownership.isSettled(1, 1), true)
})

test('a generation that a member has left is not settled, also where another one has joined in its place', () => {
  for (const version of [2, 3]) {
    const scene = new Scene()
    scene.sync('a', 1, [0])
    scene.sync('b', 1, [1])
    assert.equal(scene.ownership.isSettled(2, 2), true)
    scene.leave('b', version)
    assert.equal(scene.ownership.isSettled(2, 2), false)
    scene.sync('a', 2, [0])
    scene.sync('c', 2, [1])
    assert.equal(scene.ownership.isSettled(2, 2), true)
  }
})

test('a committed offset that its owner moves back is a fault, one that a former owner moves is noted', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0])
  scene.sync('b', 1, [1])
  scene.commit('a', 1, 0, 10)
  scene.commit('b', 1, 0, 5)
  scene.ownership.assertNoFaults()
  assert.equal(scene.ownership.hasStrayCommit(0, 0, 5), true)
  scene.commit('a', 1, 0, 4)
  assert.deepEqual(scene.ownership.faults, ['partition 0: the committed offset went back from 5 to 4'])
})

test('a commit sent in a generation that is over must not be accepted, one that was under way when it ended may be', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0])
  const underWay = scene.commitSent('a', 1, 0, 10)
  scene.sync('b', 2, [0])
  underWay()
  scene.ownership.assertNoFaults()
  scene.commit('a', 1, 0, 20)
  assert.deepEqual(scene.ownership.faults, ['partition 0: a commit of generation 1 was accepted, which is over'])
})

test('whoever asks must be told what was committed', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0])
  scene.fetchSent(0)(-1)
  scene.commit('a', 1, 0, 10)
  scene.fetchSent(0)(10)
  scene.ownership.assertNoFaults()
  assert.equal(scene.ownership.wasTold(0, 10), true)
  scene.fetchSent(0)(-1)
  assert.deepEqual(scene.ownership.faults, ['partition 0: -1 was told where 10 was committed'])
})

test('of a commit that is under way it may be told, and need not', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0])
  scene.commit('a', 1, 0, 10)
  const commit = scene.commitSent('a', 1, 0, 20)
  scene.fetchSent(0)(20)
  const early = scene.fetchSent(0)
  commit()
  early(10)
  scene.ownership.assertNoFaults()
  scene.fetchSent(0)(10)
  assert.deepEqual(scene.ownership.faults, ['partition 0: 10 was told where 20 was committed'])
})

test('of two commits that crossed either may have come last', () => {
  const scene = new Scene()
  scene.sync('a', 1, [0])
  const first = scene.commitSent('a', 1, 0, 10)
  const second = scene.commitSent('a', 1, 0, 20)
  first()
  second()
  scene.fetchSent(0)(10)
  scene.fetchSent(0)(20)
  scene.ownership.assertNoFaults()
})

test('where members commit late, an offset may go back as far as they were told to begin', () => {
  for (const [habits, faults] of [
    [{ commitsLate: true }, []],
    [{}, ['partition 0: the committed offset went back from 20 to 15']],
  ] as const) {
    const scene = new Scene(habits)
    scene.sync('a', 1, [0])
    scene.commit('a', 1, 0, 10)
    scene.sync('a', 2, [0])
    scene.fetchSent(0)(10)
    scene.commit('a', 2, 0, 20)
    scene.commit('a', 2, 0, 15)
    assert.deepEqual(scene.ownership.faults, faults)
  }
})

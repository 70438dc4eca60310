import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GroupAssignment, GroupSpec, MemberSpec, TopicPartitions } from '../../../src/groups/assignors/assignor.ts'
import { PartitionAssignorError } from '../../../src/groups/assignors/assignor.ts'
import { rangeAssignor } from '../../../src/groups/assignors/range-assignor.ts'
import { uniformAssignor } from '../../../src/groups/assignors/uniform-assignor.ts'
import { type Uuid, uuidFromBytes } from '../../../src/protocol/uuid.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { baseSeed } from '../../sim/base-seed.ts'
import { GroupHistory, type HistoryOptions } from './group-history.ts'
import { assignors } from './histories.ts'

const runs = 60
const steps = 15

const small: Omit<HistoryOptions, 'subscriptionType'> = { membersMax: 9, topicsMax: 5, partitionsMax: 30 }

for (const assignor of assignors) {
  for (const subscriptionType of ['homogeneous', 'heterogeneous'] as const) {
    describe(`the ${assignor.name} assignor of a ${subscriptionType} group`, () => {
      test('gives each partition that anybody subscribes to, to one of its subscribers', () => {
        forEachStep(assignor, { ...small, subscriptionType }, (group, assignment, history) => {
          const owners = ownersOf(assignment)
          for (const [memberId, topics] of assignment) {
            for (const topicId of topics.keys()) assert.ok(group.members.get(memberId)!.subscribedTopicIds.has(topicId))
          }
          const subscribed = new Set([...group.members.values()].flatMap(member => [...member.subscribedTopicIds]))
          const partitions = [...subscribed].flatMap(topicId =>
            Array.from({ length: history.partitionCount(topicId) }, (_, partition) => `${topicId} ${partition}`),
          )
          assert.deepEqual([...owners.keys()].sort(), partitions.sort())
        })
      })

      test('is balanced', () => {
        forEachStep(assignor, { ...small, subscriptionType }, (group, assignment) => {
          if (assignor === rangeAssignor) assertTopicsBalanced(group, assignment)
          else if (subscriptionType === 'homogeneous') assertWithinOne([...assignment.values()].map(sizeOf))
          else assertSubscribersBalanced(group, assignment)
        })
      })
    })
  }
}

test('a homogeneous uniform assignment moves no more partitions than balance asks for', () => {
  forEachStep(uniformAssignor, { ...small, subscriptionType: 'homogeneous' }, (group, assignment, history) => {
    if (assignment.size === 0) return
    const owners = ownersOf(assignment)
    let moved = 0
    let mustMove = 0
    const kept = [...group.members].map(([memberId, { assignment: before, subscribedTopicIds }]) => {
      const had = [...before].filter(([topicId]) => subscribedTopicIds.has(topicId))
      const partitions = had.flatMap(([topicId, numbers]) => numbers.map(partition => `${topicId} ${partition}`))
      moved += partitions.filter(partition => owners.get(partition) !== memberId).length
      return partitions.length
    })
    const [first] = group.members.values()
    const total = [...first!.subscribedTopicIds].reduce((sum, topicId) => sum + history.partitionCount(topicId), 0)
    const quota = Math.floor(total / kept.length)
    let extra = total % kept.length
    for (const count of kept) mustMove += Math.max(0, count - (count > quota && extra-- > 0 ? quota + 1 : quota))
    assert.equal(moved, mustMove)
  })
})

test('a uniform assignment is left as it is when nothing has happened', () => {
  for (const subscriptionType of ['homogeneous', 'heterogeneous'] as const) {
    forEachStep(uniformAssignor, { ...small, subscriptionType }, (_group, assignment, history) => {
      history.assigned(assignment)
      const again = uniformAssignor.assign(history.group, history)
      for (const [memberId, partitions] of again) assert.equal(partitions, assignment.get(memberId))
    })
  }
})

test('a member that leaves moves the partitions it had and no others, where the sizes allow', () => {
  const topic = topicId(1)
  const before = [range(0, 4), range(4, 8), range(8, 12)].map((partitions, index): [string, MemberSpec] => [
    `m${index}`,
    memberOf([topic], new Map([[topic, partitions]])),
  ])
  const assignment = uniformAssignor.assign(groupOf(before.slice(0, 2)), topicsOf({ [topic]: 12 }))
  assert.deepEqual([...assignment.get('m0')!.get(topic)!], [0, 1, 2, 3, 8, 9])
  assert.deepEqual([...assignment.get('m1')!.get(topic)!], [4, 5, 6, 7, 10, 11])
})

test('range gives members the same partitions of topics with equally many', () => {
  const topics = [topicId(1), topicId(2)]
  const group = groupOf([
    ['b', memberOf(topics)],
    ['a', memberOf(topics)],
  ])
  const assignment = rangeAssignor.assign(group, topicsOf({ [topics[0]!]: 3, [topics[1]!]: 3 }))
  for (const topic of topics) {
    assert.deepEqual(assignment.get('a')!.get(topic), [0, 1])
    assert.deepEqual(assignment.get('b')!.get(topic), [2])
  }
})

test('range puts static members first, by instance id, so that a new member id moves nothing', () => {
  const topic = topicId(1)
  const member = (instanceId: string | null) => ({ ...memberOf([topic]), instanceId })
  for (const ids of [
    ['x', 'y', 'a'],
    ['y', 'x', 'b'],
  ]) {
    const [one, two, dynamic] = ids
    const group = groupOf([
      [dynamic!, member(null)],
      [two!, member('i2')],
      [one!, member('i1')],
    ])
    const assignment = rangeAssignor.assign(group, topicsOf({ [topic]: 5 }))
    assert.deepEqual(
      [one, two, dynamic].map(id => assignment.get(id!)!.get(topic)),
      [[0, 1], [2, 3], [4]],
    )
  }
})

test('members beyond the number of partitions get none', () => {
  const topic = topicId(1)
  for (const assignor of assignors) {
    const group = groupOf(['a', 'b', 'c'].map(id => [id, memberOf([topic])]))
    const assignment = assignor.assign(group, topicsOf({ [topic]: 2 }))
    assert.deepEqual([...assignment.values()].map(sizeOf).sort(), [0, 1, 1])
  }
})

test('a topic that does not exist fails the assignment', () => {
  for (const assignor of assignors) {
    for (const subscriptionType of ['homogeneous', 'heterogeneous'] as const) {
      const group = { ...groupOf([['a', memberOf([topicId(9)])]]), subscriptionType }
      assert.throws(() => assignor.assign(group, topicsOf({})), PartitionAssignorError)
    }
  }
})

test('nobody subscribed to anything gives nobody anything', () => {
  for (const assignor of assignors) {
    for (const subscriptionType of ['homogeneous', 'heterogeneous'] as const) {
      for (const members of [[], [['a', memberOf([])]] as [string, MemberSpec][]]) {
        const assignment = assignor.assign({ ...groupOf(members), subscriptionType }, topicsOf({}))
        assert.deepEqual(
          [...assignment.values()].filter(partitions => partitions.size > 0),
          [],
        )
      }
    }
  }
})

function forEachStep(
  assignor: (typeof assignors)[number],
  options: HistoryOptions,
  check: (group: GroupSpec, assignment: GroupAssignment, history: GroupHistory) => void,
): void {
  for (let run = 0; run < runs; run++) {
    const history = new GroupHistory(new Seed(baseSeed() + run), options)
    for (let step = 0; step < steps; step++) {
      const group = history.group
      const assignment = assignor.assign(group, history)
      check(group, assignment, history)
      history.assigned(assignment)
      history.change()
    }
  }
}

function ownersOf(assignment: GroupAssignment): Map<string, string> {
  const owners = new Map<string, string>()
  for (const [memberId, topics] of assignment) {
    for (const [topicId, partitions] of topics) {
      for (const partition of partitions) {
        const key = `${topicId} ${partition}`
        assert.equal(owners.get(key), undefined, `${key} has two owners`)
        owners.set(key, memberId)
      }
    }
  }
  return owners
}

function assertTopicsBalanced(group: GroupSpec, assignment: GroupAssignment): void {
  const topics = new Set([...group.members.values()].flatMap(member => [...member.subscribedTopicIds]))
  for (const topicId of topics) {
    const subscribers = [...group.members].filter(([, member]) => member.subscribedTopicIds.has(topicId))
    assertWithinOne(subscribers.map(([memberId]) => assignment.get(memberId)?.get(topicId)?.length ?? 0))
  }
}

/** Of each topic, no subscriber has a partition that another, who has two fewer in all, could have. */
function assertSubscribersBalanced(group: GroupSpec, assignment: GroupAssignment): void {
  for (const [memberId, topics] of assignment) {
    for (const topicId of topics.keys()) {
      for (const [otherId, other] of group.members) {
        if (!other.subscribedTopicIds.has(topicId)) continue
        assert.ok(sizeOf(topics) - sizeOf(assignment.get(otherId)!) <= 1, `${memberId} has too much beside ${otherId}`)
      }
    }
  }
}

function assertWithinOne(sizes: readonly number[]): void {
  if (sizes.length > 0) assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `not balanced: ${sizes}`)
}

function sizeOf(partitions: TopicPartitions): number {
  return [...partitions.values()].reduce((sum, numbers) => sum + numbers.length, 0)
}

function topicId(number: number): Uuid {
  return uuidFromBytes(Uint8Array.from({ length: 16 }, () => number))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

function memberOf(topics: readonly Uuid[], assignment: TopicPartitions = new Map()): MemberSpec {
  return { rackId: null, instanceId: null, subscribedTopicIds: new Set(topics), assignment }
}

function groupOf(members: readonly [string, MemberSpec][]): GroupSpec {
  return {
    members: new Map(members),
    subscriptionType: 'homogeneous',
    isPartitionAssigned: (topicId, partition) =>
      members.some(([, { assignment }]) => assignment.get(topicId)?.includes(partition)),
    isPartitionAssignable: () => true,
  }
}

function topicsOf(counts: Record<Uuid, number>) {
  return { partitionCount: (topicId: Uuid) => counts[topicId] ?? -1, racksOfPartition: () => new Set<string>() }
}

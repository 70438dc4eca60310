import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Seed } from '../../../src/sim/seed.ts'
import { baseSeed } from '../../sim/base-seed.ts'
import { skipWithout } from '../../support/require.ts'
import { judgedByKafka, type PlainAssignment } from './assignor-judge.ts'
import { assignors, played, smallHistories } from './histories.ts'

const histories = 150
const stepsPerHistory = 20

test('both assignors give what Kafka 4.3.1 was recorded to give', () => {
  const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as PlainAssignment[]
  for (const [step, { group, assignment }] of smallHistories().entries()) assertSame(group, assignment, recorded[step]!)
})

test(`both assignors give what Kafka 4.3.1 gives (${histories * stepsPerHistory} random groups)`, {
  skip: skipWithout('java'),
}, async () => {
  const steps = Array.from({ length: histories }, (_, index) => {
    const seed = new Seed(baseSeed() + index)
    const options = {
      membersMax: seed.pick([3, 8, 40]),
      topicsMax: seed.pick([1, 4, 12, 30]),
      partitionsMax: seed.pick([4, 20, 150]),
      subscriptionType: seed.pick(['homogeneous', 'heterogeneous'] as const),
    }
    return played(seed, seed.pick(assignors), options, stepsPerHistory)
  }).flat()
  const expected = await judgedByKafka(steps.map(({ group }) => group))
  for (const [step, { group, assignment }] of steps.entries()) assertSame(group, assignment, expected[step]!)
})

/** What changed must be in the order of Kafka's collections too: the order decides what moves next. */
function assertSame(group: string, actual: PlainAssignment, expected: PlainAssignment): void {
  const before = previousAssignment(group)
  const comparable = (assignment: PlainAssignment) =>
    Object.entries(assignment).map(([memberId, topics]) => [
      memberId,
      topics.map(([topicId, partitions]) => {
        const ascending = [...partitions].sort((one, other) => one - other)
        const isUnchanged = before.get(`${memberId} ${topicId}`) === ascending.join()
        return [topicId, isUnchanged ? ascending : partitions]
      }),
    ])
  assert.deepEqual(comparable(actual), comparable(expected), group)
}

function previousAssignment(group: string): Map<string, string> {
  const { members } = JSON.parse(group) as {
    members: { memberId: string; assignment: [topicId: string, partitions: number[]][] }[]
  }
  return new Map(
    members.flatMap(({ memberId, assignment }) =>
      assignment.map(([topicId, partitions]): [string, string] => [
        `${memberId} ${topicId}`,
        [...partitions].sort((one, other) => one - other).join(),
      ]),
    ),
  )
}

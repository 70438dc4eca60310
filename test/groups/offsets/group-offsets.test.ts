import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GroupOffsets } from '../../../src/groups/offsets/group-offsets.ts'
import { ZERO_UUID } from '../../../src/protocol/uuid.ts'

const groupIds = ['g', 'h']
const topics = ['s', 't']
const where = fc.record({
  groupId: fc.constantFrom(...groupIds),
  topic: fc.constantFrom(...topics),
  partition: fc.nat(2),
})
const step = fc.oneof(
  { weight: 3, arbitrary: where.map(at => ({ kind: 'commit' as const, ...at, producerId: -1 })) },
  {
    weight: 3,
    arbitrary: fc.tuple(where, fc.nat(2)).map(([at, producerId]) => ({ kind: 'commit' as const, ...at, producerId })),
  },
  { weight: 2, arbitrary: where.map(at => ({ kind: 'delete' as const, ...at })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      producerId: fc.nat(2),
      outcome: fc.constantFrom('commit' as const, 'abort' as const),
    }),
  },
)

/** Each commit that stands, by where and by whose it is (-1: nobody's transaction), with its offset in the log. */
type Model = Map<string, number>

test('offsets are found by group and by topic, whatever was committed, deleted, and decided of transactions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const offsets = new GroupOffsets()
      const model: Model = new Map()
      for (const [recordOffset, each] of steps.entries()) {
        if (each.kind === 'end') {
          offsets.replayTransactionEnd(each.producerId, each.outcome)
          endIn(model, each.producerId, each.outcome === 'commit')
          continue
        }
        const { groupId, topic, partition } = each
        const at = `${groupId} ${topic} ${partition}`
        if (each.kind === 'delete') {
          offsets.replay(groupId, topic, partition, null, recordOffset, -1)
          for (const key of [...model.keys()]) if (key.startsWith(`${at} `)) model.delete(key)
        } else {
          offsets.replay(groupId, topic, partition, value, recordOffset, each.producerId)
          model.set(`${at} ${each.producerId}`, recordOffset)
        }
      }
      for (const topic of topics) assert.deepEqual(foundByTopic(offsets, topic), expectedOfTopic(model, topic))
      for (const groupId of groupIds) {
        const found = Array.from(offsets.ofGroup(groupId), ([topic, partition]) => `${groupId} ${topic} ${partition}`)
        const expected = [...model.keys()].filter(key => key.startsWith(`${groupId} `)).map(key => placeOf(key))
        assert.deepEqual(found.toSorted(), [...new Set(expected)].toSorted())
        assert.equal(
          offsets.hasPending(groupId),
          [...model.keys()].some(key => key.startsWith(`${groupId} `) && !key.endsWith(' -1')),
        )
      }
    }),
  )
})

const value = {
  offset: 1n,
  leaderEpoch: -1,
  metadata: '',
  commitTimestampMs: 0,
  expireTimestampMs: -1,
  topicId: ZERO_UUID,
}

function endIn(model: Model, producerId: number, isCommitted: boolean): void {
  for (const [key, recordOffset] of [...model]) {
    if (!key.endsWith(` ${producerId}`)) continue
    model.delete(key)
    const committed = `${placeOf(key)} -1`
    if (isCommitted && recordOffset > (model.get(committed) ?? -1)) model.set(committed, recordOffset)
  }
}

function placeOf(key: string): string {
  return key.slice(0, key.lastIndexOf(' '))
}

function foundByTopic(offsets: GroupOffsets, topic: string): string[] {
  return Array.from(
    offsets.ofTopic(topic),
    ([groupId, partition, { recordOffset }]) => `${groupId} ${topic} ${partition}@${recordOffset}`,
  ).toSorted()
}

function expectedOfTopic(model: Model, topic: string): string[] {
  return Array.from(model, ([key, recordOffset]) => `${placeOf(key)}@${recordOffset}`)
    .filter(text => text.split(' ')[1] === topic)
    .toSorted()
}

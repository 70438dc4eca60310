import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupTopic } from '../../src/groups/group-topics.ts'
import { groupHash, topicHash } from '../../src/groups/topic-hash.ts'
import { toUuid } from '../../src/protocol/uuid.ts'

function topic(name: string, id: string, racks: readonly (readonly string[])[]): GroupTopic {
  return { name, id: toUuid(id), partitionCount: racks.length, racksOfPartition: partition => racks[partition] ?? [] }
}

const alpha = topic('alpha', 'LzDiTmiwRhmDqOR2MNE4ag', [['b', 'a'], [], ['r1']])
const other = topic('foé', '_uDiTmiwRhmDqOR2MNE4ag', [[], []])

test('topics and groups hash as with Kafka 4.3.1 (Utils.computeTopicHash and computeGroupHash over hash4j 0.22.0)', () => {
  assert.equal(topicHash(alpha), -4760158137933496503n)
  assert.equal(topicHash(other), 8440432991275175322n)
  const hashes = new Map([
    ['foé', topicHash(other)],
    ['alpha', topicHash(alpha)],
  ])
  assert.equal(groupHash(hashes), 1887634561095903836n)
  assert.equal(groupHash(new Map()), 0n)
})

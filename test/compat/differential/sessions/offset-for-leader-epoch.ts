import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

const of = (leaderEpoch: number, fields: JsonObject = {}, name = '{name}'): JsonObject => ({
  replicaId: -1,
  topics: [{ topic: name, partitions: [{ partition: 0, leaderEpoch, ...fields }] }],
})

export const offsetForLeaderEpoch = script('OffsetForLeaderEpoch', [
  {
    name: 'the end of the current epoch, of none, of one to come',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'OffsetForLeaderEpoch', body: of(0) },
      produced([threeRecords]),
      { send: 'OffsetForLeaderEpoch', body: of(0) },
      { send: 'OffsetForLeaderEpoch', body: of(-1) },
      { send: 'OffsetForLeaderEpoch', body: of(1) },
      { send: 'OffsetForLeaderEpoch', body: of(0, { currentLeaderEpoch: 0 }) },
      { send: 'OffsetForLeaderEpoch', body: of(0, { currentLeaderEpoch: 2 }) },
    ],
  },
  {
    name: 'topics and partitions that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'OffsetForLeaderEpoch', body: of(0, { partition: 2 }) },
      { send: 'OffsetForLeaderEpoch', body: of(0, {}, '{name}-x') },
      { send: 'OffsetForLeaderEpoch', body: { replicaId: -1, topics: [] } },
    ],
  },
])

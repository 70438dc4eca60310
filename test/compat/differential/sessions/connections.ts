import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

const fetch = (fetchOffset: number, maxWaitMs: number): JsonObject => ({
  maxWaitMs,
  minBytes: 1,
  topics: [{ topicId: '{topicId}', partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 100_000 }] }],
})

const produce: JsonObject = {
  acks: -1,
  timeoutMs: 5000,
  topicData: [{ topicId: '{topicId}', partitionData: [{ index: 0, records: { batches: [threeRecords] } }] }],
}

export const connections = script(
  'Fetch',
  [
    {
      name: 'requests sent at once are answered in their order',
      steps: [
        ...topic(1),
        { send: 'Produce', later: 'first', body: produce },
        { send: 'Produce', later: 'second', body: produce },
        { send: 'Fetch', later: 'third', body: fetch(0, 0) },
        { send: 'Metadata', later: 'fourth', body: { topics: [{ name: '{name}' }] } },
        { send: 'Produce', later: 'fifth', body: produce },
        { send: 'Produce', later: 'unanswered', body: { ...produce, acks: 0 } },
        { send: 'Fetch', later: 'sixth', body: fetch(9, 0) },
        { collect: 'first' },
        { collect: 'second' },
        { collect: 'third' },
        { collect: 'fourth' },
        { collect: 'fifth' },
        { collect: 'sixth' },
      ],
    },
    {
      name: 'what waits holds back what comes after it',
      steps: [
        ...topic(1),
        { send: 'Fetch', later: 'waiting', body: fetch(0, 1000) },
        { send: 'Metadata', later: 'behind', body: { topics: [{ name: '{name}' }] } },
        { collect: 'waiting' },
        { collect: 'behind' },
      ],
    },
    {
      name: 'a waiting fetch ends when its topic is deleted',
      versions: [13, 18],
      steps: [
        ...topic(1),
        produced([threeRecords]),
        { send: 'Fetch', later: 'waiting', body: fetch(3, 10_000) },
        // Requests on two connections have no order of their own.
        { pauseMs: 1000 },
        { send: 'DeleteTopics', connection: 'admin', body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
        { collect: 'waiting' },
        { send: 'Fetch', body: fetch(3, 0) },
        { send: 'Produce', body: produce },
      ],
    },
    {
      name: 'a stale topic id does not reach the topic that has the name now',
      versions: [13, 18],
      steps: [
        ...topic(1),
        produced([threeRecords]),
        { send: 'DeleteTopics', quiet: true, body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
        ...topic(1, {}, '{name}', 'newTopicId'),
        { send: 'Produce', body: produce },
        { send: 'Fetch', body: fetch(0, 0) },
        {
          send: 'ListOffsets',
          body: { replicaId: -1, topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, timestamp: -1 }] }] },
        },
        {
          send: 'Fetch',
          version: 12,
          body: {
            maxWaitMs: 0,
            minBytes: 0,
            topics: [{ topic: '{name}', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }],
          },
        },
      ],
    },
    {
      name: 'a connection that goes away takes its waiting fetch along, and disturbs no other',
      steps: [
        ...topic(1),
        { send: 'Fetch', connection: 'gone', later: 'never', body: fetch(0, 10_000) },
        { connection: 'gone', disconnect: true },
        { send: 'Produce', body: produce },
        { send: 'Fetch', body: fetch(0, 0) },
      ],
    },
  ],
  'Connections',
)

import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic, unknownUuid } from '../steps.ts'

const from = (fetchOffset: number | string, fields: JsonObject = {}, partitionFields: JsonObject = {}): JsonObject => ({
  maxWaitMs: 0,
  minBytes: 0,
  maxBytes: 1_000_000,
  topics: [
    {
      topic: '{name}',
      topicId: '{topicId}',
      partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000, ...partitionFields }],
    },
  ],
  ...fields,
})

const big: JsonObject = { records: [{ value: 'x', times: 2000 }] }

export const fetch = script('Fetch', [
  {
    name: 'from the start, from the middle of a batch, at the end',
    versions: 'all',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      produced([threeRecords]),
      { send: 'Fetch', body: from(0) },
      { send: 'Fetch', body: from(1) },
      { send: 'Fetch', body: from(4) },
      { send: 'Fetch', body: from(6) },
    ],
  },
  {
    name: 'offsets out of range',
    versions: 'all',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'Fetch', body: from(7) },
      { send: 'Fetch', body: from(-1) },
      { send: 'Fetch', body: from('9223372036854775807') },
      {
        send: 'DeleteRecords',
        quiet: true,
        body: { topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, offset: 2 }] }], timeoutMs: 5000 },
      },
      { send: 'Fetch', body: from(1) },
      { send: 'Fetch', body: from(2) },
    ],
  },
  {
    name: 'topics and partitions that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      {
        send: 'Fetch',
        body: from(0, {
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [{ partition: 3, fetchOffset: 0, partitionMaxBytes: 100 }],
            },
          ],
        }),
      },
      {
        send: 'Fetch',
        body: from(0, {
          topics: [
            {
              topic: '{name}-x',
              topicId: unknownUuid,
              partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100 }],
            },
          ],
        }),
      },
      { send: 'Fetch', body: from(0, { topics: [] }) },
    ],
  },
  {
    name: 'leader epochs: right, too old, too new',
    versions: [9, 18],
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'Fetch', body: from(0, {}, { currentLeaderEpoch: 0 }) },
      { send: 'Fetch', body: from(0, {}, { currentLeaderEpoch: 5 }) },
      { send: 'Fetch', body: from(3, {}, { currentLeaderEpoch: 0, lastFetchedEpoch: 0 }) },
      { send: 'Fetch', body: from(3, {}, { currentLeaderEpoch: 0, lastFetchedEpoch: 4 }) },
      { send: 'Fetch', body: from(5, {}, { currentLeaderEpoch: 0, lastFetchedEpoch: 0 }) },
    ],
  },
  {
    name: 'one whole batch above any limit, then no more',
    versions: 'all',
    steps: [
      ...topic(2),
      produced([big]),
      produced([big]),
      produced([big], 1),
      { send: 'Fetch', body: from(0, {}, { partitionMaxBytes: 1 }) },
      { send: 'Fetch', body: from(0, { maxBytes: 1 }) },
      { send: 'Fetch', body: from(0, { maxBytes: 0 }, { partitionMaxBytes: 0 }) },
      { send: 'Fetch', body: from(0, {}, { partitionMaxBytes: 4300 }) },
      {
        send: 'Fetch',
        body: from(0, {
          maxBytes: 100,
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [
                { partition: 0, fetchOffset: 0, partitionMaxBytes: 100 },
                { partition: 1, fetchOffset: 0, partitionMaxBytes: 100 },
              ],
            },
          ],
        }),
      },
    ],
  },
  {
    name: 'waits for bytes that another connection brings',
    versions: [4, 18],
    steps: [
      ...topic(1),
      { send: 'Fetch', later: 'tail', body: from(0, { maxWaitMs: 15_000, minBytes: 1 }) },
      { ...produced([threeRecords]), connection: 'producer' },
      { collect: 'tail' },
      { send: 'Fetch', body: from(3, { maxWaitMs: 100, minBytes: 1 }) },
      { send: 'Fetch', body: from(0, { maxWaitMs: 100, minBytes: 100_000 }) },
    ],
  },
  {
    name: 'an incremental session',
    versions: [7, 18],
    steps: [
      ...topic(2),
      produced([threeRecords]),
      { send: 'Fetch', body: from(0, { sessionId: 0, sessionEpoch: 0 }), keep: { session: 'sessionId' } },
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 1, topics: [] }) },
      { send: 'Fetch', body: from(3, { sessionId: '{session}', sessionEpoch: 2 }) },
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 3, topics: [] }) },
      produced([threeRecords]),
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 4, topics: [] }) },
      {
        send: 'Fetch',
        body: from(0, {
          sessionId: '{session}',
          sessionEpoch: 5,
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [{ partition: 1, fetchOffset: 0, partitionMaxBytes: 1000 }],
            },
          ],
          forgottenTopicsData: [{ topic: '{name}', topicId: '{topicId}', partitions: [0] }],
        }),
      },
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 5, topics: [] }) },
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: -1, topics: [] }) },
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 6, topics: [] }) },
    ],
  },
  {
    name: 'sessions that do not exist',
    versions: [7, 18],
    steps: [
      ...topic(1),
      { send: 'Fetch', body: from(0, { sessionId: 4711, sessionEpoch: 1 }) },
      { send: 'Fetch', body: from(0, { sessionId: 4711, sessionEpoch: 0 }), keep: { session: 'sessionId' } },
      { send: 'Fetch', body: from(0, { sessionId: 0, sessionEpoch: 5 }) },
      { send: 'Fetch', body: from(0, { sessionId: 0, sessionEpoch: -1 }) },
    ],
  },
  {
    name: 'a session over a partition that does not exist, until it does',
    versions: [7, 18],
    steps: [
      ...topic(1),
      {
        send: 'Fetch',
        body: from(0, {
          sessionId: 0,
          sessionEpoch: 0,
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [{ partition: 1, fetchOffset: 0, partitionMaxBytes: 1000 }],
            },
          ],
        }),
        keep: { session: 'sessionId' },
      },
      {
        send: 'CreatePartitions',
        quiet: true,
        body: { topics: [{ name: '{name}', count: 2, assignments: null }], timeoutMs: 5000 },
      },
      produced([threeRecords], 1),
      { send: 'Fetch', body: from(0, { sessionId: '{session}', sessionEpoch: 1, topics: [] }) },
    ],
  },
  {
    name: 'read committed is told about the last stable offset',
    versions: 'all',
    steps: [...topic(1), produced([threeRecords]), { send: 'Fetch', body: from(0, { isolationLevel: 1 }) }],
  },
  {
    name: 'an isolation level that does not exist',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'Fetch', body: from(0, { isolationLevel: 7 }), patienceMs: 5000 },
    ],
  },
  {
    name: 'zstd only from v10 on',
    versions: 'all',
    steps: [...topic(1), produced([{ ...threeRecords, codec: 'zstd' }]), { send: 'Fetch', body: from(0) }],
  },
  {
    name: 'a deleted topic',
    versions: [12, 18],
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'Fetch', body: from(0, { sessionId: 0, sessionEpoch: 0 }), keep: { session: 'sessionId' } },
      { send: 'DeleteTopics', quiet: true, body: { topics: [{ name: '{name}' }], timeoutMs: 10_000 } },
      {
        send: 'Metadata',
        quiet: true,
        body: { topics: [{ name: '{name}' }], allowAutoTopicCreation: false },
        until: { 'topics.0.errorCode': 3 },
      },
      { send: 'Fetch', body: from(0) },
      { send: 'Fetch', body: from(3, { sessionId: '{session}', sessionEpoch: 1, topics: [] }) },
    ],
  },
  {
    name: 'a consumer that calls itself a replica',
    versions: [4, 18],
    steps: [
      ...topic(1),
      produced([threeRecords]),
      {
        send: 'Fetch',
        body: from(0, { replicaId: 5, replicaState: { replicaId: 5, replicaEpoch: 1 } }),
        patienceMs: 5000,
      },
      {
        send: 'Fetch',
        body: from(0, { replicaId: -2, replicaState: { replicaId: -2, replicaEpoch: -1 } }),
        patienceMs: 5000,
      },
    ],
  },
  {
    name: 'a first batch above its partition limit leaves the others theirs',
    versions: 'all',
    steps: [
      ...topic(2),
      produced([big]),
      produced([threeRecords], 1),
      {
        send: 'Fetch',
        body: from(0, {
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [
                { partition: 0, fetchOffset: 0, partitionMaxBytes: 100 },
                { partition: 1, fetchOffset: 0, partitionMaxBytes: 1000 },
              ],
            },
          ],
        }),
      },
    ],
  },
  {
    name: 'a batch that what the first has left is too small for',
    versions: 'all',
    steps: [
      ...topic(2),
      produced([big]),
      produced([big], 1),
      {
        send: 'Fetch',
        body: from(0, {
          isolationLevel: 1,
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [
                { partition: 0, fetchOffset: 0, partitionMaxBytes: 10_000 },
                { partition: 1, fetchOffset: 0, partitionMaxBytes: 1000 },
              ],
            },
          ],
        }),
      },
    ],
  },
  {
    name: 'a limit in the middle of a second batch',
    versions: 'all',
    steps: [
      ...topic(1),
      produced([big]),
      produced([big]),
      { send: 'Fetch', body: from(0, {}, { partitionMaxBytes: 3000 }) },
    ],
  },
])

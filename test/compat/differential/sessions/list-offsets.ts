import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

const at = (timestamp: number, fields: JsonObject = {}, request: JsonObject = {}): JsonObject => ({
  replicaId: -1,
  topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, timestamp, ...fields }] }],
  timeoutMs: 5000,
  ...request,
})

export const listOffsets = script('ListOffsets', [
  {
    name: 'the special timestamps',
    versions: 'all',
    steps: [
      ...topic(1),
      ...[-1, -2, -3, -4, -5, -6].map(timestamp => ({ send: 'ListOffsets', body: at(timestamp) })),
      produced([threeRecords]),
      ...[-1, -2, -3, -4, -5, -6].map(timestamp => ({ send: 'ListOffsets', body: at(timestamp) })),
      { send: 'ListOffsets', body: at(-7) },
    ],
  },
  {
    name: 'by time',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'ListOffsets', body: at(0) },
      produced([threeRecords]),
      produced([{ records: [{ timestamp: 1_600_000_000_000 }, { timestamp: 1_710_000_000_000 }], codec: 'gzip' }]),
      { send: 'ListOffsets', body: at(0) },
      { send: 'ListOffsets', body: at(1_700_000_000_000) },
      { send: 'ListOffsets', body: at(1_700_000_000_001) },
      { send: 'ListOffsets', body: at(1_700_000_000_501) },
      { send: 'ListOffsets', body: at(1_700_000_001_001) },
      { send: 'ListOffsets', body: at(1_710_000_000_001) },
      { send: 'ListOffsets', body: at(-3) },
    ],
  },
  {
    name: 'after records were deleted',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      {
        send: 'DeleteRecords',
        quiet: true,
        body: { topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, offset: 2 }] }], timeoutMs: 5000 },
      },
      ...[-1, -2, -3, -4, -5, -6, 0, 1_700_000_000_000].map(timestamp => ({
        send: 'ListOffsets',
        body: at(timestamp),
      })),
      {
        send: 'DeleteRecords',
        quiet: true,
        body: { topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, offset: 3 }] }], timeoutMs: 5000 },
      },
      ...[-1, -2, -3, 0].map(timestamp => ({ send: 'ListOffsets', body: at(timestamp) })),
    ],
  },
  {
    name: 'topics and partitions that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'ListOffsets', body: at(-1, { partitionIndex: 4 }) },
      {
        send: 'ListOffsets',
        body: at(-1, {}, { topics: [{ name: '{name}-x', partitions: [{ partitionIndex: 0, timestamp: -1 }] }] }),
      },
      { send: 'ListOffsets', body: at(-1, {}, { topics: [] }) },
    ],
  },
  {
    name: 'leader epochs: right, too new',
    versions: [4, 11],
    steps: [
      ...topic(1),
      { send: 'ListOffsets', body: at(-1, { currentLeaderEpoch: 0 }) },
      { send: 'ListOffsets', body: at(-1, { currentLeaderEpoch: 3 }) },
    ],
  },
  {
    name: 'read committed',
    versions: [2, 11],
    steps: [...topic(1), produced([threeRecords]), { send: 'ListOffsets', body: at(-1, {}, { isolationLevel: 1 }) }],
  },
  {
    name: 'the same partition twice',
    steps: [
      ...topic(1),
      {
        send: 'ListOffsets',
        body: at(
          -1,
          {},
          {
            topics: [
              {
                name: '{name}',
                partitions: [
                  { partitionIndex: 0, timestamp: -1 },
                  { partitionIndex: 0, timestamp: -2 },
                ],
              },
            ],
          },
        ),
      },
    ],
  },
  {
    name: 'asked by what calls itself a replica, or a debugging consumer',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'ListOffsets', body: at(-1, {}, { replicaId: -2 }) },
      { send: 'ListOffsets', body: at(-1, {}, { replicaId: 1 }) },
    ],
  },
])

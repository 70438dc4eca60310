import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'

const upTo = (offset: number | string, partition = 0, name = '{name}') => ({
  topics: [{ name, partitions: [{ partitionIndex: partition, offset }] }],
  timeoutMs: 10_000,
})

export const deleteRecords = script('DeleteRecords', [
  {
    name: 'records up to an offset, then up to the high watermark',
    versions: 'all',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'DeleteRecords', body: upTo(2) },
      {
        send: 'ListOffsets',
        body: { replicaId: -1, topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, timestamp: -2 }] }] },
      },
      { send: 'DeleteRecords', body: upTo(1) },
      { send: 'DeleteRecords', body: upTo(-1) },
      {
        send: 'Fetch',
        body: {
          maxWaitMs: 0,
          minBytes: 0,
          topics: [{ topicId: '{topicId}', partitions: [{ partition: 0, fetchOffset: 1, partitionMaxBytes: 1000 }] }],
        },
      },
    ],
  },
  {
    name: 'offsets that cannot be',
    steps: [
      ...topic(1),
      produced([threeRecords]),
      { send: 'DeleteRecords', body: upTo(4) },
      { send: 'DeleteRecords', body: upTo(-2) },
      { send: 'DeleteRecords', body: upTo('9223372036854775807') },
      { send: 'DeleteRecords', body: upTo(0) },
    ],
  },
  {
    name: 'partitions and topics that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'DeleteRecords', body: upTo(0, 1) },
      { send: 'DeleteRecords', body: upTo(0, 0, '{name}-x') },
      { send: 'DeleteRecords', body: upTo(0, 0, '') },
      { send: 'DeleteRecords', body: { topics: [], timeoutMs: 1000 } },
    ],
  },
  {
    name: 'a compacted topic refuses, an internal one too',
    steps: [
      ...topic(1, { 'cleanup.policy': 'compact' }),
      { send: 'DeleteRecords', body: upTo(0) },
      { send: 'DeleteRecords', body: upTo(0, 0, '__consumer_offsets') },
    ],
  },
])

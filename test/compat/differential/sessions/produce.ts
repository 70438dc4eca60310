import type { Json, JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { threeRecords, topic, unknownUuid } from '../steps.ts'

const to = (records: Json, fields: JsonObject = {}, index = 0): JsonObject => ({
  acks: -1,
  timeoutMs: 10_000,
  topicData: [{ name: '{name}', topicId: '{topicId}', partitionData: [{ index, records }] }],
  ...fields,
})

const batches = (...specs: readonly JsonObject[]): JsonObject => ({ batches: specs })

const fetched = {
  send: 'Fetch',
  body: {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [{ topicId: '{topicId}', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }] }],
  },
} as const

export const produce = script('Produce', [
  {
    name: 'a batch with acks all and one, and what is then stored',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'Produce', body: to(batches(threeRecords)) },
      { send: 'Produce', body: to(batches(threeRecords), { acks: 1 }) },
      fetched,
    ],
  },
  {
    name: 'acks that do not exist',
    versions: 'all',
    steps: [...topic(1), { send: 'Produce', body: to(batches(threeRecords), { acks: 2 }) }, fetched],
  },
  {
    name: 'no acks: no answer, and the next request is answered',
    versions: [3, 13],
    steps: [
      ...topic(1),
      { send: 'Produce', later: 'nothing', body: to(batches(threeRecords), { acks: 0 }) },
      { send: 'Produce', body: to(batches(threeRecords)) },
    ],
  },
  {
    name: 'no acks and an error: the connection is closed',
    steps: [
      ...topic(1),
      { send: 'Produce', later: 'nothing', body: to(batches(threeRecords), { acks: 0 }, 5) },
      { send: 'ApiVersions', body: { clientSoftwareName: 'judge', clientSoftwareVersion: '1' }, patienceMs: 5000 },
    ],
  },
  {
    name: 'topics and partitions that are not there',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'Produce', body: to(batches(threeRecords), {}, 1) },
      { send: 'Produce', body: to(batches(threeRecords), {}, -1) },
      {
        send: 'Produce',
        body: {
          acks: -1,
          timeoutMs: 1000,
          topicData: [
            { name: '{name}-x', topicId: unknownUuid, partitionData: [{ index: 0, records: batches(threeRecords) }] },
          ],
        },
      },
    ],
  },
  {
    name: 'every codec comes back as it was sent',
    versions: [7, 13],
    steps: [
      ...topic(1),
      ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map(codec => ({
        send: 'Produce',
        body: to(batches({ ...threeRecords, codec })),
      })),
      fetched,
    ],
  },
  {
    name: 'zstd only from v7 on',
    versions: [3, 6],
    steps: [...topic(1), { send: 'Produce', body: to(batches({ ...threeRecords, codec: 'zstd' })) }, fetched],
  },
  {
    name: 'exactly one batch of the current format',
    versions: 'all',
    steps: [
      ...topic(1),
      { send: 'Produce', body: to(batches(threeRecords, threeRecords)) },
      { send: 'Produce', connection: 'b', body: to('') },
      { send: 'Produce', connection: 'd', body: to(batches({ ...threeRecords, magic: 1 })) },
      { send: 'Produce', connection: 'e', body: to(batches({ ...threeRecords, magic: 0 })) },
      { send: 'Produce', connection: 'f', body: to(batches({ ...threeRecords, magic: 3 })) },
    ],
  },
  {
    name: 'null instead of records',
    steps: [...topic(1), { send: 'Produce', body: to(null), patienceMs: 2000 }],
  },
  {
    name: 'batches that lie',
    steps: [
      ...topic(1),
      { send: 'Produce', connection: 'a', body: to(batches({ ...threeRecords, crc: 1 })) },
      { send: 'Produce', connection: 'b', body: to(batches({ ...threeRecords, length: 10 })) },
      { send: 'Produce', connection: 'c', body: to(batches({ ...threeRecords, length: 10_000 })) },
      { send: 'Produce', connection: 'd', body: to(batches({ ...threeRecords, recordCount: 4 })) },
      { send: 'Produce', connection: 'e', body: to(batches({ ...threeRecords, recordCount: 2 })) },
      { send: 'Produce', connection: 'f', body: to(batches({ ...threeRecords, lastOffsetDelta: 7 })) },
      { send: 'Produce', connection: 'g', body: to(batches({ ...threeRecords, lastOffsetDelta: 1 })) },
      { send: 'Produce', connection: 'h', body: to(batches({ ...threeRecords, baseOffset: 5 })) },
      { send: 'Produce', connection: 'i', body: to(batches({ ...threeRecords, partitionLeaderEpoch: 9 })) },
      { send: 'Produce', connection: 'j', body: to(batches({ ...threeRecords, maxTimestamp: 5 })) },
      { send: 'Produce', connection: 'k', body: to(batches({ ...threeRecords, attributes: 32 })) },
      { send: 'Produce', connection: 'l', body: to(batches({ ...threeRecords, attributes: 16 })) },
      { send: 'Produce', connection: 'm', body: to(batches({ ...threeRecords, attributes: 7 })) },
      { send: 'Produce', connection: 'n', body: to(batches({ ...threeRecords, attributes: 4 })) },
      { send: 'Produce', connection: 'o', body: to(batches({ ...threeRecords, attributes: 8 })) },
      { send: 'Produce', connection: 'p', body: to(batches({ records: [] })) },
      { send: 'Produce', connection: 'q', body: to(batches({ records: [{ offsetDelta: 0 }, { offsetDelta: 2 }] })) },
      { send: 'Produce', connection: 'r', body: to(batches({ records: [{ offsetDelta: 1 }, { offsetDelta: 0 }] })) },
      { send: 'Produce', connection: 's', body: to(batches({ records: [{ headers: [[null, 'v']] }] })) },
      { send: 'Produce', connection: 't', body: to(batches({ records: [{ headers: [['k', null]] }] })) },
      { send: 'Produce', connection: 'u', body: to(batches({ records: [{ attributes: 5 }] })) },
      fetched,
    ],
  },
  {
    name: 'keys and values may be missing, but not the keys of a compacted topic',
    steps: [
      ...topic(1),
      { send: 'Produce', body: to(batches({ records: [{ key: null, value: null }] })) },
      { send: 'Produce', body: to(batches({ records: [{ key: '', value: '' }] })) },
      ...topic(1, { 'cleanup.policy': 'compact' }, '{name}-compacted'),
      { send: 'Produce', body: to(batches({ records: [{ key: null, value: 'v' }] })) },
      { send: 'Produce', body: to(batches({ records: [{ key: 'k', value: 'v' }, { key: null }] })) },
      { send: 'Produce', body: to(batches({ records: [{ key: 'k', value: null }] })) },
    ],
  },
  {
    name: 'larger than the topic allows',
    versions: 'all',
    steps: [
      ...topic(1, { 'max.message.bytes': '200' }),
      { send: 'Produce', body: to(batches({ records: [{ value: 'x', times: 500 }] })) },
      { send: 'Produce', body: to(batches({ records: [{ value: 'x', times: 500 }], codec: 'gzip' })) },
      { send: 'Produce', body: to(batches({ records: [{ value: 'x', times: 20 }] })) },
    ],
  },
  {
    name: 'timestamps the topic does not accept',
    steps: [
      ...topic(1, { 'message.timestamp.after.max.ms': '60000', 'message.timestamp.before.max.ms': '60000' }),
      { send: 'Produce', body: to(batches({ records: [{ timestamp: 4_000_000_000_000 }] })) },
      { send: 'Produce', body: to(batches({ records: [{ timestamp: 1_700_000_000_000 }] })) },
      { send: 'Produce', body: to(batches({ records: [{ timestamp: -1 }] })) },
      ...topic(1, {}, '{name}-default'),
      { send: 'Produce', body: to(batches({ records: [{ timestamp: 4_000_000_000_000 }] })) },
      { send: 'Produce', body: to(batches({ records: [{ timestamp: 0 }, { timestamp: -1 }] })) },
    ],
  },
  {
    name: 'the log stamps its own time',
    versions: [3, 13],
    steps: [
      ...topic(1, { 'message.timestamp.type': 'LogAppendTime' }),
      { send: 'Produce', body: to(batches(threeRecords)) },
      {
        send: 'ListOffsets',
        body: { replicaId: -1, topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, timestamp: -3 }] }] },
      },
    ],
  },
  {
    name: 'the topic recompresses',
    steps: [
      ...topic(1, { 'compression.type': 'uncompressed' }),
      { send: 'Produce', body: to(batches({ ...threeRecords, codec: 'gzip' })) },
      fetched,
      ...topic(1, { 'compression.type': 'producer' }, '{name}-producer'),
      { send: 'Produce', body: to(batches({ ...threeRecords, codec: 'gzip' })) },
      fetched,
    ],
  },
  {
    name: 'an idempotent producer: duplicates, gaps, epochs',
    versions: 'all',
    steps: [
      ...topic(2),
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        keep: { producerId: 'producerId' },
        until: { errorCode: 0 },
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 0 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 0 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 3 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 0 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 9 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 1, baseSequence: 5 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 1, baseSequence: 0 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 6 })),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 1, baseSequence: 5 }), {}, 1),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 1, baseSequence: -1 })),
      },
    ],
  },
  {
    name: 'six batches later a duplicate is no longer known',
    steps: [
      ...topic(1),
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        keep: { producerId: 'producerId' },
        until: { errorCode: 0 },
      },
      ...[0, 1, 2, 3, 4, 5, 0, 1, 5].map(baseSequence => ({
        send: 'Produce',
        body: to(batches({ records: [{}], producerId: '{producerId}', producerEpoch: 0, baseSequence })),
      })),
    ],
  },
  {
    name: 'sequences wrap around at the largest int32',
    steps: [
      ...topic(1),
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        keep: { producerId: 'producerId' },
        until: { errorCode: 0 },
      },
      {
        send: 'Produce',
        body: to(
          batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 2_147_483_646 }),
        ),
      },
      {
        send: 'Produce',
        body: to(batches({ ...threeRecords, producerId: '{producerId}', producerEpoch: 0, baseSequence: 1 })),
      },
    ],
  },
  {
    name: 'clients may not write internal topics',
    steps: [
      {
        send: 'Metadata',
        quiet: true,
        body: { topics: [{ name: '__consumer_offsets' }] },
        keep: { topicId: 'topics.0.topicId' },
        until: { 'topics.0.errorCode': 0 },
      },
      { send: 'Produce', body: to(batches(threeRecords)) },
      {
        send: 'Produce',
        version: 12,
        body: {
          ...to(batches(threeRecords)),
          topicData: [{ name: '__consumer_offsets', partitionData: [{ index: 0, records: batches(threeRecords) }] }],
        },
      },
    ],
  },
  {
    name: 'several partitions, some of them wrong',
    versions: 'all',
    steps: [
      ...topic(2),
      {
        send: 'Produce',
        body: {
          acks: -1,
          timeoutMs: 1000,
          topicData: [
            {
              name: '{name}',
              topicId: '{topicId}',
              partitionData: [
                { index: 0, records: batches(threeRecords) },
                { index: 7, records: batches(threeRecords) },
                { index: 1, records: batches({ ...threeRecords, crc: 1 }) },
              ],
            },
          ],
        },
      },
      { send: 'Produce', body: { acks: -1, timeoutMs: 1000, topicData: [] } },
      {
        send: 'Produce',
        body: { acks: 1, timeoutMs: 1000, topicData: [{ name: '{name}', topicId: '{topicId}', partitionData: [] }] },
      },
    ],
  },
  {
    name: 'more in-sync replicas wanted than there are',
    steps: [
      ...topic(1, { 'min.insync.replicas': '2' }),
      { send: 'Produce', body: to(batches(threeRecords)) },
      { send: 'Produce', body: to(batches(threeRecords), { acks: 1 }) },
    ],
  },
  {
    name: 'a producer in no transaction that says it is in one',
    steps: [
      ...topic(1),
      { send: 'Produce', body: to(batches({ ...threeRecords, attributes: 16 }), { transactionalId: '{name}' }) },
    ],
  },
])

import type { Json, JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { topic } from '../steps.ts'
import { begun, ended } from '../steps-transactions.ts'

interface Addition extends JsonObject {
  readonly transactionalId?: string
  readonly producerId?: Json
  readonly producerEpoch?: Json
  readonly verifyOnly?: boolean
}

type Topics = Readonly<Record<string, readonly number[]>>

function transaction(topics: Topics, fields: Addition = {}): JsonObject {
  return {
    transactionalId: '{name}',
    producerId: '{producerId}',
    producerEpoch: 0,
    verifyOnly: false,
    topics: Object.entries(topics).map(([name, partitions]) => ({ name, partitions: [...partitions] })),
    ...fields,
  }
}

/** As producers send it before version 4, and brokers from then on. */
function add(topics: Topics, fields: Addition = {}): Exchange {
  const one = transaction(topics, fields)
  return {
    send: 'AddPartitionsToTxn',
    body: {
      v3AndBelowTransactionalId: one['transactionalId']!,
      v3AndBelowProducerId: one['producerId']!,
      v3AndBelowProducerEpoch: one['producerEpoch']!,
      v3AndBelowTopics: one['topics']!,
      transactions: [one],
    },
  }
}

const described: Exchange = { send: 'DescribeTransactions', body: { transactionalIds: ['{name}'] } }

export const addPartitionsToTxn = script('AddPartitionsToTxn', [
  {
    name: 'one, one more, and those again',
    versions: 'all',
    steps: [
      ...topic(3),
      begun(),
      add({ '{name}': [1] }),
      described,
      add({ '{name}': [1, 2] }),
      described,
      add({ '{name}': [2] }),
      add({ '{name}': [1, 0, 1] }),
      described,
    ],
  },
  {
    name: 'of topics and partitions that do not exist',
    versions: 'all',
    steps: [
      ...topic(2),
      begun(),
      add({ '{name}': [0, 7] }),
      add({ '{name}': [0], '{name}-unknown': [0, 1] }),
      add({ '{name}-unknown': [0] }),
      add({ '{name}': [-1] }),
      described,
    ],
  },
  {
    name: 'of internal topics',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      add({ __consumer_offsets: [0] }),
      add({ '{name}': [0], __transaction_state: [0] }),
      described,
    ],
  },
  {
    name: 'of no topic, and of a topic without partitions',
    versions: 'all',
    steps: [...topic(), begun(), add({}), described, add({ '{name}': [] }), described],
  },
  {
    name: 'for a transactional id that has no producer',
    versions: 'all',
    steps: [
      ...topic(),
      add({ '{name}': [0] }, { producerId: 4711 }),
      add({ '{name}': [0] }, { transactionalId: '', producerId: 4711 }),
    ],
  },
  {
    name: 'by another producer id and in other epochs',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      add({ '{name}': [0] }, { producerId: 9_000_000 }),
      add({ '{name}': [0] }, { producerEpoch: 1 }),
      add({ '{name}': [0] }, { producerEpoch: -1 }),
      add({ '{name}': [0] }, { producerId: -1, producerEpoch: -1 }),
      described,
    ],
  },
  {
    name: 'by a producer that another has fenced',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      begun(),
      add({ '{name}': [0] }),
      add({ '{name}': [0] }, { producerEpoch: 1 }),
      described,
    ],
  },
  {
    name: 'after a commit and after an abort',
    versions: 'all',
    steps: [
      ...topic(2),
      begun(),
      { ...add({ '{name}': [0] }), version: 3, quiet: true },
      ...ended(true),
      add({ '{name}': [1] }),
      described,
      ...ended(false),
      add({ '{name}': [0] }),
      described,
    ],
  },
  {
    name: 'only to be verified',
    versions: [4, 5],
    steps: [
      ...topic(2),
      add({ '{name}': [0] }, { verifyOnly: true, producerId: 4711 }),
      add({ '{name}': [0] }, { verifyOnly: true, transactionalId: '', producerId: 4711 }),
      begun(),
      add({ '{name}': [0] }, { verifyOnly: true }),
      add({ '{name}': [0] }),
      add({ '{name}': [0] }, { verifyOnly: true }),
      add({ '{name}': [0, 1] }, { verifyOnly: true }),
      add({ '{name}': [0, 7] }, { verifyOnly: true }),
      add({ '{name}': [0] }, { verifyOnly: true, producerEpoch: 1 }),
      add({ '{name}': [0] }, { verifyOnly: true, producerId: 9_000_000 }),
      ...ended(true),
      add({ '{name}': [0] }, { verifyOnly: true }),
      described,
    ],
  },
  {
    name: 'for several transactions at once',
    versions: [4, 5],
    steps: [
      ...topic(2),
      begun(),
      begun('_b'),
      {
        send: 'AddPartitionsToTxn',
        body: {
          transactions: [
            transaction({ '{name}': [0] }),
            transaction({ '{name}': [1] }, { transactionalId: '{name}_b', producerId: '{producerId_b}' }),
            transaction({ '{name}': [1] }, { transactionalId: '{name}_c', producerId: 4711 }),
          ],
        },
      },
      { send: 'DescribeTransactions', body: { transactionalIds: ['{name}', '{name}_b', '{name}_c'] } },
    ],
  },
])

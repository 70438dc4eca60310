import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { coordinator } from '../steps.ts'
import { begun, ended } from '../steps-transactions.ts'

function addOffsets(fields: JsonObject = {}): Exchange {
  const body = { transactionalId: '{name}', producerId: '{producerId}', producerEpoch: 0, groupId: '{name}', ...fields }
  return { send: 'AddOffsetsToTxn', body }
}

const described: Exchange = { send: 'DescribeTransactions', body: { transactionalIds: ['{name}'] } }

export const addOffsetsToTxn = script('AddOffsetsToTxn', [
  {
    name: 'of a group, again, and of another',
    versions: 'all',
    steps: [
      coordinator(),
      begun(),
      addOffsets(),
      described,
      addOffsets(),
      addOffsets({ groupId: '{name}_b' }),
      described,
    ],
  },
  {
    name: 'of a group without a name',
    versions: 'all',
    steps: [coordinator(), begun(), addOffsets({ groupId: '' }), described],
  },
  {
    name: 'for a transactional id that has no producer, and for none',
    versions: 'all',
    steps: [addOffsets({ producerId: 4711 }), addOffsets({ transactionalId: '', producerId: 4711 })],
  },
  {
    name: 'by another producer id and in other epochs',
    versions: 'all',
    steps: [
      begun(),
      addOffsets({ producerId: 9_000_000 }),
      addOffsets({ producerEpoch: 1 }),
      addOffsets({ producerEpoch: -1 }),
      described,
    ],
  },
  {
    name: 'by a producer that another has fenced',
    versions: 'all',
    steps: [begun(), begun(), addOffsets(), addOffsets({ producerEpoch: 1 }), described],
  },
  {
    name: 'after a commit and after an abort',
    versions: 'all',
    steps: [
      coordinator(),
      begun(),
      addOffsets(),
      ...ended(true),
      addOffsets(),
      described,
      ...ended(false),
      addOffsets(),
      described,
    ],
  },
])

import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { topic } from '../steps.ts'
import { added, begun, ended } from '../steps-transactions.ts'

function init(fields: JsonObject = {}): Exchange {
  return { send: 'InitProducerId', body: { transactionalId: '{name}', transactionTimeoutMs: 60_000, ...fields } }
}

const described: Exchange = { send: 'DescribeTransactions', body: { transactionalIds: ['{name}'] } }

export const initProducerId = script('InitProducerId', [
  {
    name: 'ids for idempotent producers, each its own',
    versions: 'all',
    steps: [
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        until: { errorCode: 0 },
      },
      {
        send: 'InitProducerId',
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        keep: { first: 'producerId' },
      },
      { send: 'InitProducerId', body: { transactionalId: null, transactionTimeoutMs: -1 } },
      { send: 'InitProducerId', body: { transactionalId: null, transactionTimeoutMs: 2_147_483_647 } },
    ],
  },
  {
    name: 'an id and an epoch that the producer brings',
    versions: [3, 5],
    steps: [
      {
        send: 'InitProducerId',
        quiet: true,
        body: { transactionalId: null, transactionTimeoutMs: 1000 },
        until: { errorCode: 0 },
      },
      {
        send: 'InitProducerId',
        body: { transactionalId: null, transactionTimeoutMs: 1000, producerId: 1_000_000, producerEpoch: 3 },
      },
      {
        send: 'InitProducerId',
        body: { transactionalId: null, transactionTimeoutMs: 1000, producerId: 1_000_000, producerEpoch: -1 },
      },
      {
        send: 'InitProducerId',
        body: { transactionalId: null, transactionTimeoutMs: 1000, producerId: -1, producerEpoch: 3 },
      },
      {
        send: 'InitProducerId',
        body: { transactionalId: null, transactionTimeoutMs: 1000, producerId: 1_000_000, producerEpoch: 32_767 },
      },
    ],
  },
  {
    name: 'an empty transactional id',
    versions: 'all',
    steps: [{ send: 'InitProducerId', body: { transactionalId: '', transactionTimeoutMs: 1000 } }],
  },
  {
    name: 'a transactional id, and another producer for it',
    versions: 'all',
    steps: [begun(), described, init(), described, init({ transactionTimeoutMs: 1 }), described],
  },
  {
    name: 'timeouts within and beyond what the broker allows',
    versions: 'all',
    steps: [
      begun(),
      init({ transactionTimeoutMs: 0 }),
      init({ transactionTimeoutMs: -1 }),
      init({ transactionTimeoutMs: 900_000 }),
      init({ transactionTimeoutMs: 900_001 }),
      init({ transactionTimeoutMs: 2_147_483_647 }),
      described,
    ],
  },
  {
    name: 'a transactional id whose transaction is open',
    versions: 'all',
    steps: [...topic(), begun(), added(), init(), { ...init(), until: { errorCode: 0 } }, described],
  },
  {
    name: 'a transactional id whose transaction is over',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      added(),
      ...ended(true),
      init(),
      described,
      added([0], '', 1),
      ...ended(false, '', 1),
      init(),
      described,
    ],
  },
  {
    name: 'a producer that goes on after an error, and asks twice',
    versions: [3, 5],
    steps: [
      begun(),
      init({ producerId: '{producerId}', producerEpoch: 0 }),
      init({ producerId: '{producerId}', producerEpoch: 0 }),
      init({ producerId: '{producerId}', producerEpoch: 1 }),
      init({ producerId: '{producerId}', producerEpoch: 0 }),
      init({ producerId: '{producerId}', producerEpoch: 7 }),
      init({ producerId: 9_000_000, producerEpoch: 0 }),
      init({ producerId: '{producerId}', producerEpoch: -1 }),
      init({ producerId: -1, producerEpoch: 0 }),
      described,
    ],
  },
  {
    name: 'a producer that another has fenced goes on after an error',
    versions: [3, 5],
    steps: [
      begun(),
      begun(),
      init({ producerId: '{producerId}', producerEpoch: 0 }),
      init({ producerId: '{producerId}', producerEpoch: 1 }),
      described,
    ],
  },
  {
    name: 'a producer that goes on within its own transaction',
    versions: [3, 5],
    steps: [
      ...topic(),
      begun(),
      added(),
      init({ producerId: '{producerId}', producerEpoch: 0 }),
      { ...init(), until: { errorCode: 0 } },
      described,
    ],
  },
  {
    name: 'a producer that brings an id to a transactional id that has none',
    versions: [3, 5],
    steps: [
      begun('_other'),
      init({ producerId: 9_000_000, producerEpoch: 5 }),
      init({ producerId: 9_000_000, producerEpoch: 32_766 }),
      described,
    ],
  },
])

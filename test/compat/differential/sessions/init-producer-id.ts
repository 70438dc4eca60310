import { script } from '../session.ts'

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
])

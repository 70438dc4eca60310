import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, script } from '../session.ts'
import { topic } from '../steps.ts'
import { added, begun } from '../steps-transactions.ts'

function end(committed: boolean, fields: JsonObject = {}): Exchange {
  const body = { transactionalId: '{name}', producerId: '{producerId}', producerEpoch: 0, committed, ...fields }
  return { send: 'EndTxn', body }
}

const describe: Exchange = { send: 'DescribeTransactions', version: 0, body: { transactionalIds: ['{name}'] } }

/** Waits for the markers. */
function complete(state: 'CompleteCommit' | 'CompleteAbort'): Exchange {
  return { ...describe, until: { 'transactionStates.0.transactionState': state } }
}

/** As a client of version 2 adds them: through a broker. */
function addedOfVersion2(producerEpoch = 0): Exchange {
  return {
    send: 'AddPartitionsToTxn',
    version: 5,
    quiet: true,
    body: {
      transactions: [
        {
          transactionalId: '{name}',
          producerId: '{producerId}',
          producerEpoch,
          verifyOnly: false,
          topics: [{ name: '{name}', partitions: [0] }],
        },
      ],
    },
    until: { 'resultsByTransaction.0.topicResults.0.resultsByPartition.0.partitionErrorCode': 0 },
  }
}

export const endTxn = script('EndTxn', [
  {
    name: 'commits what is open',
    versions: 'all',
    steps: [...topic(2), begun(), added([0, 1]), end(true), complete('CompleteCommit')],
  },
  {
    name: 'aborts what is open',
    versions: 'all',
    steps: [...topic(2), begun(), added([0, 1]), end(false), complete('CompleteAbort')],
  },
  {
    name: 'before anything was added',
    versions: 'all',
    steps: [begun(), end(true), describe],
  },
  {
    name: 'aborts before anything was added',
    versions: [0, 4],
    steps: [begun(), end(false), describe],
  },
  {
    name: 'again, and then the other way',
    versions: [0, 4],
    steps: [
      ...topic(),
      begun(),
      added(),
      { ...end(true), quiet: true },
      complete('CompleteCommit'),
      end(true),
      end(false),
      added(),
      { ...end(false), quiet: true },
      complete('CompleteAbort'),
      end(false),
      end(true),
      describe,
    ],
  },
  {
    name: 'for a transactional id that has no producer, and for none',
    versions: 'all',
    steps: [
      end(true, { producerId: 4711 }),
      end(false, { producerId: 4711 }),
      end(true, { transactionalId: '', producerId: 4711 }),
    ],
  },
  {
    name: 'by another producer id and in other epochs',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      added(),
      end(true, { producerId: 9_000_000 }),
      end(true, { producerEpoch: 1 }),
      end(true, { producerEpoch: -1 }),
      end(false, { producerEpoch: 7 }),
      describe,
    ],
  },
  {
    name: 'by a producer that another has fenced',
    versions: 'all',
    steps: [
      ...topic(),
      begun(),
      added(),
      begun(),
      end(true),
      end(false),
      describe,
      end(true, { producerEpoch: 2 }),
      describe,
    ],
  },
  {
    name: 'with a new epoch each time, told again to who asks again',
    versions: [5, 5],
    steps: [
      ...topic(),
      begun(),
      addedOfVersion2(),
      end(true),
      complete('CompleteCommit'),
      end(true),
      end(false),
      end(true, { producerEpoch: 1 }),
      addedOfVersion2(1),
      end(false, { producerEpoch: 1 }),
      complete('CompleteAbort'),
      end(false, { producerEpoch: 1 }),
      end(true, { producerEpoch: 1 }),
      end(true, { producerEpoch: 2 }),
      end(false),
      describe,
    ],
  },
  {
    name: 'aborts without partitions, from every state that is over',
    versions: [5, 5],
    steps: [
      ...topic(),
      begun(),
      end(false),
      complete('CompleteAbort'),
      end(false, { producerEpoch: 1 }),
      complete('CompleteAbort'),
      addedOfVersion2(2),
      end(true, { producerEpoch: 2 }),
      complete('CompleteCommit'),
      end(false, { producerEpoch: 3 }),
      complete('CompleteAbort'),
    ],
  },
  {
    name: 'of what was added by a client of the other version',
    versions: 'all',
    steps: [...topic(), begun(), addedOfVersion2(), end(true), complete('CompleteCommit')],
  },
])

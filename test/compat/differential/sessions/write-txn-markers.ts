import type { JsonObject } from '../../../support/reference-codec.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'
import {
  added,
  begun,
  markerOf,
  markers,
  producedInTransaction,
  producersOf,
  readCommitted,
} from '../steps-transactions.ts'

const plainFrom = (fetchOffset: number): JsonObject => ({
  maxWaitMs: 0,
  minBytes: 0,
  maxBytes: 1_000_000,
  topics: [
    {
      topic: '{name}',
      topicId: '{topicId}',
      partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }],
    },
  ],
})

/** Batches of a producer that nobody coordinates. */
const idempotent = (producerEpoch: number, baseSequence = 0): JsonObject => ({
  ...threeRecords,
  producerId: 4000,
  producerEpoch,
  baseSequence,
})

const send = (marker: JsonObject, partitions: readonly number[] = [0], name = '{name}') => ({
  send: 'WriteTxnMarkers',
  body: markers(marker, partitions, name),
})

export const writeTxnMarkers = script('WriteTxnMarkers', [
  {
    name: 'for a producer that nobody knows, and what is in the log then',
    versions: 'all',
    steps: [
      ...topic(2),
      send({ transactionVersion: 1 }),
      producersOf([0, 1]),
      send({ transactionResult: false, producerEpoch: 4, coordinatorEpoch: 7 }, [0, 1]),
      producersOf([0, 1]),
      { send: 'Fetch', version: 16, body: plainFrom(0) },
      readCommitted(),
    ],
  },
  {
    name: 'of coordinators that came after one another, and before',
    versions: 'all',
    steps: [
      ...topic(1),
      send({ coordinatorEpoch: 5 }),
      send({ coordinatorEpoch: 4 }),
      send({ coordinatorEpoch: 5 }),
      send({ coordinatorEpoch: 6, producerEpoch: 1 }),
      send({ coordinatorEpoch: -1, producerEpoch: 1 }),
      send({ producerId: 4001, coordinatorEpoch: -1 }),
      producersOf(),
    ],
  },
  {
    name: 'with the epoch of the batches, an older one and a newer one',
    versions: 'all',
    steps: [
      ...topic(1),
      produced([idempotent(3)]),
      send({ producerEpoch: 2 }),
      send({ producerEpoch: 3 }),
      producersOf(),
      produced([idempotent(3, 3)]),
      send({ producerEpoch: 4 }),
      producersOf(),
      send({ producerEpoch: 32_767 }),
      send({ producerEpoch: 32_767 }),
      send({ producerEpoch: -1 }),
      send({ producerEpoch: -1, producerId: 4001 }),
      producersOf(),
    ],
  },
  {
    name: 'of transactions of version 2, whose epoch must be new',
    steps: [
      ...topic(1),
      produced([idempotent(3)]),
      send({ producerEpoch: 3, transactionVersion: 2 }),
      send({ producerEpoch: 2, transactionVersion: 2 }),
      send({ producerEpoch: 4, transactionVersion: 2 }),
      send({ producerEpoch: 4, transactionVersion: 2 }),
      send({ producerEpoch: 4, transactionVersion: 2, transactionResult: false }),
      send({ producerEpoch: 4, transactionVersion: 2, coordinatorEpoch: -2 }),
      send({ producerEpoch: 32_767, transactionVersion: 2 }),
      send({ producerEpoch: 32_767, transactionVersion: 2 }),
      producersOf(),
    ],
  },
  {
    name: 'of versions that there are none of',
    steps: [
      ...topic(1),
      send({ transactionVersion: 0 }),
      send({ transactionVersion: 1 }),
      send({ transactionVersion: 3, producerEpoch: 1 }),
      send({ transactionVersion: 127, producerEpoch: 1 }),
      send({ transactionVersion: -1, producerEpoch: 2 }),
      send({ transactionVersion: -128, producerEpoch: 2 }),
      producersOf(),
    ],
  },
  {
    name: 'for topics and partitions that are not there, or none',
    versions: 'all',
    steps: [
      ...topic(2),
      send({}, [7]),
      send({}, [0], '{name}-x'),
      send({}, [0, 7, 1]),
      send({}, []),
      { send: 'WriteTxnMarkers', body: { markers: [] } },
      { send: 'WriteTxnMarkers', body: { markers: [{ ...markerOf(), topics: [] }] } },
      {
        send: 'WriteTxnMarkers',
        body: {
          markers: [
            markerOf({ producerId: 4001 }, [0]),
            markerOf({ producerId: 4002, transactionResult: false, coordinatorEpoch: 2 }, [1]),
          ],
        },
      },
      {
        send: 'WriteTxnMarkers',
        body: { markers: [markerOf({ coordinatorEpoch: 3 }, [0]), markerOf({ coordinatorEpoch: 2 }, [0, 1])] },
      },
      {
        send: 'WriteTxnMarkers',
        body: {
          markers: [
            {
              ...markerOf(),
              coordinatorEpoch: 9,
              topics: [
                { name: '{name}', partitionIndexes: [0] },
                { name: '{name}-x', partitionIndexes: [0] },
                { name: '{name}', partitionIndexes: [1] },
              ],
            },
          ],
        },
      },
      producersOf([0, 1]),
    ],
  },
  {
    name: 'without a producer',
    versions: 'all',
    steps: [
      ...topic(1),
      { ...send({ producerId: -1 }), patienceMs: 3000 },
      { ...send({ producerId: -7 }), patienceMs: 3000 },
      producersOf(),
    ],
  },
  {
    name: 'for the offsets of groups',
    versions: 'all',
    steps: [
      send({ producerId: '500000000{version}', transactionResult: false }, [0], '__consumer_offsets'),
      send({ producerId: '500000000{version}', transactionResult: true, producerEpoch: 3 }, [0], '__consumer_offsets'),
      send({ producerId: '500000000{version}', transactionResult: true, producerEpoch: 2 }, [0], '__consumer_offsets'),
      send({ producerId: '500000000{version}', producerEpoch: 3, coordinatorEpoch: -1 }, [0], '__consumer_offsets'),
      send({ producerId: '500000000{version}' }, [44], '__consumer_offsets'),
    ],
  },
  {
    name: 'that end what is under way, whatever its coordinator thinks',
    versions: 'all',
    steps: [
      ...topic(1),
      begun(),
      added(),
      producedInTransaction(),
      producersOf(),
      readCommitted(),
      send({ producerId: '{producerId}', coordinatorEpoch: 100 }),
      producersOf(),
      readCommitted(),
      producedInTransaction({ baseSequence: 2 }),
      producersOf(),
      send({ producerId: '{producerId}', coordinatorEpoch: 99 }),
      send({ producerId: '{producerId}', coordinatorEpoch: 100, transactionResult: false }),
      producersOf(),
      readCommitted(),
    ],
  },
])

import type { JsonObject } from '../../../support/reference-codec.ts'
import type { Exchange } from '../session.ts'
import { script } from '../session.ts'
import { produced, threeRecords, topic } from '../steps.ts'
import {
  added,
  begun,
  committedFrom,
  ended,
  markers,
  producedInTransaction,
  producersOf,
} from '../steps-transactions.ts'

const from = (fetchOffset: number, fields: JsonObject = {}): Exchange => ({
  send: 'Fetch',
  body: committedFrom(fetchOffset, fields),
})

const uncommitted: JsonObject = { isolationLevel: 0 }

const offsets = (isolationLevel: number, timestamp: number): Exchange => ({
  send: 'ListOffsets',
  version: 7,
  body: {
    replicaId: -1,
    isolationLevel,
    topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }] }],
  },
})

export const transactionalReads = script(
  'Fetch',
  [
    {
      name: 'while a transaction is open, and after it',
      versions: 'all',
      steps: [
        ...topic(1),
        produced([threeRecords]),
        begun(),
        added(),
        producedInTransaction(),
        produced([threeRecords]),
        from(0),
        from(3),
        from(5),
        from(0, uncommitted),
        ...ended(true),
        from(0),
        from(3),
        from(0, uncommitted),
      ],
    },
    {
      name: 'of transactions one of which is aborted',
      versions: 'all',
      steps: [
        ...topic(1),
        begun(),
        begun('x'),
        added(),
        added([0], 'x'),
        producedInTransaction(),
        producedInTransaction({}, 'x'),
        producedInTransaction({ baseSequence: 2 }),
        ...ended(false),
        from(0),
        from(2),
        from(0, uncommitted),
        ...ended(true, 'x'),
        from(0),
        from(2),
        from(4),
        from(6),
        from(7),
        from(0, uncommitted),
      ],
    },
    {
      name: 'of one producer that aborts twice and commits between',
      versions: [4, 18],
      steps: [
        ...topic(1),
        begun(),
        added(),
        producedInTransaction(),
        ...ended(false),
        added(),
        producedInTransaction({ baseSequence: 2 }),
        ...ended(true),
        added(),
        producedInTransaction({ baseSequence: 4 }),
        ...ended(false),
        from(0),
        from(2),
        from(3),
        from(6),
        from(8),
        from(0, {
          topics: [
            {
              topic: '{name}',
              topicId: '{topicId}',
              partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100 }],
            },
          ],
        }),
      ],
    },
    {
      name: 'that waits for the end of a transaction',
      versions: [11, 18],
      steps: [
        ...topic(1),
        begun(),
        added(),
        producedInTransaction(),
        { ...from(0, { maxWaitMs: 20_000, minBytes: 1 }), connection: 'reader', later: 'read' },
        ...ended(true),
        { collect: 'read' },
      ],
    },
    {
      name: 'whose end nobody sees that has nothing to read',
      versions: [18, 18],
      steps: [
        ...topic(1),
        {
          send: 'WriteTxnMarkers',
          quiet: true,
          body: markers({ transactionResult: false }),
        },
        from(0),
        from(1),
        producersOf(),
      ],
    },
    {
      name: 'beside what ListOffsets finds at each level of isolation',
      steps: [
        ...topic(1),
        produced([threeRecords]),
        begun(),
        added(),
        producedInTransaction(),
        ...[0, 1].flatMap(level =>
          [-1, -2, -3, 1_700_000_000_000, 1_700_000_000_600].map(time => offsets(level, time)),
        ),
        ...ended(false),
        ...[0, 1].flatMap(level =>
          [-1, -2, -3, 1_700_000_000_000, 1_700_000_000_600].map(time => offsets(level, time)),
        ),
      ],
    },
    {
      name: 'of a partition whose records were deleted up to the middle of a transaction',
      versions: [12, 13],
      steps: [
        ...topic(1),
        begun(),
        added(),
        producedInTransaction(),
        producedInTransaction({ baseSequence: 2 }),
        produced([threeRecords]),
        {
          send: 'DeleteRecords',
          quiet: true,
          body: { topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, offset: 3 }] }], timeoutMs: 5000 },
        },
        from(3),
        from(2),
        ...ended(false),
        from(3),
        from(5),
        {
          send: 'DeleteRecords',
          quiet: true,
          body: { topics: [{ name: '{name}', partitions: [{ partitionIndex: 0, offset: 8 }] }], timeoutMs: 5000 },
        },
        from(8),
        producersOf(),
      ],
    },
    {
      name: 'of many batches around a transaction, with limits',
      versions: [4, 18],
      steps: [
        ...topic(1),
        ...Array.from({ length: 5 }, () => produced([threeRecords])),
        begun(),
        added(),
        producedInTransaction(),
        ...Array.from({ length: 3 }, () => produced([threeRecords])),
        from(0),
        from(4),
        from(0, { maxBytes: 303 }),
        from(0, { minBytes: 300, maxWaitMs: 300 }),
        from(0, { minBytes: 1, maxWaitMs: 15_000 }),
        from(0, uncommitted),
        ...ended(false),
        from(0),
        from(16),
        from(0, { maxBytes: 303 }),
      ],
    },
  ],
  'TransactionalReads',
)

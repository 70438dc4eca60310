import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ErrorCode } from '../../src/protocol/errors.ts'
import type { ProducerIdAndEpoch } from '../../src/transactions/init-producer-id.ts'
import { noPartitions } from '../../src/transactions/topic-partition.ts'
import type { TransactionState } from '../../src/transactions/transaction-state.ts'
import { TransactionHarness } from './support/transaction-harness.ts'

const { NONE, UNKNOWN_SERVER_ERROR, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS, INVALID_TXN_STATE } = ErrorCode
const { INVALID_PRODUCER_ID_MAPPING, TRANSACTION_ABORTABLE, TRANSACTIONAL_ID_NOT_FOUND } = ErrorCode

/** A transactional id, and what its producer was given last. */
interface Situation {
  readonly harness: TransactionHarness
  readonly producer: ProducerIdAndEpoch
}

type State = TransactionState | 'None'
type Version = 1 | 2

/** How each state comes about. In `Prepare*` the markers are under way. */
const situations: Record<State, (version: Version) => Situation> = {
  None: version => ({ harness: new TransactionHarness(version), producer: { producerId: 7, producerEpoch: 0 } }),
  Empty: version => {
    const harness = new TransactionHarness(version)
    return { harness, producer: harness.init() }
  },
  Ongoing: version => {
    const { harness, producer } = situations.Empty(version)
    assert.equal(harness.add(producer), NONE)
    return { harness, producer }
  },
  PrepareCommit: version => ended(version, 'commit'),
  PrepareAbort: version => ended(version, 'abort'),
  CompleteCommit: version => completedAs(version, 'commit'),
  CompleteAbort: version => completedAs(version, 'abort'),
  Dead: version => recordedAs(version, 'Dead'),
  PrepareEpochFence: version => recordedAs(version, 'PrepareEpochFence'),
}

function ended(version: Version, outcome: 'commit' | 'abort'): Situation {
  const { harness, producer } = situations.Ongoing(version)
  const answer = harness.end(producer, outcome)
  assert.equal(answer.errorCode, NONE)
  return { harness, producer: version === 2 ? answer : producer }
}

function completedAs(version: Version, outcome: 'commit' | 'abort'): Situation {
  const { harness, producer } = ended(version, outcome)
  harness.answerMarkers()
  return { harness, producer }
}

/** No coordinator writes these; a log may hold them all the same. */
function recordedAs(version: Version, state: TransactionState): Situation {
  const { harness, producer } = situations.Empty(version)
  const value = harness.recorded()
  assert.ok(value !== null && value !== undefined)
  harness.shard.replay({ transactionalId: 'x', value: { ...value, state, partitions: noPartitions }, valueVersion: 1 })
  return { harness, producer }
}

const states = Object.keys(situations) as State[]

/** The state that clients are shown. */
function stateOf({ harness }: Situation): string {
  const described = harness.shard.describeTransaction('x')
  return described.errorCode === TRANSACTIONAL_ID_NOT_FOUND ? 'None' : described.transactionState
}

type Row = readonly [answer: number, after: string]

interface Event {
  readonly act: (situation: Situation) => number
  /** For: None, Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, Dead, PrepareEpochFence. */
  readonly outcomes: readonly Row[]
}

const previous = ({ producerId, producerEpoch }: ProducerIdAndEpoch) => ({
  producerId,
  producerEpoch: producerEpoch - 1,
})
const next = ({ producerId, producerEpoch }: ProducerIdAndEpoch) => ({ producerId, producerEpoch: producerEpoch + 1 })
const stranger = { producerId: 999_999, producerEpoch: 0 }

/** Nothing changes, whatever is answered. */
function unchanged(...answers: readonly number[]): Row[] {
  const shown = ['None', 'Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort', 'None']
  return [...shown, 'PrepareEpochFence'].map((state, index) => [answers[index] ?? NONE, state])
}

const inBothVersions: Readonly<Record<string, Event>> = {
  'InitProducerId of a new producer': {
    act: ({ harness }) => harness.init().errorCode,
    outcomes: [
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'InitProducerId of the same producer': {
    act: ({ harness, producer }) => harness.init({ expected: producer }).errorCode,
    outcomes: [
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'Empty'],
      [NONE, 'Empty'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'InitProducerId of an unknown producer id': {
    act: ({ harness }) => harness.init({ expected: stranger }).errorCode,
    outcomes: [
      // Nobody is fenced where nobody was known.
      [NONE, 'Empty'],
      [PRODUCER_FENCED, 'Empty'],
      [PRODUCER_FENCED, 'Ongoing'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [PRODUCER_FENCED, 'CompleteCommit'],
      [PRODUCER_FENCED, 'CompleteAbort'],
      [PRODUCER_FENCED, 'None'],
      [PRODUCER_FENCED, 'PrepareEpochFence'],
    ],
  },
  'InitProducerId of an epoch yet to come': {
    act: ({ harness, producer }) => harness.init({ expected: next(next(producer)) }).errorCode,
    outcomes: [
      [NONE, 'Empty'],
      [PRODUCER_FENCED, 'Empty'],
      // The transaction is aborted before the epoch is looked at.
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [PRODUCER_FENCED, 'CompleteCommit'],
      [PRODUCER_FENCED, 'CompleteAbort'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'AddPartitionsToTxn of a new partition': {
    act: ({ harness, producer }) => harness.add(producer, ['t-1']),
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      [NONE, 'Ongoing'],
      [NONE, 'Ongoing'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'Ongoing'],
      [NONE, 'Ongoing'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'AddPartitionsToTxn of a partition that is there': {
    act: ({ harness, producer }) => harness.add(producer, ['t-0']),
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      [NONE, 'Ongoing'],
      [NONE, 'Ongoing'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'Ongoing'],
      [NONE, 'Ongoing'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'AddPartitionsToTxn of an unknown producer id': {
    act: ({ harness }) => harness.add(stranger),
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
    ),
  },
  'AddPartitionsToTxn of an epoch before': {
    act: ({ harness, producer }) => harness.add(previous(producer)),
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
    ),
  },
  'AddPartitionsToTxn of an epoch yet to come': {
    act: ({ harness, producer }) => harness.add(next(producer)),
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
    ),
  },
  'verification of a partition that was added': {
    act: ({ harness, producer }) => harness.verify(producer)[0]!,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      TRANSACTION_ABORTABLE,
      NONE,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
    ),
  },
  'verification of a partition that was not added': {
    act: ({ harness, producer }) => harness.verify(producer, ['t-1'])[0]!,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
      TRANSACTION_ABORTABLE,
    ),
  },
  'verification for an unknown producer id': {
    act: ({ harness }) => harness.verify(stranger)[0]!,
    outcomes: unchanged(...states.map(() => INVALID_PRODUCER_ID_MAPPING)),
  },
  'verification for an epoch before': {
    act: ({ harness, producer }) => harness.verify(previous(producer))[0]!,
    outcomes: unchanged(...states.map(state => (state === 'None' ? INVALID_PRODUCER_ID_MAPPING : PRODUCER_FENCED))),
  },
  'the timeout of the transaction': {
    act: ({ harness }) => {
      harness.advance(60_001)
      return NONE
    },
    outcomes: [
      [NONE, 'None'],
      [NONE, 'Empty'],
      [NONE, 'PrepareAbort'],
      [NONE, 'PrepareCommit'],
      [NONE, 'PrepareAbort'],
      [NONE, 'CompleteCommit'],
      [NONE, 'CompleteAbort'],
      [NONE, 'None'],
      [NONE, 'PrepareEpochFence'],
    ],
  },
  'the expiry of the transactional id': {
    act: ({ harness }) => {
      const states = harness.log.length
      harness.nowMs += harness.config.transactionalIdExpirationMs
      harness.advance(0)
      return harness.log.length > states && harness.log.at(-1)?.value === null ? 1 : NONE
    },
    outcomes: [
      [NONE, 'None'],
      [1, 'None'],
      // A timeout of a minute is over long before.
      [NONE, 'PrepareAbort'],
      [NONE, 'PrepareCommit'],
      [NONE, 'PrepareAbort'],
      [1, 'None'],
      [1, 'None'],
      [NONE, 'None'],
      [NONE, 'PrepareEpochFence'],
    ],
  },
  'the markers of all partitions': {
    act: ({ harness }) => {
      if (harness.orders.length > 0) harness.answerMarkers()
      return NONE
    },
    outcomes: [
      [NONE, 'None'],
      [NONE, 'Empty'],
      [NONE, 'Ongoing'],
      [NONE, 'CompleteCommit'],
      [NONE, 'CompleteAbort'],
      [NONE, 'CompleteCommit'],
      [NONE, 'CompleteAbort'],
      [NONE, 'None'],
      [NONE, 'PrepareEpochFence'],
    ],
  },
  'a restart of the coordinator, and as many markers as it orders': {
    act: ({ harness }) => {
      harness.reload()
      const ordered = harness.orders.length
      if (ordered > 0) harness.answerMarkers()
      return ordered
    },
    outcomes: [
      [0, 'None'],
      [0, 'Empty'],
      [0, 'Ongoing'],
      [1, 'CompleteCommit'],
      [1, 'CompleteAbort'],
      [0, 'CompleteCommit'],
      [0, 'CompleteAbort'],
      // Never recorded: what stood before is there again.
      [0, 'Empty'],
      [0, 'Empty'],
    ],
  },
}

const inVersion1: Readonly<Record<string, Event>> = {
  'EndTxn to commit': {
    act: ({ harness, producer }) => harness.end(producer, 'commit').errorCode,
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      [INVALID_TXN_STATE, 'Empty'],
      [NONE, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'CompleteCommit'],
      [INVALID_TXN_STATE, 'CompleteAbort'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'EndTxn to abort': {
    act: ({ harness, producer }) => harness.end(producer, 'abort').errorCode,
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      [INVALID_TXN_STATE, 'Empty'],
      [NONE, 'PrepareAbort'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [INVALID_TXN_STATE, 'CompleteCommit'],
      [NONE, 'CompleteAbort'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'EndTxn of an unknown producer id': {
    act: ({ harness }) => harness.end(stranger, 'abort').errorCode,
    outcomes: unchanged(...states.map(() => INVALID_PRODUCER_ID_MAPPING)),
  },
  'EndTxn of an epoch before': {
    act: ({ harness, producer }) => harness.end(previous(producer), 'abort').errorCode,
    outcomes: unchanged(...states.map(state => (state === 'None' ? INVALID_PRODUCER_ID_MAPPING : PRODUCER_FENCED))),
  },
}

const inVersion2: Readonly<Record<string, Event>> = {
  'EndTxn to commit': {
    act: ({ harness, producer }) => harness.end(producer, 'commit').errorCode,
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      [INVALID_TXN_STATE, 'Empty'],
      [NONE, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [INVALID_TXN_STATE, 'CompleteCommit'],
      [INVALID_TXN_STATE, 'CompleteAbort'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'EndTxn to abort': {
    act: ({ harness, producer }) => harness.end(producer, 'abort').errorCode,
    outcomes: [
      [INVALID_PRODUCER_ID_MAPPING, 'None'],
      // Without partitions too: the order has nobody to tell.
      [NONE, 'PrepareAbort'],
      [NONE, 'PrepareAbort'],
      [CONCURRENT_TRANSACTIONS, 'PrepareCommit'],
      [CONCURRENT_TRANSACTIONS, 'PrepareAbort'],
      [NONE, 'PrepareAbort'],
      [NONE, 'PrepareAbort'],
      [UNKNOWN_SERVER_ERROR, 'None'],
      [UNKNOWN_SERVER_ERROR, 'PrepareEpochFence'],
    ],
  },
  'EndTxn to commit, again': {
    act: ({ harness, producer }) => harness.end(previous(producer), 'commit').errorCode,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      NONE,
      INVALID_TXN_STATE,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
    ),
  },
  'EndTxn to abort, again': {
    act: ({ harness, producer }) => harness.end(previous(producer), 'abort').errorCode,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      INVALID_TXN_STATE,
      NONE,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
    ),
  },
  'EndTxn of an unknown producer id': {
    act: ({ harness }) => harness.end(stranger, 'abort').errorCode,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
      INVALID_PRODUCER_ID_MAPPING,
    ),
  },
  'EndTxn of an epoch two before': {
    act: ({ harness, producer }) => harness.end(previous(previous(producer)), 'abort').errorCode,
    outcomes: unchanged(
      INVALID_PRODUCER_ID_MAPPING,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      CONCURRENT_TRANSACTIONS,
      CONCURRENT_TRANSACTIONS,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
      PRODUCER_FENCED,
    ),
  },
}

for (const version of [1, 2] as const) {
  describe(`transactions of version ${version}`, () => {
    const events = { ...inBothVersions, ...(version === 1 ? inVersion1 : inVersion2) }
    for (const [name, { act, outcomes }] of Object.entries(events)) {
      for (const [index, state] of states.entries()) {
        test(`${name}, in state ${state}`, () => {
          const situation = situations[state](version)
          const errorCode = act(situation)
          assert.deepEqual([errorCode, stateOf(situation)], outcomes[index])
        })
      }
    }
  })
}

/** Found prepared in a log, and nothing ordered yet: what is asked before the markers are under way. */
const preparedRows: Readonly<Record<string, readonly [ofCommit: number, ofAbort: number]>> = {
  'EndTxn to commit, again': [CONCURRENT_TRANSACTIONS, INVALID_TXN_STATE],
  'EndTxn to abort, again': [INVALID_TXN_STATE, CONCURRENT_TRANSACTIONS],
  InitProducerId: [CONCURRENT_TRANSACTIONS, CONCURRENT_TRANSACTIONS],
  AddPartitionsToTxn: [CONCURRENT_TRANSACTIONS, CONCURRENT_TRANSACTIONS],
}

for (const version of [1, 2] as const) {
  describe(`a transaction of version ${version} found prepared`, () => {
    for (const [event, [ofCommit, ofAbort]] of Object.entries(preparedRows)) {
      for (const [state, expected] of [['PrepareCommit', ofCommit] as const, ['PrepareAbort', ofAbort] as const]) {
        test(`${event}, in state ${state}`, () => {
          const { harness: before, producer } = situations[state](version)
          const harness = new TransactionHarness(version)
          for (const record of before.records) harness.shard.replay(record)
          const ending = version === 2 ? previous(producer) : producer
          const answers: Readonly<Record<string, () => number>> = {
            'EndTxn to commit, again': () => harness.end(ending, 'commit').errorCode,
            'EndTxn to abort, again': () => harness.end(ending, 'abort').errorCode,
            InitProducerId: () => harness.init().errorCode,
            AddPartitionsToTxn: () => harness.add(producer),
          }
          assert.equal(answers[event]!(), expected)
        })
      }
    }
  })
}

import type { TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { noProducerEpoch, noProducerId, type TransactionValue } from './transaction-record.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import type { TransactionState } from './transaction-state.ts'
import { isWritable, type Transactions } from './transactions.ts'
import { completed, epochBumpSince, isEpochExhausted, prepared } from './transitions.ts'

export interface EndTransactionRequest {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly outcome: TransactionOutcome
  /** By the version of EndTxn: 2 from version 5 on, 0 before. */
  readonly clientTransactionVersion: number
}

export interface EndTransactionAnswer {
  readonly errorCode: number
  /** What the producer goes on with, from `transaction.version` 2 on; else -1. */
  readonly producerId: number
  readonly producerEpoch: number
}

export function refusedEndTransaction(errorCode: number): EndTransactionAnswer {
  return { errorCode, producerId: noProducerId, producerEpoch: noProducerEpoch }
}

/**
 * Decides a transaction. The client is answered when the decision is committed; the markers follow, and until all
 * are written the next transaction is told CONCURRENT_TRANSACTIONS.
 */
export function endTransaction(
  transactions: Transactions,
  request: EndTransactionRequest,
  now: Instant,
): TransactionResult<EndTransactionAnswer> {
  const value = transactions.values.get(request.transactionalId)
  if (value === undefined) return answered(refusedEndTransaction(ErrorCode.INVALID_PRODUCER_ID_MAPPING))
  return request.clientTransactionVersion >= epochBumpSince
    ? endAndBumpEpoch(transactions, value, request, now)
    : endInSameEpoch(transactions, value, request, now)
}

type Decision = 'decide' | number

/**
 * Version 1: the epoch stays, so that a second EndTxn of the same outcome cannot be told from a retry, and is taken
 * for one.
 */
function endInSameEpoch(
  transactions: Transactions,
  value: TransactionValue,
  request: EndTransactionRequest,
  now: Instant,
): TransactionResult<EndTransactionAnswer> {
  const { transactionalId, producerId, producerEpoch, outcome } = request
  const refused = (errorCode: number) => answered(refusedEndTransaction(errorCode))
  if (value.producerId !== producerId) return refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
  if (value.producerEpoch !== producerEpoch) return refused(ErrorCode.PRODUCER_FENCED)
  if (transactions.transitionOf(transactionalId) !== undefined) return refused(ErrorCode.CONCURRENT_TRANSACTIONS)
  const decision = decisionOfVersion1(value.state, outcome)
  if (decision !== 'decide') return refused(decision)
  const next = prepared(value, outcome, 0, noProducerId, now.wallMs)
  return transactions.moveTo(transactionalId, next, refusedEndTransaction(ErrorCode.NONE))
}

function decisionOfVersion1(state: TransactionState, outcome: TransactionOutcome): Decision {
  switch (state) {
    case 'Ongoing':
      return 'decide'
    case 'CompleteCommit':
      return outcome === 'commit' ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE
    case 'CompleteAbort':
      return outcome === 'abort' ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE
    default:
      return decisionOfBothVersions(state, outcome)
  }
}

/**
 * Version 2: every end bumps the epoch. With the epoch of the bump the request is about the next transaction, with
 * the one before it is a retry.
 *
 * | state          | abort, retry      | abort  | commit, retry     | commit            |
 * |----------------|-------------------|--------|-------------------|-------------------|
 * | Empty          | PRODUCER_FENCED   | bump   | PRODUCER_FENCED   | INVALID_TXN_STATE |
 * | CompleteAbort  | NONE              | bump   | INVALID_TXN_STATE | INVALID_TXN_STATE |
 * | CompleteCommit | INVALID_TXN_STATE | bump   | NONE              | INVALID_TXN_STATE |
 */
function endAndBumpEpoch(
  transactions: Transactions,
  value: TransactionValue,
  request: EndTransactionRequest,
  now: Instant,
): TransactionResult<EndTransactionAnswer> {
  const { transactionalId, producerId, outcome, clientTransactionVersion } = request
  const refused = (errorCode: number) => answered(refusedEndTransaction(errorCode))
  // First: the producer may have been given an id that is still on its way into the log.
  if (transactions.transitionOf(transactionalId) !== undefined) return refused(ErrorCode.CONCURRENT_TRANSACTIONS)
  const retry = retryOf(value, request)
  if (value.producerId !== producerId && retry !== 'with the id before') {
    return refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
  }
  if (!isValidEpoch(value, request, retry !== undefined)) return refused(ErrorCode.PRODUCER_FENCED)
  const decision = decisionOfVersion2(value.state, outcome, retry !== undefined)
  if (decision === ErrorCode.NONE) {
    const { producerId, producerEpoch } = value
    return answered({ errorCode: ErrorCode.NONE, producerId, producerEpoch })
  }
  if (decision !== 'decide') return refused(decision)
  const nextProducerId = isEpochExhausted(value.producerEpoch)
    ? transactions.environment.producerIds.take()
    : noProducerId
  if (nextProducerId === undefined) return refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
  const next = prepared(value, outcome, clientTransactionVersion, nextProducerId, now.wallMs)
  if (!isWritable(transactions, next)) return refused(ErrorCode.UNSUPPORTED_VERSION)
  const after = completed(next, now.wallMs)
  const response = { errorCode: ErrorCode.NONE, producerId: after.producerId, producerEpoch: after.producerEpoch }
  return transactions.moveTo(transactionalId, next, response)
}

/** The last epoch a client is given of a producer id. */
const lastClientEpoch = 32766

function retryOf(
  value: TransactionValue,
  { producerId, producerEpoch }: EndTransactionRequest,
): 'with the epoch before' | 'with the id before' | undefined {
  const isOfLastEpoch = producerEpoch === lastClientEpoch && value.producerEpoch === 0
  if (isOfLastEpoch && value.previousProducerId === producerId) return 'with the id before'
  return value.producerEpoch === producerEpoch + 1 ? 'with the epoch before' : undefined
}

function isValidEpoch(value: TransactionValue, { producerEpoch }: EndTransactionRequest, isRetry: boolean): boolean {
  switch (value.state) {
    case 'PrepareCommit':
    case 'PrepareAbort':
      return value.producerEpoch === producerEpoch + 1
    case 'CompleteCommit':
    case 'CompleteAbort':
      return isRetry || value.producerEpoch === producerEpoch
    default:
      return value.producerEpoch === producerEpoch
  }
}

function decisionOfVersion2(state: TransactionState, outcome: TransactionOutcome, isRetry: boolean): Decision {
  switch (state) {
    case 'Ongoing':
      return 'decide'
    case 'CompleteCommit':
      if (isRetry) return outcome === 'commit' ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE
      return outcome === 'abort' ? 'decide' : ErrorCode.INVALID_TXN_STATE
    case 'CompleteAbort':
      if (outcome === 'commit') return ErrorCode.INVALID_TXN_STATE
      return isRetry ? ErrorCode.NONE : 'decide'
    case 'Empty':
      return outcome === 'abort' ? 'decide' : ErrorCode.INVALID_TXN_STATE
    default:
      return decisionOfBothVersions(state, outcome)
  }
}

function decisionOfBothVersions(
  state: Exclude<TransactionState, 'Ongoing' | 'CompleteCommit' | 'CompleteAbort'>,
  outcome: TransactionOutcome,
): Decision {
  switch (state) {
    case 'PrepareCommit':
      return outcome === 'commit' ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE
    case 'PrepareAbort':
      return outcome === 'abort' ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE
    case 'Empty':
      return ErrorCode.INVALID_TXN_STATE
    case 'Dead':
    case 'PrepareEpochFence':
      // No coordinator records these.
      return ErrorCode.UNKNOWN_SERVER_ERROR
    default:
      return state satisfies never
  }
}

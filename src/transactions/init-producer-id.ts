import type { Instant } from '../coordinator/instant.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { fence } from './fence.ts'
import { noProducerEpoch, noProducerId, type TransactionValue } from './transaction-record.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import type { Transactions } from './transactions.ts'
import { created, isEpochExhausted, withNextEpoch, withProducerId } from './transitions.ts'

export interface ProducerIdAndEpoch {
  readonly producerId: number
  readonly producerEpoch: number
}

export interface InitProducerIdRequest {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** What the producer has, if it goes on after an error (KIP-360); else `undefined`. */
  readonly expected: ProducerIdAndEpoch | undefined
}

export interface InitProducerIdAnswer extends ProducerIdAndEpoch {
  readonly errorCode: number
}

export function refusedInitProducerId(errorCode: number): InitProducerIdAnswer {
  return { errorCode, producerId: noProducerId, producerEpoch: noProducerEpoch }
}

/**
 * Gives a producer its id and the next epoch, so that earlier producers of the same transactional id are fenced. An
 * open transaction of such a one is aborted first, and the producer asks again.
 */
export function initProducerId(
  transactions: Transactions,
  request: InitProducerIdRequest,
  now: Instant,
): TransactionResult<InitProducerIdAnswer> {
  const { transactionalId, timeoutMs, expected } = request
  const { producerIds, logger } = transactions.environment
  const known = transactions.values.get(transactionalId)
  let value = known
  if (value === undefined) {
    const producerId = producerIds.take()
    if (producerId === undefined) return answered(refusedInitProducerId(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS))
    value = created(producerId, timeoutMs, now.wallMs)
  }
  if (transactions.transitionOf(transactionalId) !== undefined) {
    return answered(refusedInitProducerId(ErrorCode.CONCURRENT_TRANSACTIONS))
  }
  if (expected !== undefined && !isSameProducer(value, expected)) {
    return answered(refusedInitProducerId(ErrorCode.PRODUCER_FENCED))
  }
  switch (value.state) {
    case 'PrepareAbort':
    case 'PrepareCommit':
      return answered(refusedInitProducerId(ErrorCode.CONCURRENT_TRANSACTIONS))
    case 'Ongoing': {
      const fenced = fence(transactions, transactionalId, value, now)
      // The epoch is bumped once more when the client asks again: nobody is ever given the one that fenced.
      const errorCode = fenced.response === 0 ? ErrorCode.CONCURRENT_TRANSACTIONS : fenced.response
      return { ...fenced, response: refusedInitProducerId(errorCode) }
    }
    case 'Empty':
    case 'CompleteCommit':
    case 'CompleteAbort': {
      const next = nextProducer(transactions, value, request, now)
      if (typeof next === 'number') return answered(refusedInitProducerId(next))
      const { producerId, producerEpoch } = next
      logger.info(
        `Initialized transactionalId ${transactionalId} with producerId ${producerId} and producer epoch ${producerEpoch}`,
      )
      return transactions.moveTo(transactionalId, next, { errorCode: ErrorCode.NONE, producerId, producerEpoch })
    }
    case 'Dead':
    case 'PrepareEpochFence':
      // No coordinator records these.
      return answered(refusedInitProducerId(ErrorCode.UNKNOWN_SERVER_ERROR))
    default:
      return value.state satisfies never
  }
}

/**
 * Whether the producer is the one that is known: by its id, or by the id before if that one's epochs were used up and
 * the answer which said so may have been lost.
 */
function isSameProducer(value: TransactionValue, { producerId, producerEpoch }: ProducerIdAndEpoch): boolean {
  if (value.producerEpoch === noProducerEpoch || producerId === value.producerId) return true
  return producerId === value.previousProducerId && isEpochExhausted(producerEpoch)
}

/** A number is the error. */
function nextProducer(
  { environment }: Transactions,
  value: TransactionValue,
  { timeoutMs, expected }: InitProducerIdRequest,
  now: Instant,
): TransactionValue | number {
  const expectedEpoch = expected?.producerEpoch
  if (isEpochExhausted(value.producerEpoch)) {
    // Kafka fails here too: a stale epoch beside an exhausted one is not foreseen.
    if (expected !== undefined && expectedEpoch !== value.producerEpoch) return ErrorCode.UNKNOWN_SERVER_ERROR
    const producerId = environment.producerIds.take()
    if (producerId === undefined) return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    return withProducerId(value, producerId, timeoutMs, expected !== undefined, now.wallMs)
  }
  return withNextEpoch(value, timeoutMs, expectedEpoch, now.wallMs) ?? ErrorCode.PRODUCER_FENCED
}

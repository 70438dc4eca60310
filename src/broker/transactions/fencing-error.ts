import { ErrorCode } from '../../protocol/errors.ts'

/** Clients of before KIP-588 do not know PRODUCER_FENCED, and are told INVALID_PRODUCER_EPOCH. */
export function fencingErrorOf(errorCode: number, knowsProducerFenced: boolean): number {
  return errorCode === ErrorCode.PRODUCER_FENCED && !knowsProducerFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode
}

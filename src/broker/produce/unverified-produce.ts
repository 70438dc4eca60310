import { ErrorCode, errorName } from '../../protocol/errors.ts'
import type { WholeRequestError } from './whole-request.ts'

/**
 * What a producer is told whose transaction was not verified, for a code of the transaction's coordinator
 * (`ReplicaManager.handleProduceAppend`). Older clients do not know a coordinator's retriable errors in answers to
 * Produce: they get one on which they send the batch again, and do not ask for metadata.
 */
export function unverifiedProduce(errorCode: number, addsPartitions: boolean): WholeRequestError {
  switch (errorCode) {
    case ErrorCode.INVALID_TXN_STATE:
      return { errorCode, errorMessage: 'Partition was not added to the transaction' }
    case ErrorCode.CONCURRENT_TRANSACTIONS:
      return addsPartitions ? { errorCode, errorMessage: null } : toBeSentAgain(errorCode)
    case ErrorCode.NETWORK_EXCEPTION:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.NOT_COORDINATOR:
      return toBeSentAgain(errorCode)
    default:
      return { errorCode, errorMessage: null }
  }
}

function toBeSentAgain(underlying: number): WholeRequestError {
  const errorMessage = `Unable to verify the partition has been added to the transaction. Underlying error: ${errorName(underlying)}`
  return { errorCode: ErrorCode.NOT_ENOUGH_REPLICAS, errorMessage }
}

import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { Clock } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { TRANSACTION_STATE_TOPIC } from '../internal-topics.ts'
import { addOrVerifyPartitions, type TransactionServices } from './add-or-verify-partitions.ts'
import type { TransactionSupportedOperation, TransactionToVerify, TransactionVerifier } from './transaction-verifier.ts'

export interface LocalTransactionVerifierOptions extends TransactionServices {
  readonly nodeId: number
  readonly config: KafkaConfig
  readonly clock: Clock
}

/** The level of `transaction.version` by which clients work whose requests add partitions on the way. */
const addingTransactionVersion = 2

/** Asks the coordinator of this broker, where it is the one. */
export class LocalTransactionVerifier implements TransactionVerifier {
  readonly #options: LocalTransactionVerifierOptions

  constructor(options: LocalTransactionVerifierOptions) {
    this.#options = options
  }

  addOrVerify(transaction: TransactionToVerify): readonly number[] | Promise<readonly number[]> {
    const { nodeId, metadata, transactionCoordinator } = this.#options
    const coordinated = transactionCoordinator.partitionFor(transaction.transactionalId)
    const leader = metadata.image.topics.byName(TRANSACTION_STATE_TOPIC)?.partitions[coordinated]?.leader
    if (leader !== nodeId) return transaction.partitions.map(() => ErrorCode.COORDINATOR_NOT_AVAILABLE)
    const codes = this.#ask(transaction)
    if (!(codes instanceof Promise) && !isConcurrent(transaction, codes)) return forClient(transaction, codes)
    return this.#settle(transaction, codes)
  }

  #ask(transaction: TransactionToVerify): readonly number[] | Promise<readonly number[]> {
    return addOrVerifyPartitions(this.#options, transaction, {
      verifyOnly: transaction.supportedOperation !== 'add-partition',
      clientTransactionVersion: addingTransactionVersion,
      isFromClient: false,
    })
  }

  /**
   * The transaction before may be waiting for its markers still, as is usual where one follows the other: asked again
   * here, since the client would wait for longer and send its records once more.
   */
  async #settle(
    transaction: TransactionToVerify,
    first: readonly number[] | Promise<readonly number[]>,
  ): Promise<readonly number[]> {
    const { config, clock, transactionCoordinator } = this.#options
    const retryMaxMs = Math.min(
      config.get('add.partitions.to.txn.retry.backoff.max.ms'),
      config.get('request.timeout.ms'),
    )
    const backoffMs = config.get('add.partitions.to.txn.retry.backoff.ms')
    const startMs = clock.monotonicMs()
    let codes = await first
    while (isConcurrent(transaction, codes) && clock.monotonicMs() - startMs < retryMaxMs) {
      // Asked for first: it may be settled while the answer is on its way.
      const settled = transactionCoordinator.whenSettled(transaction.transactionalId, backoffMs)
      codes = await this.#ask(transaction)
      if (!isConcurrent(transaction, codes)) break
      await settled
      codes = await this.#ask(transaction)
    }
    return forClient(transaction, codes)
  }
}

function isConcurrent({ supportedOperation }: TransactionToVerify, codes: readonly number[]): boolean {
  return supportedOperation === 'add-partition' && codes.includes(ErrorCode.CONCURRENT_TRANSACTIONS)
}

/** What the coordinator says, as clients that write expect it. */
function forClient({ supportedOperation }: TransactionToVerify, codes: readonly number[]): readonly number[] {
  return codes.every(code => code === 0) ? codes : codes.map(code => codeForClient(code, supportedOperation))
}

function codeForClient(errorCode: number, supportedOperation: TransactionSupportedOperation): number {
  if (errorCode === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  const isUnknownToClient = errorCode === ErrorCode.TRANSACTION_ABORTABLE && supportedOperation === 'default-error'
  return isUnknownToClient ? ErrorCode.INVALID_TXN_STATE : errorCode
}

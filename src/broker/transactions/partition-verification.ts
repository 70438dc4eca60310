import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { VerificationGuard } from '../../log/transaction-verification.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import type { ReplicaManager } from '../replica-manager.ts'
import type { TransactionSupportedOperation, TransactionToVerify, TransactionVerifier } from './transaction-verifier.ts'

/** A partition of this broker that is to take records of a transaction. */
export interface PartitionToVerify extends TopicPartition {
  /** Of the batch that waits; -1 where a coordinator writes. */
  readonly baseSequence: number
}

export interface TransactionalWrite {
  /** `null`: the client names no transaction, and nobody is asked. */
  readonly transactionalId: string | null
  readonly producerId: number
  readonly producerEpoch: number
  readonly supportedOperation: TransactionSupportedOperation
  readonly partitions: readonly PartitionToVerify[]
}

/** What is known of one partition before its append. */
export interface Verification {
  /** Why nothing may be appended; 0 if the log is to decide. */
  readonly errorCode: number
  /** To be handed to the append; `undefined` where nothing had to be verified. */
  readonly guard: VerificationGuard | undefined
}

export interface PartitionVerificationOptions {
  readonly config: KafkaConfig
  readonly replicas: Pick<ReplicaManager, 'find' | 'errorCodeOfMissing'>
  readonly verifier: TransactionVerifier
}

const unverified: Verification = { errorCode: ErrorCode.NONE, guard: undefined }

/**
 * Has the coordinator of a transaction confirm that partitions of this broker are part of it, before the first batch
 * of the transaction is appended to them (KIP-890). Kafka's `ReplicaManager.maybeSendPartitionsToTransactionCoordinator`.
 *
 * Of one transactional id one write is verified at a time, in the order they came: a producer's later batch cannot
 * overtake an earlier one, and the coordinator is not asked to change a transaction that it is changing.
 */
export class PartitionVerification {
  readonly #options: PartitionVerificationOptions
  /** By transactional id: settled when the write before is verified. As many as there are requests under way. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(options: PartitionVerificationOptions) {
    this.#options = options
  }

  /** One verification per partition, in their order. */
  verify(write: TransactionalWrite): readonly Verification[] | Promise<readonly Verification[]> {
    const { transactionalId, supportedOperation } = write
    if (transactionalId === null || !this.#isRequired(supportedOperation)) return write.partitions.map(() => unverified)
    const verifyNow = () => this.#verifyNow(transactionalId, write)
    const before = this.#underWay.get(transactionalId)
    const verified = before === undefined ? verifyNow() : before.then(verifyNow, verifyNow)
    if (!(verified instanceof Promise)) return verified
    // The next waits for what the caller gets, so that the caller has appended by then.
    const answer = verified.finally(() => {
      if (this.#underWay.get(transactionalId) === answer) this.#underWay.delete(transactionalId)
    })
    this.#underWay.set(transactionalId, answer)
    return answer
  }

  /** As `verify` with one partition. */
  verifyOne(
    write: Omit<TransactionalWrite, 'partitions'>,
    partition: PartitionToVerify,
  ): Verification | Promise<Verification> {
    const verified = this.verify({ ...write, partitions: [partition] })
    return verified instanceof Promise ? verified.then(([only]) => only!) : verified[0]!
  }

  /** What adds partitions cannot be left out: nobody else would have them added. */
  #isRequired(supportedOperation: TransactionSupportedOperation): boolean {
    return (
      supportedOperation === 'add-partition' || this.#options.config.get('transaction.partition.verification.enable')
    )
  }

  #verifyNow(
    transactionalId: string,
    write: TransactionalWrite,
  ): readonly Verification[] | Promise<readonly Verification[]> {
    const begun = write.partitions.map(partition => this.#begin(write, partition))
    const partitions = write.partitions.filter((_, index) => begun[index]!.guard !== undefined)
    if (partitions.length === 0) return begun
    const { producerId, producerEpoch, supportedOperation } = write
    const question: TransactionToVerify = { transactionalId, producerId, producerEpoch, supportedOperation, partitions }
    const answer = this.#options.verifier.addOrVerify(question)
    return answer instanceof Promise ? answer.then(codes => answered(begun, codes)) : answered(begun, answer)
  }

  #begin(
    { producerId, producerEpoch, supportedOperation }: TransactionalWrite,
    asked: PartitionToVerify,
  ): Verification {
    const { replicas } = this.#options
    const partition = replicas.find(asked.topic, asked.partition)
    const errorCode = partition?.errorCode ?? replicas.errorCodeOfMissing(asked.topic, asked.partition)
    if (partition === undefined || errorCode !== 0) return { errorCode, guard: undefined }
    const guard = partition.log.startTransactionVerification({
      producerId,
      producerEpoch,
      baseSequence: asked.baseSequence,
      supportsEpochBump: supportedOperation === 'add-partition',
    })
    if (guard === 'ongoing') return unverified
    if (guard === 'fenced') return { errorCode: ErrorCode.INVALID_PRODUCER_EPOCH, guard: undefined }
    return { errorCode: ErrorCode.NONE, guard }
  }
}

/** `codes` are of those that have a guard. */
function answered(begun: readonly Verification[], codes: readonly number[]): Verification[] {
  let next = 0
  return begun.map(each => (each.guard === undefined ? each : { ...each, errorCode: codes[next++]! }))
}

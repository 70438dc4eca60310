import type { KafkaConfig } from '../../config/kafka-config.ts'
import { FeatureName } from '../../controller/feature-levels.ts'
import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { internalPartitionOf } from '../../coordinator/java-string-hash.ts'
import type { Checksum, Clock, Compression, Loggers } from '../../ports.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { CompressionType } from '../../protocol/records/compression-type.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import type { PartitionsOfTransaction } from '../../transactions/add-partitions.ts'
import {
  type DescribedTransaction,
  type ListedTransaction,
  type TransactionFilter,
  undescribed,
} from '../../transactions/describe.ts'
import {
  type EndTransactionAnswer,
  type EndTransactionRequest,
  refusedEndTransaction,
} from '../../transactions/end-transaction.ts'
import {
  type InitProducerIdAnswer,
  type InitProducerIdRequest,
  refusedInitProducerId,
} from '../../transactions/init-producer-id.ts'
import { coordinatorErrorOf } from '../../transactions/log-error.ts'
import type { MarkerOrder, MarkerOutbox } from '../../transactions/marker-order.ts'
import type { MarkerProgress } from '../../transactions/markers.ts'
import { TransactionCoordinatorShard } from '../../transactions/transaction-coordinator-shard.ts'
import type { TransactionRecord } from '../../transactions/transaction-record.ts'
import { transactionRecordSerde } from '../../transactions/transaction-record-serde.ts'
import { TRANSACTION_STATE_TOPIC } from '../internal-topics.ts'
import type { Partition } from '../partition.ts'
import type { ProducerIdAllocator } from '../producer-id-allocator.ts'
import type { LeadershipListener } from '../replica-manager.ts'
import { MarkerSender } from '../transactions/marker-sender.ts'
import type { MarkerWriter } from '../transactions/marker-writer.ts'
import { CoordinatorLoader } from './coordinator-loader.ts'
import { CoordinatorRuntime } from './coordinator-runtime.ts'
import { LedPartition } from './led-partition.ts'

export interface TransactionCoordinatorOptions {
  readonly nodeId: number
  readonly config: KafkaConfig
  /**
   * What is committed, whether or not the listeners have been told: a shard is loaded, and its markers are due, before
   * the broker has carried the whole of the first image out.
   */
  readonly image: () => MetadataImage
  readonly producerIds: ProducerIdAllocator
  /** Appends markers to the partitions led by this broker. */
  readonly markerWriter: MarkerWriter
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly loggers: Loggers
  readonly checksum: Checksum
  readonly compression: Compression
  /** A batch of `__transaction_state` that would become larger is not loaded. */
  readonly decompressedBatchBytesMax: number
  readonly fail: (error: unknown) => void
}

type Later<Response> = Response | Promise<Response>

/** What InitProducerId asks beyond what the shard decides about. */
export interface InitProducerIdOptions {
  /** KIP-939: the transaction takes part in a two-phase commit and never times out. */
  readonly enable2Pc: boolean
  readonly keepPreparedTxn: boolean
}

const noTimeoutMs = 2 ** 31 - 1

/**
 * The transaction coordinator of this broker: which shard a transactional id is in, what is wrong with a request
 * before any shard is asked, and how an error reads as a response. Kafka's `TransactionCoordinator`.
 */
export class TransactionCoordinator implements LeadershipListener, MarkerOutbox {
  readonly topic = TRANSACTION_STATE_TOPIC
  readonly #config: KafkaConfig
  readonly #image: () => MetadataImage
  readonly #producerIds: ProducerIdAllocator
  readonly #deadlines: Deadlines
  readonly #runtime: CoordinatorRuntime<TransactionRecord, TransactionCoordinatorShard>
  readonly #sender: MarkerSender
  /** Who waits for a transactional id to have nothing under way. */
  readonly #waiters = new Map<string, (() => void)[]>()

  constructor(options: TransactionCoordinatorOptions) {
    const { nodeId, config, image, clock, deadlines, checksum, compression, markerWriter, fail } = options
    this.#config = config
    this.#image = image
    this.#producerIds = options.producerIds
    this.#deadlines = deadlines
    const logger = options.loggers.named('kafka.coordinator.transaction.TransactionCoordinator')
    const shardConfig = {
      transactionalIdExpirationMs: config.get('transactional.id.expiration.ms'),
      abortTimedOutIntervalMs: config.get('transaction.abort.timed.out.transaction.cleanup.interval.ms'),
      removeExpiredIntervalMs: config.get('transaction.remove.expired.transaction.cleanup.interval.ms'),
    }
    this.#runtime = new CoordinatorRuntime({
      newShard: partition =>
        new TransactionCoordinatorShard({
          coordinatorEpoch: partition.leaderEpoch,
          config: shardConfig,
          producerIds: { take: () => this.#takeProducerId() },
          markers: this,
          transactionVersion: () => this.transactionVersion,
          logger,
        }),
      serde: transactionRecordSerde,
      loader: new CoordinatorLoader(transactionRecordSerde, {
        clock,
        compression,
        logger: options.loggers.named('kafka.coordinator.transaction.TransactionStateManager'),
        bufferBytes: config.get('transaction.state.log.load.buffer.size'),
        decompressedBatchBytesMax: options.decompressedBatchBytesMax,
      }),
      clock,
      deadlines,
      logger,
      checksum,
      compression,
      // As Kafka's `TransactionLog.ENFORCED_COMPRESSION`.
      compressionType: CompressionType.NONE,
      // What comes while a write is under way shares the next one; a lone producer waits for nobody.
      appendLingerMs: -1,
      writeTimeoutMs: config.get('request.timeout.ms'),
      fail,
    })
    this.#sender = new MarkerSender({
      image,
      deadlines,
      logger: options.loggers.named('kafka.coordinator.transaction.TransactionMarkerChannelManager'),
      writerOf: brokerId => (brokerId === nodeId ? markerWriter : undefined),
      report: (order, answers) =>
        this.#runtime.write<MarkerProgress | number>(
          this.partitionFor(order.transactionalId),
          (shard, now) => shard.markersAnswered(order, answers, now),
          coordinatorErrorOf,
        ),
      fail,
    })
  }

  /** The finalized level of `transaction.version`. */
  get transactionVersion(): number {
    return this.#image().features.finalizedVersions.get(FeatureName.TRANSACTION_VERSION) ?? 0
  }

  /** The partition of `__transaction_state` that holds the id. */
  partitionFor(transactionalId: string): number {
    const topic = this.#image().topics.byName(TRANSACTION_STATE_TOPIC)
    const count = topic?.partitions.length ?? this.#config.get('transaction.state.log.num.partitions')
    return internalPartitionOf(transactionalId, count)
  }

  initProducerId(request: InitProducerIdRequest, options: InitProducerIdOptions): Later<InitProducerIdAnswer> {
    const refusal = this.#refusalOfInitProducerId(request, options)
    if (refusal !== 0) return refusedInitProducerId(refusal)
    const asked = options.enable2Pc ? { ...request, timeoutMs: noTimeoutMs } : request
    return this.#withProducerIds(() =>
      this.#runtime.write(
        this.partitionFor(request.transactionalId),
        (shard, now) => shard.initProducerId(asked, now),
        errorCode => refusedInitProducerId(coordinatorErrorOf(errorCode)),
      ),
    )
  }

  /** Answers with the error code of all partitions. */
  addPartitions(request: PartitionsOfTransaction, clientTransactionVersion: number): Later<number> {
    if (request.transactionalId === '') return ErrorCode.INVALID_REQUEST
    return this.#runtime.write(
      this.partitionFor(request.transactionalId),
      (shard, now) => shard.addPartitions(request, clientTransactionVersion, now),
      coordinatorErrorOf,
    )
  }

  /** One error code per partition, in their order. */
  verifyPartitions(request: PartitionsOfTransaction): Later<readonly number[]> {
    const allWith = (errorCode: number): readonly number[] => request.partitions.map(() => errorCode)
    if (request.transactionalId === '') return allWith(ErrorCode.INVALID_REQUEST)
    return this.#runtime.read(
      this.partitionFor(request.transactionalId),
      shard => shard.verifyPartitions(request),
      errorCode => allWith(coordinatorErrorOf(errorCode)),
    )
  }

  endTransaction(request: EndTransactionRequest): Later<EndTransactionAnswer> {
    if (request.transactionalId === '') return refusedEndTransaction(ErrorCode.INVALID_REQUEST)
    return this.#withProducerIds(() =>
      this.#runtime.write(
        this.partitionFor(request.transactionalId),
        (shard, now) => shard.endTransaction(request, now),
        errorCode => refusedEndTransaction(coordinatorErrorOf(errorCode)),
      ),
    )
  }

  describeTransaction(transactionalId: string): Later<DescribedTransaction> {
    if (transactionalId === '') return undescribed(transactionalId, ErrorCode.INVALID_REQUEST)
    return this.#runtime.read(
      this.partitionFor(transactionalId),
      shard => shard.describeTransaction(transactionalId),
      errorCode => undescribed(transactionalId, coordinatorErrorOf(errorCode)),
    )
  }

  /** The transactions of every shard led here; an error of one is an error of all. */
  async listTransactions(filter: TransactionFilter): Promise<readonly ListedTransaction[] | number> {
    const shards = await this.#runtime.readAll<readonly ListedTransaction[] | number>(
      (shard, now) => shard.listTransactions(filter, now),
      // What was given up meanwhile is another coordinator's to list.
      code => (code === ErrorCode.NOT_COORDINATOR ? [] : coordinatorErrorOf(code)),
    )
    const listed: ListedTransaction[] = []
    for (const shard of shards) {
      if (typeof shard === 'number') return shard
      listed.push(...shard)
    }
    return listed
  }

  /** When nothing is under way for the id any more, at the latest after `timeoutMs`. */
  whenSettled(transactionalId: string, timeoutMs: number): Promise<void> {
    return new Promise(resolve => {
      const deadline = this.#deadlines.after(timeoutMs, () => {
        const others = this.#waiters.get(transactionalId)?.filter(other => other !== settle) ?? []
        if (others.length > 0) this.#waiters.set(transactionalId, others)
        else this.#waiters.delete(transactionalId)
        resolve()
      })
      const settle = (): void => {
        deadline.cancel()
        resolve()
      }
      const waiters = this.#waiters.get(transactionalId)
      if (waiters === undefined) this.#waiters.set(transactionalId, [settle])
      else waiters.push(settle)
    })
  }

  order(order: MarkerOrder): void {
    this.#sender.send(order)
  }

  settled(transactionalId: string): void {
    const waiters = this.#waiters.get(transactionalId)
    if (waiters === undefined) return
    this.#waiters.delete(transactionalId)
    for (const settle of waiters) settle()
  }

  elected(partition: Partition): void {
    this.#runtime.elected(new LedPartition(partition))
  }

  resigned(partitionIndex: number, leaderEpoch: number | undefined): void {
    this.#runtime.resigned(partitionIndex, leaderEpoch)
  }

  close(): void {
    this.#runtime.close()
  }

  #refusalOfInitProducerId(
    { transactionalId, timeoutMs }: InitProducerIdRequest,
    { enable2Pc, keepPreparedTxn }: InitProducerIdOptions,
  ): number {
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST
    if (enable2Pc && !this.#config.get('transaction.two.phase.commit.enable')) {
      return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    }
    // Kafka 4.3.1 does not know how to keep them either.
    if (keepPreparedTxn) return ErrorCode.UNSUPPORTED_VERSION
    if (enable2Pc) return ErrorCode.NONE
    const isWithinBounds = timeoutMs > 0 && timeoutMs <= this.#config.get('transaction.max.timeout.ms')
    return isWithinBounds ? ErrorCode.NONE : ErrorCode.INVALID_TRANSACTION_TIMEOUT
  }

  #takeProducerId(): number | undefined {
    const producerId = this.#producerIds.take()
    // Whoever asks again finds the block there.
    if (producerId === undefined) this.#producerIds.fetchBlock().catch(() => {})
    return producerId
  }

  /** As `ask` answers; where it lacked a producer id, it is asked again when there are some. */
  #withProducerIds<Answer extends { readonly errorCode: number }>(ask: () => Later<Answer>): Later<Answer> {
    const answer = ask()
    if (answer instanceof Promise) return answer
    if (answer.errorCode !== ErrorCode.COORDINATOR_LOAD_IN_PROGRESS || this.#producerIds.isAtHand) return answer
    return this.#producerIds.fetchBlock().then(ask, () => answer)
  }
}

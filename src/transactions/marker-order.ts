import type { TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import type { TopicPartition } from './topic-partition.ts'

/** A decided transaction whose partitions are to be told. */
export interface MarkerOrder {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly outcome: TransactionOutcome
  readonly coordinatorEpoch: number
  readonly transactionVersion: number
  /** Those that were told before a restart are told again. */
  readonly partitions: readonly TopicPartition[]
}

/** What became of one partition's marker. */
export interface MarkerAnswer extends TopicPartition {
  readonly errorCode: number
}

/**
 * Takes orders from the shard, at once and without answering: what became of each marker comes back through
 * `TransactionCoordinatorShard.markersAnswered`.
 */
export interface MarkerOutbox {
  order(order: MarkerOrder): void
  /** Nothing is under way for the id any more: whoever was told CONCURRENT_TRANSACTIONS may try again. */
  settled(transactionalId: string): void
}

import type { TransactionPartitions } from './topic-partition.ts'
import type { TransactionState } from './transaction-state.ts'

/** Everything there is to know of a transactional id: each record holds all of it. Immutable. */
export interface TransactionValue {
  readonly producerId: number
  /** The producer id before the last record; -1 in records of value version 0. */
  readonly previousProducerId: number
  /** Taken up when the transaction is complete, since the epochs of `producerId` are used up; else -1. */
  readonly nextProducerId: number
  /** -1 before the first InitProducerId. */
  readonly producerEpoch: number
  /** The epoch before the last bump, for a client that asks again. Not recorded: -1 after a restart. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: TransactionPartitions
  /** When the first partition was added; -1 before. */
  readonly startTimeMs: number
  readonly lastUpdateTimeMs: number
  /** The level of `transaction.version` its client works by. */
  readonly clientTransactionVersion: number
}

/** A record of `__transaction_state`; without a value it is a tombstone. */
export interface TransactionRecord {
  readonly transactionalId: string
  readonly value: TransactionValue | null
  /** 0, or 1 from `transaction.version` 1 on. */
  readonly valueVersion: number
}

export const noProducerId = -1
export const noProducerEpoch = -1

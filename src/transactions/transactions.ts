import type { TransactionOutcome } from '../coordinator/coordinator-shard.ts'
import type { Logger } from '../ports.ts'
import type { MarkerOrder, MarkerOutbox } from './marker-order.ts'
import { partitionList, type TransactionPartitions } from './topic-partition.ts'
import type { TransactionConfig } from './transaction-config.ts'
import type { TransactionRecord, TransactionValue } from './transaction-record.ts'
import type { TransactionResult } from './transaction-result.ts'
import { isPrepared, type TransactionState } from './transaction-state.ts'

/** Gives out producer ids that the metadata log has recorded. */
export interface ProducerIds {
  /** `undefined` while none is at hand: whoever asked tries again (COORDINATOR_LOAD_IN_PROGRESS). */
  take(): number | undefined
}

export interface TransactionEnvironment {
  /** The leader epoch of this shard's partition. */
  readonly coordinatorEpoch: number
  readonly config: TransactionConfig
  readonly producerIds: ProducerIds
  readonly markers: MarkerOutbox
  /** The finalized level of `transaction.version`. */
  transactionVersion(): number
  readonly logger: Logger
}

/** A change that is decided and not over: until it is, others are told CONCURRENT_TRANSACTIONS. */
interface Transition {
  readonly to: TransactionState
  /** Once the decision is committed: what the partitions are told. */
  readonly order?: MarkerOrder
  /** Those that have not answered. */
  readonly untold?: Map<string, Set<number>>
}

/**
 * The transactional ids of one shard. `values` is what records say, and changes by `replay` alone; what is on its way
 * is in memory, and found again in the records after a restart: a prepared transaction is one whose markers are due.
 */
export class Transactions {
  readonly environment: TransactionEnvironment
  readonly #values = new Map<string, TransactionValue>()
  readonly #transitions = new Map<string, Transition>()
  /** Prepared, but it is not known whether that is committed. */
  readonly #inDoubt = new Set<string>()

  constructor(environment: TransactionEnvironment) {
    this.environment = environment
  }

  get values(): ReadonlyMap<string, TransactionValue> {
    return this.#values
  }

  replay({ transactionalId, value }: TransactionRecord): void {
    if (value === null) this.#values.delete(transactionalId)
    else this.#values.set(transactionalId, value)
  }

  transitionOf(transactionalId: string): TransactionState | undefined {
    return this.#transitions.get(transactionalId)?.to
  }

  /** Those that a prepared transaction has yet to tell, else all. */
  partitionsOf(transactionalId: string, value: TransactionValue): TransactionPartitions {
    return this.#transitions.get(transactionalId)?.untold ?? value.partitions
  }

  /** Writes `value`; until that is committed nothing else is decided about this id. */
  moveTo<Response>(transactionalId: string, value: TransactionValue, response: Response): TransactionResult<Response> {
    this.#transitions.set(transactionalId, { to: value.state })
    return {
      records: [this.#record(transactionalId, value)],
      response,
      settled: errorCode => this.#settled(transactionalId, value, errorCode),
    }
  }

  /** As `moveTo`, for a transaction whose order is carried out; where it cannot be written the order stands. */
  moveToComplete<Response>(
    order: MarkerOrder,
    value: TransactionValue,
    response: Response,
  ): TransactionResult<Response> {
    const { transactionalId } = order
    return {
      records: [this.#record(transactionalId, value)],
      response,
      settled: () => {
        if (this.#values.get(transactionalId) !== value) return
        this.#over(transactionalId)
      },
    }
  }

  /** Forgets ids, in as many batches as it takes. */
  forget(transactionalIds: readonly string[]): TransactionResult {
    const records = transactionalIds.map(transactionalId => this.#record(transactionalId, null))
    return { records, response: undefined, isAtomic: false }
  }

  /** Every prepared transaction found in the log goes on where it was left. */
  resume(): void {
    for (const [transactionalId, value] of this.#values) {
      if (isPrepared(value.state)) this.#orderMarkers(transactionalId, value)
    }
  }

  /** Writes again what may or may not be committed, each on its own: when the copy is, so is the first. */
  *settleDoubts(): Generator<TransactionResult> {
    const inDoubt = [...this.#inDoubt]
    this.#inDoubt.clear()
    for (const transactionalId of inDoubt) {
      const value = this.#values.get(transactionalId)
      if (value === undefined) continue
      yield {
        records: [this.#record(transactionalId, value)],
        response: undefined,
        settled: errorCode => this.#settled(transactionalId, value, errorCode),
      }
    }
  }

  /** The order that is being carried out for this id, and whom it has yet to tell. */
  orderOf(transactionalId: string): { order: MarkerOrder; untold: Map<string, Set<number>> } | undefined {
    const transition = this.#transitions.get(transactionalId)
    if (transition?.order === undefined || transition.untold === undefined) return undefined
    return { order: transition.order, untold: transition.untold }
  }

  #settled(transactionalId: string, value: TransactionValue, errorCode: number): void {
    const isReplayed = this.#values.get(transactionalId) === value
    if (!isReplayed || !isPrepared(value.state)) this.#over(transactionalId)
    else if (errorCode === 0) this.#orderMarkers(transactionalId, value)
    // The commit takes too long, or the copy by which that was to be found out was refused.
    else this.#inDoubt.add(transactionalId)
  }

  #over(transactionalId: string): void {
    this.#transitions.delete(transactionalId)
    this.environment.markers.settled(transactionalId)
  }

  #orderMarkers(transactionalId: string, value: TransactionValue): void {
    const outcome: TransactionOutcome = value.state === 'PrepareCommit' ? 'commit' : 'abort'
    const order: MarkerOrder = {
      transactionalId,
      producerId: value.producerId,
      producerEpoch: value.producerEpoch,
      outcome,
      coordinatorEpoch: this.environment.coordinatorEpoch,
      transactionVersion: value.clientTransactionVersion,
      partitions: partitionList(value.partitions),
    }
    const untold = new Map(Array.from(value.partitions, ([topic, indexes]) => [topic, new Set(indexes)]))
    const to = outcome === 'commit' ? 'CompleteCommit' : 'CompleteAbort'
    this.#transitions.set(transactionalId, { to, order, untold })
    this.environment.markers.order(order)
  }

  #record(transactionalId: string, value: TransactionValue | null): TransactionRecord {
    const valueVersion = this.environment.transactionVersion() >= 1 ? 1 : 0
    return { transactionalId, value, valueVersion }
  }
}

/** Whether a record of `value` can be written: version 0 has no room for what clients of version 2 need. */
export function isWritable({ environment }: Transactions, value: TransactionValue): boolean {
  return environment.transactionVersion() >= 1 || value.clientTransactionVersion === 0
}

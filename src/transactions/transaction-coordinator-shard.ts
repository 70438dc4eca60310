import type { CoordinatorShard } from '../coordinator/coordinator-shard.ts'
import type { Instant } from '../coordinator/instant.ts'
import { ShardDeadline, ShardDeadlines } from '../coordinator/shard-deadlines.ts'
import { addPartitions, type PartitionsOfTransaction, verifyPartitions } from './add-partitions.ts'
import {
  type DescribedTransaction,
  describeTransaction,
  type ListedTransaction,
  listTransactions,
  type TransactionFilter,
} from './describe.ts'
import { type EndTransactionAnswer, type EndTransactionRequest, endTransaction } from './end-transaction.ts'
import { type InitProducerIdAnswer, type InitProducerIdRequest, initProducerId } from './init-producer-id.ts'
import type { MarkerAnswer, MarkerOrder } from './marker-order.ts'
import { type MarkerProgress, markersAnswered } from './markers.ts'
import { abortTimedOut, expireTransactionalIds } from './timeouts.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { answered, type TransactionResult } from './transaction-result.ts'
import { type TransactionEnvironment, Transactions } from './transactions.ts'

/** The transactional ids of one partition of `__transaction_state`. */
export class TransactionCoordinatorShard implements CoordinatorShard<TransactionRecord> {
  readonly #transactions: Transactions
  readonly #deadlines = new ShardDeadlines<TransactionRecord>()
  readonly #timeouts = new ShardDeadline<TransactionRecord>(now => this.#abortTimedOut(now))
  readonly #expiry = new ShardDeadline<TransactionRecord>(now => this.#expire(now))
  /** What is left to do of what fell due, decision by decision: one that the log refuses holds up no other. */
  #due: Iterator<TransactionResult> | undefined

  constructor(environment: TransactionEnvironment) {
    this.#transactions = new Transactions(environment)
  }

  initProducerId(request: InitProducerIdRequest, now: Instant): TransactionResult<InitProducerIdAnswer> {
    return initProducerId(this.#transactions, request, now)
  }

  /** Answers with the error code of all partitions. */
  addPartitions(
    request: PartitionsOfTransaction,
    clientTransactionVersion: number,
    now: Instant,
  ): TransactionResult<number> {
    return addPartitions(this.#transactions, request, clientTransactionVersion, now)
  }

  verifyPartitions(request: PartitionsOfTransaction): readonly number[] {
    return verifyPartitions(this.#transactions, request)
  }

  endTransaction(request: EndTransactionRequest, now: Instant): TransactionResult<EndTransactionAnswer> {
    return endTransaction(this.#transactions, request, now)
  }

  markersAnswered(
    order: MarkerOrder,
    answers: readonly MarkerAnswer[],
    now: Instant,
  ): TransactionResult<MarkerProgress> {
    return markersAnswered(this.#transactions, order, answers, now)
  }

  describeTransaction(transactionalId: string): DescribedTransaction {
    return describeTransaction(this.#transactions, transactionalId)
  }

  listTransactions(filter: TransactionFilter, now: Instant): ListedTransaction[] {
    return listTransactions(this.#transactions, filter, now.wallMs)
  }

  replay(record: TransactionRecord): void {
    this.#transactions.replay(record)
  }

  replayTransactionEnd(): void {
    // Nobody writes to this topic in a transaction.
  }

  loaded(now: Instant): void {
    const { config } = this.#transactions.environment
    this.#deadlines.schedule(this.#timeouts, now.monotonicMs + config.abortTimedOutIntervalMs)
    this.#deadlines.schedule(this.#expiry, now.monotonicMs + config.removeExpiredIntervalMs)
    this.#transactions.resume()
  }

  unloaded(): void {
    // Orders that are under way find the shard gone when they come back.
  }

  nextDeadlineMs(): number {
    return this.#due === undefined ? this.#deadlines.nextDeadlineMs : Number.NEGATIVE_INFINITY
  }

  deadlineReached(now: Instant): TransactionResult | undefined {
    const next = this.#due?.next()
    if (next !== undefined && next.done !== true) return next.value
    this.#due = undefined
    return this.#deadlines.takeDue(now.monotonicMs)?.reached(now)
  }

  #abortTimedOut(now: Instant): TransactionResult {
    const { abortTimedOutIntervalMs } = this.#transactions.environment.config
    this.#deadlines.schedule(this.#timeouts, now.monotonicMs + abortTimedOutIntervalMs)
    this.#due = this.#overdue(now)
    return answered(undefined)
  }

  *#overdue(now: Instant): Generator<TransactionResult> {
    yield* this.#transactions.settleDoubts()
    yield* abortTimedOut(this.#transactions, now)
  }

  #expire(now: Instant): TransactionResult {
    const { removeExpiredIntervalMs } = this.#transactions.environment.config
    this.#deadlines.schedule(this.#expiry, now.monotonicMs + removeExpiredIntervalMs)
    return expireTransactionalIds(this.#transactions, now)
  }
}

import type { Instant } from './instant.ts'

/**
 * What a coordinator's decision comes to. The driver appends `records` to the shard's partition as one batch, replays
 * them, and gives `response` out once they are committed. Without records the response still waits for everything
 * the shard had written before: nobody is told of what may yet be lost.
 */
export interface CoordinatorResult<Record, Response = undefined> {
  readonly records: readonly Record[]
  readonly response: Response
  /**
   * False where the live state already says what the records say: a classic group holds parked members, which no
   * record knows, so that its own record would not restore it but throw them away.
   */
  readonly isReplayed?: boolean
  /** False for clean-up of any size: its records may be spread over batches. */
  readonly isAtomic?: boolean
  /**
   * Told once what became of the records, before `response` is given out: 0 when they are committed, else why they
   * never will be. Without records: of all that the shard had written before.
   */
  readonly settled?: (errorCode: number, now: Instant) => void
}

/** The end of a transaction, as its control record says. */
export type TransactionOutcome = 'commit' | 'abort'

/**
 * One shard of a coordinator: the state that one partition of its internal topic holds. A machine: its requests are
 * methods of its own that yield a `CoordinatorResult`; what every coordinator has in common is here.
 */
export interface CoordinatorShard<Record> {
  /** Applies a record, both live and when the partition is loaded. `producerId` is -1 outside a transaction. */
  replay(record: Record, offset: number, producerId: number, now: Instant): void
  replayTransactionEnd(producerId: number, outcome: TransactionOutcome): void
  /** Every record is replayed: sessions start to run. Deadlines set here are counted from `now`. */
  loaded(now: Instant): void
  /** The shard is given up; whoever waits for it is answered NOT_COORDINATOR. Nothing is called any more. */
  unloaded(now: Instant): void
  /** On the monotonic clock; Infinity when nothing is waited for. */
  nextDeadlineMs(): number
  /** Takes up the earliest deadline that is due, or `undefined` if none is. To be called until it says so. */
  deadlineReached(now: Instant): CoordinatorResult<Record> | undefined
}

/** How a record is written. An unknown record type decodes to `undefined`; an unknown version of a known one throws. */
export interface RecordSerde<Record> {
  encodeKey(record: Record): Uint8Array
  /** `null`: a tombstone. */
  encodeValue(record: Record): Uint8Array | null
  decode(key: Uint8Array, value: Uint8Array | null): Record | undefined
}

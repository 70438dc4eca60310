import assert from 'node:assert/strict'
import type {
  AppendDecision,
  CoordinatorPartition,
  CoordinatorPartitionWatcher,
  TransactionalAppend,
} from '../../../src/broker/coordinator/coordinator-partition.ts'
import { batchSizeAt, RecordBatch } from '../../../src/protocol/records/record-batch.ts'

/** A led partition in memory whose writes and commits happen when the test says so. */
export class FakePartition implements CoordinatorPartition {
  readonly topic = '__fake'
  readonly index: number
  leaderEpoch = 0
  readonly batches: Uint8Array[] = []
  /** What each append came with. */
  readonly options: (TransactionalAppend | undefined)[] = []
  /** Appends are written and committed when they return. */
  commitsAtOnce = false
  logStartOffset = 0
  nextOffset = 0
  highWatermark = 0
  batchBytesMax = 1000
  appendErrorCode = 0
  /** What an append finds when it gets to the log, whatever was said before. */
  lateErrorCode = 0
  readonly watchers = new Set<CoordinatorPartitionWatcher>()
  #endWrite: (() => void) | undefined

  constructor(index = 0) {
    this.index = index
  }

  get logEndOffset(): number {
    return this.nextOffset
  }

  append(bytes: Uint8Array, options?: TransactionalAppend): AppendDecision {
    this.options.push(options)
    if (this.lateErrorCode !== 0) return { errorCode: this.lateErrorCode, baseOffset: -1, written: undefined }
    assert.ok(bytes.length <= this.batchBytesMax)
    const batch = new RecordBatch(bytes, 0, bytes.length)
    assert.equal(batchSizeAt(bytes, 0), bytes.length)
    batch.baseOffset = this.nextOffset
    this.batches.push(bytes)
    this.nextOffset = batch.nextOffset
    if (this.commitsAtOnce) {
      this.commit()
      return { errorCode: 0, baseOffset: batch.baseOffset, written: undefined }
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#endWrite
    this.#endWrite = () => {
      before?.()
      resolve()
    }
    return { errorCode: 0, baseOffset: batch.baseOffset, written: promise }
  }

  /** Every write ends, and what was appended is committed. */
  commit(): void {
    this.highWatermark = this.nextOffset
    this.#endWrite?.()
    this.#endWrite = undefined
    for (const watcher of this.watchers) watcher.advanced()
  }

  end(): void {
    for (const watcher of [...this.watchers]) watcher.ended()
    this.watchers.clear()
  }

  read(offset: number): Promise<readonly Uint8Array[]> {
    const rest = this.batches.filter(bytes => new RecordBatch(bytes, 0, bytes.length).nextOffset > offset)
    return Promise.resolve(rest.slice(0, 1))
  }

  watch(watcher: CoordinatorPartitionWatcher): void {
    this.watchers.add(watcher)
  }

  unwatch(watcher: CoordinatorPartitionWatcher): void {
    this.watchers.delete(watcher)
  }
}

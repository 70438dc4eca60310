import type { Partition } from '../partition.ts'
import type {
  AppendDecision,
  CoordinatorPartition,
  CoordinatorPartitionWatcher,
  TransactionalAppend,
} from './coordinator-partition.ts'

/** The partition of an internal topic that this broker leads, as its coordinator sees it. */
export class LedPartition implements CoordinatorPartition {
  readonly topic: string
  readonly index: number
  readonly leaderEpoch: number
  readonly #partition: Partition

  constructor(partition: Partition) {
    this.#partition = partition
    this.topic = partition.log.topic
    this.index = partition.log.partition
    // The epoch it was elected in: a later one is another election.
    this.leaderEpoch = partition.leaderEpoch
  }

  get logStartOffset(): number {
    return this.#partition.log.logStartOffset
  }

  get logEndOffset(): number {
    return this.#partition.log.logEndOffset
  }

  get nextOffset(): number {
    return this.#partition.log.nextOffset
  }

  get highWatermark(): number {
    return this.#partition.highWatermark
  }

  get batchBytesMax(): number {
    return this.#partition.log.config.maxMessageBytes
  }

  get appendErrorCode(): number {
    return this.#partition.appendErrorCode
  }

  append(batch: Uint8Array, options?: TransactionalAppend): AppendDecision {
    const outcome = this.#partition.appendAsLeader(batch, { origin: 'coordinator', ...options })
    return 'written' in outcome
      ? { errorCode: 0, baseOffset: outcome.baseOffset, written: outcome.written }
      : { errorCode: outcome.errorCode, baseOffset: -1, written: undefined }
  }

  async read(offset: number, bytesMax: number): Promise<readonly Uint8Array[]> {
    const outcome = await this.#partition.log.read(offset, {
      maxBytes: bytesMax,
      isolation: 'log-end',
      minOneBatch: true,
    })
    if (!('chunks' in outcome)) throw new Error(`Cannot read offset ${offset}: error ${outcome.errorCode}`)
    return outcome.chunks
  }

  watch(watcher: CoordinatorPartitionWatcher): void {
    this.#partition.watch(watcher)
  }

  unwatch(watcher: CoordinatorPartitionWatcher): void {
    this.#partition.unwatch(watcher)
  }
}

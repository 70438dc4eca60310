import type { ReadIsolation } from '../../log/partition-log.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'
import type { Partition, PartitionWatcher } from '../partition.ts'

export interface DelayedFetchOptions {
  /** Bytes that are worth an answer. */
  readonly minBytes: number
  readonly maxWaitMs: number
  readonly isolation: ReadIsolation
  readonly deadlines: Deadlines
  readonly onCompleted: () => void
}

/**
 * A fetch that waits for more: until enough bytes can be read from its partitions together, one of them ends, or its
 * time is up. Partitions tell of each advance, so it looks only at the one that moved. Kafka's `DelayedFetch`.
 */
export class DelayedFetch {
  readonly #options: DelayedFetchOptions
  readonly #watches: PartitionWatch[] = []
  readonly #deadline: Deadline
  #readableBytes = 0
  #isCompleted = false

  constructor(options: DelayedFetchOptions) {
    this.#options = options
    this.#deadline = options.deadlines.after(options.maxWaitMs, () => this.complete())
  }

  /** `readableBytes` of the partition count already. */
  watch(partition: Partition, fetchOffset: number, maxBytes: number, readableBytes: number): void {
    const watch = new PartitionWatch(this, partition, fetchOffset, maxBytes, readableBytes)
    this.#readableBytes += readableBytes
    this.#watches.push(watch)
    partition.watch(watch)
  }

  /** Only the first call counts. */
  complete(): void {
    if (this.#isCompleted) return
    this.#isCompleted = true
    this.#deadline.cancel()
    for (const watch of this.#watches) watch.partition.unwatch(watch)
    this.#options.onCompleted()
  }

  /** @internal */
  advanced(watch: PartitionWatch): void {
    const { isolation, minBytes } = this.#options
    const readableBytes = Math.min(watch.partition.log.readableBytes(watch.fetchOffset, isolation), watch.maxBytes)
    this.#readableBytes += readableBytes - watch.readableBytes
    watch.readableBytes = readableBytes
    if (this.#readableBytes >= minBytes) this.complete()
  }
}

class PartitionWatch implements PartitionWatcher {
  readonly partition: Partition
  readonly fetchOffset: number
  readonly maxBytes: number
  readableBytes: number
  readonly #fetch: DelayedFetch

  constructor(fetch: DelayedFetch, partition: Partition, fetchOffset: number, maxBytes: number, readableBytes: number) {
    this.#fetch = fetch
    this.partition = partition
    this.fetchOffset = fetchOffset
    this.maxBytes = maxBytes
    this.readableBytes = readableBytes
  }

  advanced(): void {
    this.#fetch.advanced(this)
  }

  ended(): void {
    this.#fetch.complete()
  }
}

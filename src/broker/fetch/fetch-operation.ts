import type { ReadOutcome } from '../../log/partition-log.ts'
import { Partition } from '../partition.ts'
import type { BrokerServices } from '../services.ts'
import { DelayedFetch } from './delayed-fetch.ts'
import type { Fetched } from './fetch-context.ts'
import type { FetchPartition } from './fetch-partition.ts'
import { type FetchReader, failedRead, type PartitionRead, readablePartition, readOf } from './partition-read.ts'

export interface FetchOptions extends FetchReader {
  readonly maxWaitMs: number
  readonly minBytes: number
  /** Of the whole response; the first batch of all is returned even where it alone is larger. */
  readonly maxBytes: number
  /** Ends the waiting; returns what takes it back. */
  readonly onAbandoned: (listener: () => void) => () => void
}

/** What was read, and the memory it holds until it is sent: to be given back to `fetchMemory`. */
export interface FetchedRecords {
  readonly reads: Fetched<PartitionRead>[]
  readonly heldBytes: number
}

/**
 * Reads the partitions in order, waiting first where they have too little. Answers at once where nothing has to be
 * waited for. Kafka's `ReplicaManager.fetchMessages`.
 */
export function fetchRecords(
  services: BrokerServices,
  requested: readonly FetchPartition[],
  options: FetchOptions,
): FetchedRecords | Promise<FetchedRecords> {
  const delayed = delayWhereTooLittle(services, requested, options)
  return delayed === undefined
    ? readWithMemory(services, requested, options)
    : delayed.then(() => readWithMemory(services, requested, options))
}

function readWithMemory(
  services: BrokerServices,
  requested: readonly FetchPartition[],
  options: FetchOptions,
): FetchedRecords | Promise<FetchedRecords> {
  const taken = services.fetchMemory.take(readableBytes(services, requested, options), options.maxWaitMs)
  return typeof taken === 'number'
    ? read(services, requested, options, taken)
    : taken.then(bytes => read(services, requested, options, bytes))
}

function read(
  services: BrokerServices,
  requested: readonly FetchPartition[],
  options: FetchOptions,
  takenBytes: number,
): FetchedRecords | Promise<FetchedRecords> {
  const settle = (reads: Fetched<PartitionRead>[]) => {
    let heldBytes = 0
    for (const { result } of reads) heldBytes += result.recordsBytes
    services.fetchMemory.settle(takenBytes, heldBytes)
    return { reads, heldBytes }
  }
  const reads = new SequentialRead(services, requested, options, takenBytes).run()
  return reads instanceof Promise ? reads.then(settle) : settle(reads)
}

/** What the response could carry. */
function readableBytes(services: BrokerServices, requested: readonly FetchPartition[], options: FetchOptions): number {
  let bytes = 0
  for (const wanted of requested) {
    const partition = readablePartition(services.replicas, wanted, options)
    if (!(partition instanceof Partition)) continue
    const readable = partition.log.readableBytes(wanted.fetchOffset, options.isolation)
    // Limits of 0 still let a first batch through.
    if (readable > 0) bytes += Math.max(1, Math.min(readable, wanted.maxBytes))
    if (bytes > options.maxBytes) return Math.max(1, options.maxBytes)
  }
  return bytes
}

/** `undefined`: enough can be read, something is wrong that the client should know, or it will not wait. */
function delayWhereTooLittle(
  services: BrokerServices,
  requested: readonly FetchPartition[],
  options: FetchOptions,
): Promise<void> | undefined {
  const { maxWaitMs, minBytes, isolation } = options
  if (maxWaitMs <= 0 || minBytes <= 0 || requested.length === 0) return undefined
  const readable: Partition[] = []
  const sizes: number[] = []
  let totalBytes = 0
  for (const wanted of requested) {
    const partition = readablePartition(services.replicas, wanted, options)
    if (!(partition instanceof Partition)) return undefined
    const bytes = Math.min(partition.log.readableBytes(wanted.fetchOffset, isolation), wanted.maxBytes)
    totalBytes += bytes
    if (totalBytes >= minBytes) return undefined
    readable.push(partition)
    sizes.push(bytes)
  }
  return new Promise(resolve => {
    const delayed = new DelayedFetch({
      minBytes,
      maxWaitMs,
      isolation,
      deadlines: services.deadlines,
      onCompleted() {
        forget()
        resolve()
      },
    })
    const forget = options.onAbandoned(() => delayed.complete())
    for (const [index, partition] of readable.entries()) {
      const wanted = requested[index]!
      delayed.watch(partition, wanted.fetchOffset, wanted.maxBytes, sizes[index]!)
    }
  })
}

/** What a read leaves decides how much the next one may take, so they follow one another. */
class SequentialRead {
  readonly #services: BrokerServices
  readonly #requested: readonly FetchPartition[]
  readonly #options: FetchOptions
  readonly #fetched: Fetched<PartitionRead>[] = []
  #bytesLeft: number
  #takesFirstBatch: boolean

  /** Without memory nothing is read, not even a first batch. */
  constructor(
    services: BrokerServices,
    requested: readonly FetchPartition[],
    options: FetchOptions,
    takenBytes: number,
  ) {
    this.#services = services
    this.#requested = requested
    this.#options = options
    this.#bytesLeft = takenBytes
    this.#takesFirstBatch = takenBytes > 0
  }

  run(): Fetched<PartitionRead>[] | Promise<Fetched<PartitionRead>[]> {
    while (this.#fetched.length < this.#requested.length) {
      const outcome = this.#readNext(this.#requested[this.#fetched.length]!)
      if (outcome instanceof Promise) {
        return outcome.then(read => {
          this.#take(read)
          return this.run()
        })
      }
      this.#take(outcome)
    }
    return this.#fetched
  }

  #readNext(wanted: FetchPartition): PartitionRead | Promise<PartitionRead> {
    const partition = readablePartition(this.#services.replicas, wanted, this.#options)
    if (!(partition instanceof Partition)) return partition
    const outcome = partition.log.read(wanted.fetchOffset, {
      maxBytes: Math.max(0, Math.min(wanted.maxBytes, this.#bytesLeft)),
      isolation: this.#options.isolation,
      minOneBatch: this.#takesFirstBatch,
    })
    return outcome instanceof Promise ? outcome.then(toPartitionRead) : toPartitionRead(outcome)
  }

  #take(result: PartitionRead): void {
    const requested = this.#requested[this.#fetched.length]!
    this.#fetched.push({ requested, result })
    if (result.recordsBytes === 0) return
    this.#takesFirstBatch = false
    this.#bytesLeft = Math.max(0, this.#bytesLeft - result.recordsBytes)
  }
}

function toPartitionRead(outcome: ReadOutcome): PartitionRead {
  return 'chunks' in outcome ? readOf(outcome) : failedRead(outcome.errorCode)
}

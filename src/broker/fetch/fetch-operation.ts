import { LogDirOfflineError, type ReadOutcome } from '../../log/partition-log.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { Partition } from '../partition.ts'
import type { BrokerServices } from '../services.ts'
import { DelayedFetch } from './delayed-fetch.ts'
import type { Fetched } from './fetch-context.ts'
import type { FetchPartition } from './fetch-partition.ts'
import {
  emptyRead,
  type FetchReader,
  failedRead,
  type PartitionRead,
  readablePartition,
  readOf,
} from './partition-read.ts'

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

/** One partition before it is read. */
interface Prospect {
  readonly requested: FetchPartition
  /** The partition, or what the client is told instead. */
  readonly source: Partition | PartitionRead
  /** What can be read of it, within the client's limit. */
  readonly readableBytes: number
}

interface Prospects {
  readonly list: readonly Prospect[]
  readonly readableBytes: number
  /** Some partition has news that no waiting would better. */
  readonly hasNews: boolean
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
  const prospects = lookAt(services, requested, options, false)
  const { readableBytes, hasNews } = prospects
  const isEnough = readableBytes >= options.minBytes || hasNews || requested.length === 0
  if (isEnough || options.maxWaitMs <= 0) return readWithMemory(services, prospects, options)
  return delayed(services, prospects, options).then(() =>
    readWithMemory(services, lookAt(services, requested, options, true), options),
  )
}

function lookAt(
  services: BrokerServices,
  requested: readonly FetchPartition[],
  options: FetchOptions,
  hasWaited: boolean,
): Prospects {
  let total = 0
  let hasNews = false
  const list = requested.map(wanted => {
    const source = readablePartition(services.replicas, wanted, options, hasWaited)
    if (!(source instanceof Partition)) {
      hasNews = true
      return { requested: wanted, source, readableBytes: 0 }
    }
    const available = source.log.readableBytes(wanted.fetchOffset, options.isolation)
    // A limit of 0 still lets a first batch through.
    const readableBytes = available > 0 ? Math.max(1, Math.min(available, wanted.maxBytes)) : 0
    total += readableBytes
    return { requested: wanted, source, readableBytes }
  })
  return { list, readableBytes: total, hasNews }
}

/** Resolves when enough can be read, a partition has ended, the time is up or nobody waits any more. */
function delayed(services: BrokerServices, prospects: Prospects, options: FetchOptions): Promise<void> {
  return new Promise(resolve => {
    const fetch = new DelayedFetch({
      minBytes: options.minBytes,
      maxWaitMs: options.maxWaitMs,
      isolation: options.isolation,
      deadlines: services.deadlines,
      onCompleted() {
        forget()
        resolve()
      },
    })
    const forget = options.onAbandoned(() => fetch.complete())
    for (const { requested, source, readableBytes } of prospects.list) {
      if (source instanceof Partition) fetch.watch(source, requested.fetchOffset, requested.maxBytes, readableBytes)
    }
  })
}

function readWithMemory(
  services: BrokerServices,
  prospects: Prospects,
  options: FetchOptions,
): FetchedRecords | Promise<FetchedRecords> {
  const wantedBytes = Math.min(prospects.readableBytes, Math.max(1, options.maxBytes))
  const taken = services.fetchMemory.take(wantedBytes, options.maxWaitMs)
  // Memory for less than there is limits the response; else the request's own limit does, which a first batch may use up.
  const limitFor = (takenBytes: number) =>
    takenBytes < wantedBytes ? takenBytes : Math.max(takenBytes, options.maxBytes)
  return typeof taken === 'number'
    ? read(services, prospects, options, taken, limitFor(taken))
    : taken.then(bytes => read(services, prospects, options, bytes, limitFor(bytes)))
}

function read(
  services: BrokerServices,
  prospects: Prospects,
  options: FetchOptions,
  takenBytes: number,
  bytesMax: number,
): FetchedRecords | Promise<FetchedRecords> {
  const settle = (reads: Fetched<PartitionRead>[]) => {
    let heldBytes = 0
    for (const { result } of reads) heldBytes += result.recordsBytes
    services.fetchMemory.settle(takenBytes, heldBytes)
    return { reads, heldBytes }
  }
  const giveUp = (error: unknown) => {
    services.fetchMemory.settle(takenBytes, 0)
    throw error
  }
  try {
    const reads = new SequentialRead(prospects.list, options, bytesMax).run()
    return reads instanceof Promise ? reads.then(settle, giveUp) : settle(reads)
  } catch (error) {
    return giveUp(error)
  }
}

/** What a read leaves decides how much the next one may take, so they follow one another. */
class SequentialRead {
  readonly #prospects: readonly Prospect[]
  readonly #options: FetchOptions
  readonly #fetched: Fetched<PartitionRead>[] = []
  #bytesLeft: number
  #takesFirstBatch: boolean

  /** Without memory nothing is read, not even a first batch. */
  constructor(prospects: readonly Prospect[], options: FetchOptions, bytesMax: number) {
    this.#prospects = prospects
    this.#options = options
    this.#bytesLeft = bytesMax
    this.#takesFirstBatch = bytesMax > 0
  }

  run(): Fetched<PartitionRead>[] | Promise<Fetched<PartitionRead>[]> {
    while (this.#fetched.length < this.#prospects.length) {
      const prospect = this.#prospects[this.#fetched.length]!
      const outcome = this.#read(prospect)
      if (outcome instanceof Promise) {
        return outcome.then(result => {
          this.#take(prospect.requested, result)
          return this.run()
        })
      }
      this.#take(prospect.requested, outcome)
    }
    return this.#fetched
  }

  #read({ requested, source, readableBytes }: Prospect): PartitionRead | Promise<PartitionRead> {
    if (!(source instanceof Partition)) return source
    // It may have ended while memory was waited for.
    if (source.errorCode !== 0) return failedRead(source.errorCode)
    const { isolation } = this.#options
    // No more than memory was taken for, even where more has come since; a first batch alone may be larger.
    const maxBytes = Math.max(0, Math.min(requested.maxBytes, this.#bytesLeft, readableBytes))
    const isNothing = readableBytes === 0 || (maxBytes === 0 && !this.#takesFirstBatch)
    if (isNothing) return emptyRead(source.log, isolation)
    // Kafka reads with whatever limit it is given, and fails where that is below zero.
    if (Math.min(requested.maxBytes, this.#options.maxBytes) < 0) return failedRead(ErrorCode.UNKNOWN_SERVER_ERROR)
    try {
      const readOptions = { maxBytes, isolation, minOneBatch: this.#takesFirstBatch }
      const outcome = source.log.read(requested.fetchOffset, readOptions)
      return outcome instanceof Promise ? outcome.then(toPartitionRead, failedDirectory) : toPartitionRead(outcome)
    } catch (error) {
      return failedDirectory(error)
    }
  }

  #take(requested: FetchPartition, result: PartitionRead): void {
    this.#fetched.push({ requested, result })
    if (result.recordsBytes === 0) return
    this.#takesFirstBatch = false
    this.#bytesLeft = Math.max(0, this.#bytesLeft - result.recordsBytes)
  }
}

function toPartitionRead(outcome: ReadOutcome): PartitionRead {
  return 'chunks' in outcome ? readOf(outcome) : failedRead(outcome.errorCode)
}

/** One partition's directory is no reason to withhold the others. */
function failedDirectory(error: unknown): PartitionRead {
  if (error instanceof LogDirOfflineError) return failedRead(ErrorCode.KAFKA_STORAGE_ERROR)
  throw error
}

import type { LeaderEpochCache } from './leader-epoch-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { LogFiles } from './log-files.ts'
import type { ReadIsolation } from './partition-log.ts'
import type { ProducerStates } from './producer-state.ts'
import type { Segment } from './segment.ts'

/** What loading a directory yields: the state of a log between two appends. */
export interface LoadedLog {
  /** In order; at least one, the last is the active one with its indexes in memory. */
  readonly segments: Segment[]
  readonly logStartOffset: number
  readonly nextOffset: number
  readonly recoveryPoint: number
  /** The directory's names and `partition.metadata` are on stable storage. */
  readonly isDirectoryDurable: boolean
  /** `nextOffset` where indexes and producer snapshot on disk belong to it, else -1. */
  readonly savedOffset: number
  readonly highWatermark: number
  readonly epochs: LeaderEpochCache
  /** The checkpoint file on disk says the same. */
  readonly areEpochsSaved: boolean
  readonly producers: ProducerStates
}

export interface SegmentedLogOptions {
  readonly environment: LogEnvironment
  readonly logDir: LogDir
  /** The partition's own. */
  readonly directory: string
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly config: LogConfig
  /** Brings recovery point, log start and cleaned offset, which may have gone back, to their checkpoints. */
  readonly saveOffsets: () => Promise<void>
  /** Brings the log's start to its checkpoint, unless its first segment says the same. */
  readonly saveLogStart: () => Promise<void>
  /** From `cleaner-offset-checkpoint`; `undefined` where it does not know the partition. */
  readonly cleanedOffset: number | undefined
}

/** What the parts of one log share: its segments, its ends, who wrote what. */
export class LogState {
  /** `topic-partition`, for messages. */
  readonly name: string
  readonly environment: LogEnvironment
  readonly logDir: LogDir
  readonly files: LogFiles
  readonly segments: Segment[]
  readonly epochs: LeaderEpochCache
  readonly producers: ProducerStates
  config: LogConfig
  logStartOffset: number
  logEndOffset: number
  nextOffset: number
  highWatermark: number
  /** Up to here the log is compacted; `undefined` where it never was. */
  cleanedOffset: number | undefined
  /** Brings recovery point and cleaned offset, which have gone back, to their checkpoints. */
  readonly saveOffsets: () => Promise<void>
  /** Counts cuts, so that a read under way notices that positions have changed. */
  cuts = 0
  /** Counts takings away of segments: who misses a file of one that went meanwhile has met no failure of the disk. */
  removals = 0
  /** Files go before the segments do. */
  isBeingCut = false
  isClosed = false
  readonly #saveLogStart: () => Promise<void>

  constructor(options: SegmentedLogOptions, loaded: LoadedLog) {
    this.name = `${options.topic}-${options.partition}`
    this.environment = options.environment
    this.#saveLogStart = options.saveLogStart
    this.logDir = options.logDir
    this.files = new LogFiles(options.environment, options.logDir, options.directory, loaded)
    this.segments = loaded.segments
    this.epochs = loaded.epochs
    this.producers = loaded.producers
    this.config = options.config
    this.cleanedOffset = options.cleanedOffset
    this.saveOffsets = options.saveOffsets
    this.logStartOffset = loaded.logStartOffset
    this.logEndOffset = loaded.nextOffset
    this.nextOffset = loaded.nextOffset
    this.highWatermark = Math.max(loaded.logStartOffset, Math.min(loaded.highWatermark, loaded.nextOffset))
    // Whoever hosts the log only tells of a high watermark that moves.
    this.producers.highWatermarkMoved(this.highWatermark)
    if (!loaded.areEpochsSaved) this.saveEpochs()
  }

  get active(): Segment {
    return this.segments[this.segments.length - 1]!
  }

  get sizeInBytes(): number {
    let sum = 0
    for (const segment of this.segments) sum += segment.writtenBytes
    return sum
  }

  get lastStableOffset(): number {
    const unstable = this.producers.firstUnstableOffset
    if (unstable === undefined) return this.highWatermark
    return Math.min(this.highWatermark, Math.max(unstable, this.logStartOffset))
  }

  /** Where reads of that isolation end. */
  endOf(isolation: ReadIsolation): number {
    if (isolation === 'log-end') return this.logEndOffset
    return isolation === 'high-watermark' ? this.highWatermark : this.lastStableOffset
  }

  /** The last segment that begins at or before `offset`. */
  segmentOf(offset: number): Segment {
    if (offset >= this.active.baseOffset) return this.active
    return this.segments.findLast(({ baseOffset }) => baseOffset <= offset) ?? this.segments[0]!
  }

  segmentAfter(segment: Segment): Segment | undefined {
    return this.segments.find(({ baseOffset }) => baseOffset > segment.baseOffset)
  }

  updateHighWatermark(offset: number): void {
    this.highWatermark = Math.max(this.logStartOffset, Math.min(offset, this.logEndOffset))
    this.producers.highWatermarkMoved(this.highWatermark)
  }

  /**
   * Nobody reads below `offset` any more. Once `isForGood` is done no crash makes that forgotten; what follows from it,
   * epochs and producers without those records, is written only then.
   */
  moveLogStart(offset: number, isForGood: () => Promise<void> = this.#saveLogStart): void {
    this.logStartOffset = offset
    if (this.epochs.truncateFromStart(offset)) this.files.epochFile.save(this.epochs.entries, isForGood)
    else this.files.inBackground(isForGood).catch(() => undefined)
  }

  saveEpochs(): void {
    if (this.nextOffset === 0) this.files.epochFile.defer(this.epochs.entries)
    else this.files.epochFile.save(this.epochs.entries)
  }

  /** `written` settles with all appends so far. */
  newSegment(baseOffset: number, written: Promise<void>): Segment {
    return this.files.newSegment(baseOffset, this.config, written)
  }
}

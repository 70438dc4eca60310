import type { Clock, Logger, Timer } from '../../ports.ts'
import { ignoreOffline } from '../log-dir.ts'
import { LogDirOfflineError } from '../partition-log.ts'
import type { SegmentedLog } from '../segmented-log.ts'
import type { CleanableRange } from './cleanable-range.ts'
import type { CleanerConfig } from './cleaner-config.ts'
import { Throttle } from './throttle.ts'
import { CleaningAbortedError } from './uncleanable-error.ts'

export interface LogCleanerOptions {
  readonly clock: Clock
  /** `kafka.log.LogCleaner` */
  readonly logger: Logger
  /** Asked whenever there is something to decide: values may change. */
  readonly config: () => CleanerConfig
  readonly logs: () => Iterable<SegmentedLog>
  /** Brings `cleanedOffset` of a log's directory to its checkpoint. */
  readonly saveCleanedOffsets: (log: SegmentedLog) => Promise<void>
}

interface Candidate {
  readonly log: SegmentedLog
  readonly range: CleanableRange
}

/**
 * Compacts the logs of a broker, the dirtiest first, `log.cleaner.threads` at once (`LogCleaner`). One timer, for the
 * next look; none while there is something to do.
 */
export class LogCleaner {
  readonly #options: LogCleanerOptions
  readonly #throttle: Throttle
  /** What could not be compacted is left alone, until the next start. */
  readonly #uncleanable = new WeakSet<SegmentedLog>()
  readonly #inProgress = new Set<SegmentedLog>()
  #running: Promise<void>[] = []
  #timer: Timer | undefined
  #isLooking = false
  /** A cleaning ended while others were being looked for: there may be more to do than was seen. */
  #isToLookAgain = false
  #isStopped = false

  constructor(options: LogCleanerOptions) {
    this.#options = options
    this.#throttle = new Throttle(options.clock, () => options.config().ioBytesPerSecondMax)
  }

  start(): void {
    this.#lookIn(0)
  }

  /** Resolves when nothing is being compacted any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    for (const log of this.#inProgress) log.abortCleaning()
    await Promise.all(this.#running)
  }

  #lookIn(delayMs: number): void {
    this.#timer?.cancel()
    // Node's timers end at 2^31 ms; whoever waits that long waits forever.
    this.#timer = this.#options.clock.schedule(Math.min(delayMs, 0x7fff_ffff), () => void this.#look())
  }

  /** Begins as many cleanings as are due and allowed, then waits. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#isStopped) return
    this.#isLooking = true
    this.#isToLookAgain = false
    try {
      const { threads } = this.#options.config()
      while (this.#inProgress.size < threads && !this.#isStopped) {
        const dirtiest = await this.#dirtiest()
        if (dirtiest === undefined || this.#isStopped) break
        this.#begin(dirtiest)
      }
      await this.#deleteOldSegments()
    } catch (error) {
      this.#options.logger.error('Looking for logs to compact failed', error)
    } finally {
      this.#isLooking = false
      if (!this.#isStopped) this.#lookIn(this.#isToLookAgain ? 0 : this.#options.config().backoffMs)
    }
  }

  async #dirtiest(): Promise<Candidate | undefined> {
    let dirtiest: Candidate | undefined
    for (const log of this.#options.logs()) {
      if (!this.#isCandidate(log)) continue
      const range = await log.cleanableRange().catch(error => this.#markUncleanable(log, error))
      if (range === undefined) continue
      if (range.isReset) await this.#options.saveCleanedOffsets(log).catch(ignoreOffline)
      if (range.cleanableRatio > (dirtiest?.range.cleanableRatio ?? -1) && range.isDue) dirtiest = { log, range }
    }
    return dirtiest
  }

  #isCandidate(log: SegmentedLog): boolean {
    if (!log.config.isCompacted || log.isOffline || log.isCleaningPaused) return false
    return !this.#inProgress.has(log) && !this.#uncleanable.has(log)
  }

  #begin({ log, range }: Candidate): void {
    this.#inProgress.add(log)
    const running = this.#clean(log, range).then(isCleaned => {
      this.#inProgress.delete(log)
      this.#running = this.#running.filter(other => other !== running)
      // As long as there is work nobody waits; a log that something else is happening to comes again in its time.
      if (!isCleaned || this.#isStopped) return
      if (this.#isLooking) this.#isToLookAgain = true
      else this.#lookIn(0)
    })
    this.#running.push(running)
  }

  async #clean(log: SegmentedLog, range: CleanableRange): Promise<boolean> {
    const { clock, config, logger, saveCleanedOffsets } = this.#options
    const { threads, dedupeBufferBytes, dedupeBufferLoadFactor, ioBufferBytes } = config()
    const beganMs = clock.monotonicMs()
    try {
      const result = await log.compact(range, {
        throttle: this.#throttle,
        dedupeBufferBytes: Math.floor(dedupeBufferBytes / threads),
        dedupeBufferLoadFactor,
        // As in Kafka one half is for reading and one for writing.
        chunkBytes: Math.floor(ioBufferBytes / threads / 2),
      })
      if (result === undefined) return false
      await saveCleanedOffsets(log)
      const seconds = Math.max(1, clock.monotonicMs() - beganMs) / 1000
      logger.info(
        `Cleaned log ${log.topic}-${log.partition} (dirty section = [${range.firstDirtyOffset}, ${result.endOffset})): ` +
          `${megabytes(result.bytesRead)} MB with ${result.recordsRead} records became ${megabytes(result.bytesKept)} MB ` +
          `with ${result.recordsKept}, in ${seconds.toFixed(1)} s`,
      )
      return true
    } catch (error) {
      if (!(error instanceof CleaningAbortedError)) this.#markUncleanable(log, error)
      return false
    }
  }

  #markUncleanable(log: SegmentedLog, error: unknown): undefined {
    // Its directory has failed, which is known.
    if (error instanceof LogDirOfflineError) return
    this.#uncleanable.add(log)
    this.#options.logger.warn(
      `Cleaning log ${log.topic}-${log.partition} failed; the partition is marked as uncleanable`,
      error,
    )
  }

  /** Old segments of compacted logs go here, never while the log is being compacted. */
  async #deleteOldSegments(): Promise<void> {
    const nowMs = this.#options.clock.nowMs()
    for (const log of this.#options.logs()) {
      if (this.#isCandidate(log)) await log.deleteOldSegments(nowMs).catch(error => this.#markUncleanable(log, error))
    }
  }
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1)
}

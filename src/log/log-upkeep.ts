import type { Clock, Logger, Timer } from '../ports.ts'
import type { CheckpointFileName } from './checkpoints.ts'
import { LogCleaner } from './cleaner/log-cleaner.ts'
import {
  cleanerOffsetFileName,
  highWatermarkFileName,
  logStartOffsetFileName,
  recoveryPointFileName,
} from './file-names.ts'
import type { LogCheckpoints } from './log-checkpoints.ts'
import { ignoreOffline, type LogDir } from './log-dir.ts'
import type { LogManagerOptions } from './log-manager.ts'
import type { LogRegistry } from './log-registry.ts'
import { LogDirOfflineError } from './partition-log.ts'
import type { SegmentedLog } from './segmented-log.ts'

export interface LogUpkeepOptions {
  readonly dirs: readonly LogDir[]
  readonly registry: LogRegistry
  readonly checkpoints: LogCheckpoints
  readonly settings: LogManagerOptions
  readonly logger: Logger
}

/** What is done to logs from time to time: retention, flushes, checkpoints, compaction, and the deletion of files. */
export class LogUpkeep {
  readonly #options: LogUpkeepOptions
  readonly #settings: LogManagerOptions
  readonly #clock: Clock
  readonly #registry: LogRegistry
  /** By the name of the work. */
  readonly #timers = new Map<string, Timer>()
  /** Due, and waiting for one of `background.threads`. */
  readonly #due: (() => void)[] = []
  /** Under way. */
  readonly #running = new Set<Promise<void>>()
  #cleaner: LogCleaner | undefined
  #isStopped = false

  constructor(options: LogUpkeepOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#clock = options.settings.clock
    this.#registry = options.registry
  }

  start(): void {
    const settings = this.#settings
    this.#startCleaner()
    this.#every('retention', settings.retentionCheckIntervalMs, () => this.#deleteOldSegments())
    this.#every('flush', settings.flushCheckIntervalMs, () => this.#flushOverdue())
    this.#every('high watermarks', settings.highWatermarkCheckpointIntervalMs, () =>
      this.#checkpoint(highWatermarkFileName),
    )
    this.#every('recovery points', settings.recoveryPointCheckpointIntervalMs, () =>
      this.#checkpoint(recoveryPointFileName),
    )
    this.#every('log starts', settings.logStartOffsetCheckpointIntervalMs, () =>
      this.#checkpoint(logStartOffsetFileName),
    )
    this.#every('producer ids', settings.producerIdExpirationCheckIntervalMs, () => this.#expireProducers())
  }

  async #expireProducers(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    for (const log of this.#registry.all()) log.expireProducers(nowMs)
  }

  /** Nothing begins any more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    this.#due.length = 0
    await Promise.all([...this.#running, this.#cleaner?.stop()])
  }

  /** Does `work`, once. `name` is its own. */
  after(name: string, delayMs: number, work: () => Promise<void>): void {
    if (this.#isStopped) return
    const timer = this.#clock.schedule(delayMs, () => {
      this.#timers.delete(name)
      if (this.#running.size < this.#settings.backgroundThreads()) this.#run(name, work)
      else this.#due.push(() => this.#run(name, work))
    })
    this.#timers.set(name, timer)
  }

  #run(name: string, work: () => Promise<void>): void {
    const running = work()
      .catch(error => {
        if (error instanceof LogDirOfflineError) return
        this.#options.logger.error(`Background work failed: ${name}`, error)
      })
      .finally(() => {
        this.#running.delete(running)
        if (!this.#isStopped) this.#due.shift()?.()
      })
    this.#running.add(running)
  }

  /** For the first time after `log.initial.task.delay.ms`; who asks for shorter intervals does not wait for that. */
  #every(name: string, intervalMs: number, work: () => Promise<void>): void {
    // Kafka's `log.flush.scheduler.interval.ms` is Long.MAX_VALUE by default: never.
    if (intervalMs >= 2 ** 31) return
    const run = () => work().finally(() => this.after(name, intervalMs, run))
    this.after(name, Math.min(this.#settings.initialTaskDelayMs, intervalMs), run)
  }

  #startCleaner(): void {
    const config = this.#settings.cleaner
    if (config === undefined || !config().isEnabled) return
    const { checkpoints, dirs } = this.#options
    this.#cleaner = new LogCleaner({
      clock: this.#clock,
      logger: this.#settings.loggers.named('kafka.log.LogCleaner'),
      config,
      logs: () => this.#registry.current.values(),
      saveCleanedOffsets: async log => {
        const dir = dirs.find(({ path }) => path === log.logDir)!
        await dir.guard(() => checkpoints.write(dir.path, cleanerOffsetFileName))
      },
    })
    this.#cleaner.start()
  }

  async #deleteOldSegments(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    const { metadataLog } = this.#registry
    // Of the metadata log goes what a snapshot has put below its start, and nothing for its age or size.
    for (const log of [...this.#registry.all(), ...(metadataLog === undefined ? [] : [metadataLog])]) {
      if (log.isOffline || this.#isStopped) continue
      await this.#deleteOldSegmentsOf(log, nowMs).catch(ignoreOffline)
    }
  }

  async #deleteOldSegmentsOf(log: SegmentedLog, nowMs: number): Promise<void> {
    const count = await log.deleteOldSegments(nowMs)
    if (count === 0) return
    this.#options.logger.info(
      `Deleted ${count} segments of ${log.topic}-${log.partition}; it begins at ${log.logStartOffset}`,
    )
  }

  async #flushOverdue(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    for (const log of this.#registry.all()) {
      if (log.isOffline || this.#isStopped || nowMs - log.lastFlushMs < log.config.flushMs) continue
      await log.flush().catch(ignoreOffline)
    }
  }

  async #checkpoint(fileName: CheckpointFileName): Promise<void> {
    const { checkpoints, dirs } = this.#options
    for (const dir of dirs) {
      if (!dir.isOffline) await dir.guard(() => checkpoints.write(dir.path, fileName)).catch(ignoreOffline)
    }
  }
}

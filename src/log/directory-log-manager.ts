import { assert } from '../assertion.ts'
import type { Logger, Timer } from '../ports.ts'
import { BufferPool } from './buffer-pool.ts'
import { formatPartitionMetadata, parsePartitionMetadata } from './checkpoint-file.ts'
import { type CheckpointFileName, Checkpoints, readTextIfThere } from './checkpoints.ts'
import { LogCleaner } from './cleaner/log-cleaner.ts'
import {
  cleanerOffsetFileName,
  cleanShutdownFileName,
  highWatermarkFileName,
  isDeletedDirectoryName,
  logStartOffsetFileName,
  metadataTopicName,
  parsePartitionDirectoryName,
  partitionDirectoryName,
  partitionMetadataFileName,
  recoveryPointFileName,
  setAsideDirectoryName,
} from './file-names.ts'
import { FilePool } from './file-pool.ts'
import { forEachBounded } from './for-each-bounded.ts'
import { IndexCache } from './index-cache.ts'
import type { LogConfig } from './log-config.ts'
import { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { loadLog } from './log-loader.ts'
import type { CreateLogOptions, LogDirState, LogManager, LogManagerOptions } from './log-manager.ts'
import { LogDirOfflineError, type PartitionLog } from './partition-log.ts'
import { SegmentedLog } from './segmented-log.ts'
import { TailCache } from './tail-cache.ts'

/** `Uuid.METADATA_TOPIC_ID` */
const metadataTopicId = 'AAAAAAAAAAAAAAAAAAAAAQ'
/** Kafka's background tasks begin this long after the start. */
const initialTaskDelayMs = 30_000
/** Logs loaded, created or closed at once: enough to keep the disk busy, few enough to keep memory flat. */
const concurrency = 8
const indexCacheBytesMax = 32 * 1024 * 1024
const idleBufferBytesMax = 16 * 1024 * 1024

/** Takes the directories and reads how they were left; the logs in them are loaded by `loadLogs`. */
export async function openLogManager(options: LogManagerOptions): Promise<LogManager> {
  const manager = new DirectoryLogManager(options)
  await manager.open()
  return manager
}

class DirectoryLogManager implements LogManager {
  previousBrokerEpoch = -1
  readonly #options: LogManagerOptions
  readonly #environment: LogEnvironment
  readonly #logger: Logger
  readonly #dirs: LogDir[]
  readonly #cleanDirs = new Set<LogDir>()
  readonly #logs = new Map<string, SegmentedLog>()
  readonly #creating = new Map<string, Promise<SegmentedLog>>()
  /** Where: the partitions of one topic are created together, and still spread over the directories. */
  readonly #creatingIn = new Map<string, LogDir>()
  readonly #checkpoints: Checkpoints
  /** Directories of partitions that are gone but may still stand in checkpoint files. */
  readonly #forgotten = new Set<string>()
  readonly #timers = new Map<string, Timer>()
  /** Periodic work under way. */
  readonly #running = new Set<Promise<void>>()
  #metadataLog: SegmentedLog | undefined
  #cleaner: LogCleaner | undefined
  #isClosed = false

  constructor(options: LogManagerOptions) {
    this.#options = options
    const { disk, clock, random, offload, checksum, compression, decompressedBatchBytesMax } = options
    this.#logger = options.loggers.named('kafka.log.LogManager')
    this.#checkpoints = new Checkpoints(disk, this.#logger)
    this.#dirs = options.logDirs.map(path => new LogDir(path, (dir, cause) => this.#dirFailed(dir, cause)))
    this.#environment = {
      disk,
      clock,
      random,
      offload,
      logger: options.loggers.named('kafka.log.UnifiedLog'),
      validation: { checksum, compression, decompressedBatchBytesMax },
      filePool: new FilePool(disk, options.openFilesMax),
      bufferPool: new BufferPool(idleBufferBytesMax),
      indexCache: new IndexCache(disk, indexCacheBytesMax),
      tailCache: new TailCache(options.tailCacheBytesMax),
      producerIdExpirationMs: options.producerIdExpirationMs,
      isTransactionVerificationEnabled: options.isTransactionVerificationEnabled,
    }
  }

  get logDirs(): readonly LogDirState[] {
    return this.#dirs
  }

  async open(): Promise<void> {
    for (const dir of this.#dirs) {
      const text = await readTextIfThere(this.#environment.disk, `${dir.path}/${cleanShutdownFileName}`)
      if (text === undefined) continue
      this.#cleanDirs.add(dir)
      const brokerEpoch = brokerEpochOf(text)
      if (brokerEpoch > this.previousBrokerEpoch) this.previousBrokerEpoch = brokerEpoch
    }
  }

  async openMetadataLog(config: LogConfig): Promise<PartitionLog> {
    assert(this.#metadataLog === undefined, 'The metadata log is open')
    const path = this.#options.metadataLogDir
    const logDir =
      this.#dirs.find(dir => dir.path === path) ?? new LogDir(path, (dir, cause) => this.#dirFailed(dir, cause))
    const directory = `${path}/${partitionDirectoryName(metadataTopicName, 0)}`
    const options = { topic: metadataTopicName, partition: 0, topicId: metadataTopicId, config }
    await this.#makeDirectory(directory, metadataTopicId)
    // As in Kafka it is recovered at every start: each record of it counts, and it is short.
    this.#metadataLog = await this.#load(logDir, directory, options, {
      isClean: false,
      recoveryPoint: 0,
      logStartOffset: 0,
      highWatermark: 0,
    })
    return this.#metadataLog
  }

  async loadLogs(
    configOf: (topicId: string, topic: string, partition: number) => LogConfig | undefined,
  ): Promise<void> {
    await Promise.all(this.#dirs.map(dir => dir.guard(() => this.#loadDir(dir, configOf)).catch(ignoreOffline)))
  }

  async #loadDir(
    dir: LogDir,
    configOf: (topicId: string, topic: string, partition: number) => LogConfig | undefined,
  ): Promise<void> {
    const { disk } = this.#environment
    const isClean = this.#cleanDirs.has(dir)
    const [recoveryPoints, logStartOffsets, highWatermarks, cleanedOffsets] = await Promise.all([
      this.#checkpoints.read(dir.path, recoveryPointFileName),
      this.#checkpoints.read(dir.path, logStartOffsetFileName),
      this.#checkpoints.read(dir.path, highWatermarkFileName),
      this.#checkpoints.read(dir.path, cleanerOffsetFileName),
    ])
    const entries = (await disk.list(dir.path)).filter(({ isDirectory }) => isDirectory)
    // From here on the directory is in use: a crash must not pass for a clean shutdown.
    if (isClean) await disk.remove(`${dir.path}/${cleanShutdownFileName}`)
    // A process that was killed may have left partitions whose names never reached the disk.
    await disk.syncDirectory(dir.path)
    await forEachBounded(entries, concurrency, async ({ name }) => {
      const directory = `${dir.path}/${name}`
      if (isDeletedDirectoryName(name)) return await disk.removeTree(directory)
      const parsed = parsePartitionDirectoryName(name)
      if (parsed === undefined || parsed.topic === metadataTopicName) return
      const { topic, partition } = parsed
      const topicId = parsePartitionMetadata(
        (await readTextIfThere(this.#environment.disk, `${directory}/${partitionMetadataFileName}`)) ?? '',
      )
      const config = topicId === undefined ? undefined : configOf(topicId, topic, partition)
      if (topicId === undefined || config === undefined) {
        const stray = setAsideDirectoryName(topic, partition, 'stray', this.#randomHex())
        this.#logger.warn(`${directory} belongs to no partition of this cluster on this node; it becomes ${stray}`)
        return await disk.rename(directory, `${dir.path}/${stray}`)
      }
      const log = await this.#load(
        dir,
        directory,
        { topic, partition, topicId, config },
        {
          isClean,
          recoveryPoint: recoveryPoints.get(name) ?? 0,
          logStartOffset: logStartOffsets.get(name) ?? 0,
          highWatermark: highWatermarks.get(name) ?? 0,
        },
        cleanedOffsets.get(name),
      )
      const other = this.#logs.get(name)
      this.#logs.set(name, other === undefined ? log : await this.#withoutEmpty(log, other))
    })
    // What is appended from here on is not on stable storage, whatever the checkpoint says of its offsets.
    const isPast = ([name, offset]: [string, number]) => (this.#logs.get(name)?.recoveryPoint ?? offset) < offset
    if ([...recoveryPoints].some(isPast)) await this.#writeCheckpoint(dir, recoveryPointFileName)
    for (const name of [recoveryPoints, logStartOffsets, highWatermarks].flatMap(offsets => [...offsets.keys()])) {
      if (this.#logs.get(name)?.logDir !== dir.path) this.#forgotten.add(`${dir.path}/${name}`)
    }
  }

  /** A directory that failed while the partition was made in it comes back empty, when another already holds it. */
  async #withoutEmpty(one: SegmentedLog, other: SegmentedLog): Promise<SegmentedLog> {
    const { topic, partition } = one
    const empty = [one, other].find(({ nextOffset }) => nextOffset === 0)
    if (empty === undefined) throw new Error(`${topic}-${partition} is both in ${one.logDir} and in ${other.logDir}`)
    const stray = `${empty.logDir}/${setAsideDirectoryName(topic, partition, 'stray', this.#randomHex())}`
    this.#logger.warn(`${topic}-${partition} is both in ${one.logDir} and in ${other.logDir}; one becomes ${stray}`)
    await empty.abandon(stray)
    return empty === one ? other : one
  }

  async #load(
    logDir: LogDir,
    directory: string,
    options: CreateLogOptions,
    offsets: { isClean: boolean; recoveryPoint: number; logStartOffset: number; highWatermark: number },
    cleanedOffset?: number,
  ): Promise<SegmentedLog> {
    const environment = this.#environment
    const { config } = options
    const loaded = await logDir.guard(() => loadLog({ environment, directory, config, ...offsets }))
    const saveOffsets = async () => {
      await this.#writeCheckpoint(logDir, recoveryPointFileName)
      if (log.cleanedOffset !== undefined) await this.#writeCheckpoint(logDir, cleanerOffsetFileName)
    }
    const log = new SegmentedLog({ environment, logDir, directory, saveOffsets, cleanedOffset, ...options }, loaded)
    return log
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(partitionDirectoryName(topic, partition))
  }

  logs(): IterableIterator<PartitionLog> {
    return this.#logs.values()
  }

  async getOrCreate(options: CreateLogOptions): Promise<PartitionLog> {
    const name = partitionDirectoryName(options.topic, options.partition)
    const existing = this.#logs.get(name)
    if (existing !== undefined) return existing
    let creating = this.#creating.get(name)
    if (creating === undefined) {
      creating = this.#create(name, options).finally(() => {
        this.#creating.delete(name)
        this.#creatingIn.delete(name)
      })
      this.#creating.set(name, creating)
    }
    return await creating
  }

  async #create(name: string, options: CreateLogOptions): Promise<SegmentedLog> {
    const dir = this.#leastLoadedDir()
    this.#creatingIn.set(name, dir)
    const log = await dir.guard(async () => {
      const directory = `${dir.path}/${name}`
      if (this.#forgotten.has(directory)) await this.#checkpointWithoutForgotten(dir)
      await this.#makeDirectory(directory, options.topicId)
      return await this.#load(dir, directory, options, {
        isClean: true,
        recoveryPoint: 0,
        logStartOffset: 0,
        highWatermark: 0,
      })
    })
    this.#logs.set(name, log)
    return log
  }

  /** Offsets of an earlier partition of that name would be taken for the new one's after a crash. */
  async #checkpointWithoutForgotten(dir: LogDir): Promise<void> {
    const forgotten = [...this.#forgotten].filter(path => path.startsWith(`${dir.path}/`))
    for (const fileName of [recoveryPointFileName, logStartOffsetFileName, highWatermarkFileName] as const) {
      await this.#writeCheckpoint(dir, fileName)
    }
    for (const path of forgotten) this.#forgotten.delete(path)
  }

  #leastLoadedDir(): LogDir {
    const counts = new Map<string, number>()
    const count = (path: string) => counts.set(path, (counts.get(path) ?? 0) + 1)
    for (const { logDir } of this.#logs.values()) count(logDir)
    for (const { path } of this.#creatingIn.values()) count(path)
    const online = this.#dirs.filter(({ isOffline }) => !isOffline)
    const [first] = online.toSorted((a, b) => (counts.get(a.path) ?? 0) - (counts.get(b.path) ?? 0))
    if (first === undefined) throw new LogDirOfflineError(this.#dirs.map(({ path }) => path).join(','))
    return first
  }

  /** A partition's directory exists from the moment its metadata file does: without it the directory is stray. */
  async #makeDirectory(directory: string, topicId: string): Promise<void> {
    const { disk } = this.#environment
    await disk.makeDirectory(directory)
    const path = `${directory}/${partitionMetadataFileName}`
    if ((await readTextIfThere(this.#environment.disk, path)) !== undefined) return
    await disk.replaceFile(path, new TextEncoder().encode(formatPartitionMetadata(topicId)))
    await disk.syncDirectory(directory.slice(0, directory.lastIndexOf('/')))
  }

  async delete(topic: string, partition: number): Promise<void> {
    const name = partitionDirectoryName(topic, partition)
    await this.#creating.get(name)?.catch(() => undefined)
    const log = this.#logs.get(name)
    if (log === undefined) return
    this.#logs.delete(name)
    const dir = this.#dirs.find(({ path }) => path === log.logDir)!
    const doomed = `${dir.path}/${setAsideDirectoryName(topic, partition, 'delete', this.#randomHex())}`
    this.#forgotten.add(`${dir.path}/${name}`)
    await dir.guard(() => log.abandon(doomed))
    this.#logger.info(`Log for ${name} is renamed to ${doomed} and is scheduled for deletion`)
    this.#after(doomed, log.config.fileDeleteDelayMs, () => dir.guard(() => this.#environment.disk.removeTree(doomed)))
  }

  updateConfig(topic: string, config: LogConfig): void {
    for (const log of this.#logs.values()) if (log.topic === topic) log.config = config
  }

  // Periodic work

  startPeriodicWork(): void {
    const options = this.#options
    this.#startCleaner()
    this.#every('retention', options.retentionCheckIntervalMs, () => this.#deleteOldSegments())
    this.#every('flush', options.flushCheckIntervalMs, () => this.#flushOverdue())
    this.#every('high watermarks', options.highWatermarkCheckpointIntervalMs, () =>
      this.#checkpoint(highWatermarkFileName),
    )
    this.#every('recovery points', options.recoveryPointCheckpointIntervalMs, () =>
      this.#checkpoint(recoveryPointFileName),
    )
    this.#every('log starts', options.logStartOffsetCheckpointIntervalMs, () =>
      this.#checkpoint(logStartOffsetFileName),
    )
    this.#every('producer ids', options.producerIdExpirationCheckIntervalMs, async () => {
      const nowMs = this.#environment.clock.nowMs()
      for (const log of this.#logs.values()) log.expireProducers(nowMs)
    })
  }

  #startCleaner(): void {
    const config = this.#options.cleaner
    if (config === undefined || !config().isEnabled) return
    this.#cleaner = new LogCleaner({
      clock: this.#environment.clock,
      logger: this.#options.loggers.named('kafka.log.LogCleaner'),
      config,
      logs: () => this.#logs.values(),
      saveCleanedOffsets: async log => {
        const dir = this.#dirs.find(({ path }) => path === log.logDir)!
        await dir.guard(() => this.#writeCheckpoint(dir, cleanerOffsetFileName))
      },
    })
    this.#cleaner.start()
  }

  #every(name: string, intervalMs: number, work: () => Promise<void>): void {
    // Kafka's `log.flush.scheduler.interval.ms` is Long.MAX_VALUE by default: never.
    if (intervalMs >= 2 ** 31) return
    const run = async () => {
      await work()
      this.#after(name, intervalMs, run)
    }
    this.#after(name, Math.min(initialTaskDelayMs, intervalMs), run)
  }

  #after(name: string, delayMs: number, work: () => Promise<void>): void {
    if (this.#isClosed) return
    const timer = this.#environment.clock.schedule(delayMs, () => {
      this.#timers.delete(name)
      const running = work()
        .catch(error => {
          if (!(error instanceof LogDirOfflineError)) this.#logger.error(`Background work failed: ${name}`, error)
        })
        .finally(() => this.#running.delete(running))
      this.#running.add(running)
    })
    this.#timers.set(name, timer)
  }

  async #deleteOldSegments(): Promise<void> {
    const nowMs = this.#environment.clock.nowMs()
    const metadataLog = this.#metadataLog
    // Of the metadata log goes what a snapshot has put below its start, and nothing for its age or size.
    for (const log of metadataLog === undefined ? this.#logs.values() : [...this.#logs.values(), metadataLog]) {
      if (log.isOffline || this.#isClosed) continue
      const count = await log.deleteOldSegments(nowMs)
      if (count > 0)
        this.#logger.info(
          `Deleted ${count} segments of ${log.topic}-${log.partition}; it begins at ${log.logStartOffset}`,
        )
    }
  }

  async #flushOverdue(): Promise<void> {
    const nowMs = this.#environment.clock.nowMs()
    for (const log of this.#logs.values()) {
      if (!log.isOffline && !this.#isClosed && nowMs - log.lastFlushMs >= log.config.flushMs) await log.flush()
    }
  }

  async #checkpoint(fileName: CheckpointFileName): Promise<void> {
    for (const dir of this.#dirs) {
      if (!dir.isOffline) await dir.guard(() => this.#writeCheckpoint(dir, fileName)).catch(ignoreOffline)
    }
  }

  #writeCheckpoint(dir: LogDir, fileName: CheckpointFileName): Promise<void> {
    return this.#checkpoints.write(dir.path, fileName, () => {
      const logs = [...this.#logs.values()].filter(log => log.logDir === dir.path)
      const metadataLog = this.#metadataLog
      if (metadataLog?.logDir === dir.path && fileName !== highWatermarkFileName) logs.push(metadataLog)
      return logs.flatMap(log => {
        const offset = offsetFor(log, fileName)
        return offset === undefined ? [] : [{ topic: log.topic, partition: log.partition, offset }]
      })
    })
  }

  async close(brokerEpoch = -1, isClean = true): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    await Promise.all([...this.#running, this.#cleaner?.stop()])
    await Promise.all(this.#dirs.map(dir => this.#closeDir(dir, brokerEpoch, isClean).catch(ignoreOffline)))
    await this.#metadataLog?.close().catch(ignoreOffline)
  }

  async #closeDir(dir: LogDir, brokerEpoch: number, isClean: boolean): Promise<void> {
    if (dir.isOffline) return
    await dir.guard(async () => {
      const logs = [...this.#logs.values()].filter(log => log.logDir === dir.path)
      await forEachBounded(logs, concurrency, log => log.close())
      if (!isClean) return
      await this.#writeCheckpoint(dir, recoveryPointFileName)
      await this.#writeCheckpoint(dir, logStartOffsetFileName)
      await this.#writeCheckpoint(dir, highWatermarkFileName)
      const text = JSON.stringify({ version: 0, brokerEpoch })
      await this.#environment.disk.replaceFile(`${dir.path}/${cleanShutdownFileName}`, new TextEncoder().encode(text))
    })
  }

  #dirFailed(dir: string, cause: Error): void {
    this.#logger.error(`Log directory ${dir} is taken offline`, cause)
    this.#options.onLogDirFailure(dir, cause)
  }

  #randomHex(): string {
    return Array.from(this.#environment.random.bytes(16), byte => byte.toString(16).padStart(2, '0')).join('')
  }
}

/** `undefined` where the log needs no entry. */
function offsetFor(log: SegmentedLog, fileName: CheckpointFileName): number | undefined {
  switch (fileName) {
    case highWatermarkFileName:
      return log.highWatermark
    case recoveryPointFileName:
      return log.recoveryPoint
    case logStartOffsetFileName:
      // Most logs start where their first segment does.
      return log.logStartOffset > (log.segments[0]?.baseOffset ?? 0) ? log.logStartOffset : undefined
    case cleanerOffsetFileName:
      return log.cleanedOffset
  }
}

/** `{"version":0,"brokerEpoch":N}` (`CleanShutdownFileHandler`); -1 where it is not to be read. */
function brokerEpochOf(text: string): number {
  try {
    const { brokerEpoch } = JSON.parse(text) as { brokerEpoch?: unknown }
    return typeof brokerEpoch === 'number' ? brokerEpoch : -1
  } catch {
    return -1
  }
}

/** The directory's failure has been reported; the others go on. */
function ignoreOffline(error: unknown): void {
  if (!(error instanceof LogDirOfflineError)) throw error
}

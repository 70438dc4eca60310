import { assert } from '../assertion.ts'
import type { Logger } from '../ports.ts'
import { BufferPool } from './buffer-pool.ts'
import { Checkpoints, readTextIfThere } from './checkpoints.ts'
import {
  cleanShutdownFileName,
  highWatermarkFileName,
  logStartOffsetFileName,
  metadataTopicName,
  partitionDirectoryName,
  recoveryPointFileName,
  setAsideDirectoryName,
} from './file-names.ts'
import { FilePool } from './file-pool.ts'
import { forEachBounded } from './for-each-bounded.ts'
import { FutureLogs } from './future-logs.ts'
import { IndexCache } from './index-cache.ts'
import { LimitedOffload } from './limited-offload.ts'
import { LogCheckpoints } from './log-checkpoints.ts'
import type { LogConfig } from './log-config.ts'
import { ignoreOffline, LogDir } from './log-dir.ts'
import { LogDirLoader } from './log-dir-loader.ts'
import type { LogEnvironment } from './log-environment.ts'
import { LogFactory } from './log-factory.ts'
import type { CreateLogOptions, LogDirState, LogManager, LogManagerOptions } from './log-manager.ts'
import { LogRegistry } from './log-registry.ts'
import { LogUpkeep } from './log-upkeep.ts'
import { LogDirOfflineError, type PartitionLog } from './partition-log.ts'
import { PatientDisk } from './patient-disk.ts'
import { randomHex } from './random-hex.ts'
import type { SegmentedLog } from './segmented-log.ts'
import { TailCache } from './tail-cache.ts'

/** `Uuid.METADATA_TOPIC_ID` */
const metadataTopicId = 'AAAAAAAAAAAAAAAAAAAAAQ'
/** Logs loaded or closed at once for each thread: where a thread waits for the disk, the loop goes on. */
const logsPerThread = 4
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
  readonly futures: FutureLogs
  readonly #options: LogManagerOptions
  readonly #environment: LogEnvironment
  readonly #logger: Logger
  readonly #dirs: LogDir[]
  readonly #cleanDirs = new Set<LogDir>()
  readonly #registry = new LogRegistry()
  readonly #checkpoints: LogCheckpoints
  readonly #factory: LogFactory
  readonly #upkeep: LogUpkeep
  readonly #creating = new Map<string, Promise<SegmentedLog>>()
  /** Where: the partitions of one topic are created together, and still spread over the directories. */
  readonly #creatingIn = new Map<string, LogDir>()
  /** Until their directories have another name. */
  readonly #deleting = new Map<string, Promise<void>>()
  /** Logs in doomed directories that may still be read. */
  readonly #setAside = new Set<SegmentedLog>()
  #isClosed = false

  constructor(options: LogManagerOptions) {
    this.#options = options
    const { clock, random, offload, checksum, compression, decompressedBatchBytesMax } = options
    this.#logger = options.loggers.named('kafka.log.LogManager')
    this.#dirs = options.logDirs.map(
      path => new LogDir(path, (dir, cause) => this.#dirFailed(dir, cause), options.failedLogDirs?.get(path)),
    )
    const giveUp = () => this.#environment.filePool.giveUpHalf()
    const disk = new PatientDisk({ disk: options.disk, clock, logger: this.#logger, giveUp })
    this.#environment = {
      disk,
      clock,
      random,
      offload,
      requestOffload: new LimitedOffload(offload, options.requestThreads),
      logger: options.loggers.named('kafka.log.UnifiedLog'),
      validation: { checksum, compression, decompressedBatchBytesMax },
      filePool: new FilePool(disk, options.openFilesMax),
      bufferPool: new BufferPool(idleBufferBytesMax),
      indexCache: new IndexCache(disk, indexCacheBytesMax),
      tailCache: new TailCache(options.tailCacheBytesMax),
      served: { count: 0 },
      producerIdExpirationMs: options.producerIdExpirationMs,
      isTransactionVerificationEnabled: options.isTransactionVerificationEnabled,
    }
    const registry = this.#registry
    const logger = this.#logger
    const dirs = this.#dirs
    this.#checkpoints = new LogCheckpoints(new Checkpoints(disk, logger), registry)
    const checkpoints = this.#checkpoints
    this.#factory = new LogFactory(this.#environment, checkpoints, logger)
    this.#upkeep = new LogUpkeep({ dirs, registry, checkpoints, logger, settings: options })
    this.futures = new FutureLogs({
      dirs,
      registry,
      checkpoints,
      disk,
      logger,
      random,
      factory: this.#factory,
      remove: (log, dir, isBeingRead) => this.#remove(log, dir, isBeingRead),
    })
  }

  get logDirs(): readonly LogDirState[] {
    return this.#dirs
  }

  async open(): Promise<void> {
    for (const dir of this.#dirs) {
      if (dir.isOffline) continue
      const text = await readTextIfThere(this.#environment.disk, `${dir.path}/${cleanShutdownFileName}`)
      if (text === undefined) continue
      this.#cleanDirs.add(dir)
      const brokerEpoch = brokerEpochOf(text)
      if (brokerEpoch > this.previousBrokerEpoch) this.previousBrokerEpoch = brokerEpoch
    }
  }

  async openMetadataLog(config: LogConfig): Promise<PartitionLog> {
    const registry = this.#registry
    assert(registry.metadataLog === undefined, 'The metadata log is open')
    const path = this.#options.metadataLogDir
    const logDir =
      this.#dirs.find(dir => dir.path === path) ?? new LogDir(path, (dir, cause) => this.#dirFailed(dir, cause))
    const directory = `${path}/${partitionDirectoryName(metadataTopicName, 0)}`
    const options = { topic: metadataTopicName, partition: 0, topicId: metadataTopicId, config }
    await this.#factory.makeDirectory(directory, metadataTopicId)
    // As in Kafka it is recovered at every start: each record of it counts, and it is short.
    const offsets = { isClean: false, recoveryPoint: 0, logStartOffset: 0, highWatermark: 0 }
    registry.metadataLog = await this.#factory.open(logDir, directory, options, offsets)
    return registry.metadataLog
  }

  async loadLogs(
    configOf: (topicId: string, topic: string, partition: number) => LogConfig | undefined,
    assignedDirOf: (topic: string, partition: number) => string | undefined = () => undefined,
  ): Promise<void> {
    const options = {
      dirs: this.#dirs,
      environment: this.#environment,
      registry: this.#registry,
      checkpoints: this.#checkpoints,
      factory: this.#factory,
      expected: { configOf, assignedDirOf },
      concurrency: this.#concurrency,
      logger: this.#logger,
    }
    const load = (dir: LogDir) => dir.guard(() => new LogDirLoader(dir, options).load(this.#cleanDirs.has(dir)))
    await Promise.all(this.#dirs.map(dir => load(dir).catch(ignoreOffline)))
    await this.futures.promoteAssigned(assignedDirOf)
  }

  get #concurrency(): number {
    return logsPerThread * this.#options.recoveryThreads()
  }

  isCordoned(logDir: string): boolean {
    return this.#options.cordonedLogDirs?.().includes(logDir) ?? false
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.#registry.find(topic, partition)
  }

  logs(): IterableIterator<PartitionLog> {
    return this.#registry.current.values()
  }

  async getOrCreate(options: CreateLogOptions): Promise<PartitionLog> {
    const name = partitionDirectoryName(options.topic, options.partition)
    const existing = this.#registry.current.get(name)
    if (existing !== undefined && !this.#deleting.has(name)) return existing
    let creating = this.#creating.get(name)
    if (creating === undefined) {
      creating = this.#create(options).finally(() => {
        this.#creating.delete(name)
        this.#creatingIn.delete(name)
      })
      this.#creating.set(name, creating)
    }
    return await creating
  }

  async #create(options: CreateLogOptions): Promise<SegmentedLog> {
    const name = partitionDirectoryName(options.topic, options.partition)
    // An earlier partition of that name must be out of the way.
    await this.#deleting.get(name)
    const wanted = this.futures.takePreferredDir(options.topic, options.partition) ?? options.logDir
    const dir = this.#dirs.find(({ path }) => path === wanted) ?? this.#leastLoadedDir()
    this.#creatingIn.set(name, dir)
    const log = await this.#factory.create(dir, options)
    this.#registry.current.set(name, log)
    return log
  }

  #leastLoadedDir(): LogDir {
    const counts = new Map<string, number>()
    const count = (path: string) => counts.set(path, (counts.get(path) ?? 0) + 1)
    for (const { logDir } of this.#registry.all()) count(logDir)
    for (const { path } of this.#creatingIn.values()) count(path)
    const byCount = (a: LogDir, b: LogDir) => (counts.get(a.path) ?? 0) - (counts.get(b.path) ?? 0)
    const online = this.#dirs.filter(({ isOffline }) => !isOffline)
    const open = online.filter(({ path }) => !this.isCordoned(path))
    // The controller places nothing here where all are cordoned, but may have done so just before.
    const [first] = open.length === 0 ? online : open.toSorted(byCount)
    if (first === undefined) throw new LogDirOfflineError(this.#dirs.map(({ path }) => path).join(','))
    return first
  }

  async delete(topic: string, partition: number): Promise<void> {
    const name = partitionDirectoryName(topic, partition)
    const deleting = this.#delete(topic, partition)
      .catch(ignoreOffline)
      .finally(() => {
        if (this.#deleting.get(name) === deleting) this.#deleting.delete(name)
      })
    this.#deleting.set(name, deleting)
    await deleting
  }

  async #delete(topic: string, partition: number): Promise<void> {
    const name = partitionDirectoryName(topic, partition)
    await this.#creating.get(name)?.catch(() => undefined)
    await this.futures.delete(topic, partition)
    const log = this.#registry.current.get(name)
    if (log === undefined) return
    this.#registry.current.delete(name)
    const dir = this.#dirs.find(({ path }) => path === log.logDir)!
    if (dir.isOffline) return
    const doomed = await this.#remove(log, dir, false)
    this.#logger.info(`Log for ${name} is renamed to ${doomed} and is scheduled for deletion`)
  }

  /** The log, of which no registry knows any more, ends; its files go after `file.delete.delay.ms`. */
  async #remove(log: SegmentedLog, dir: LogDir, isBeingRead: boolean): Promise<string> {
    const { disk, random } = this.#environment
    const { topic, partition, config } = log
    const doomed = `${dir.path}/${setAsideDirectoryName(topic, partition, 'delete', randomHex(random))}`
    this.#checkpoints.forget(dir.path, partitionDirectoryName(topic, partition))
    await dir.guard(() => (isBeingRead ? log.setAside(doomed) : log.abandon(doomed)))
    if (isBeingRead) this.#setAside.add(log)
    this.#upkeep.after(doomed, config.fileDeleteDelayMs, () =>
      dir.guard(async () => {
        if (this.#setAside.delete(log)) await log.letGo()
        await disk.removeTree(doomed)
      }),
    )
    return doomed
  }

  updateConfig(topic: string, config: LogConfig): void {
    for (const log of this.#registry.all()) if (log.topic === topic) log.config = config
  }

  startPeriodicWork(): void {
    this.#upkeep.start()
  }

  async close(brokerEpoch = -1, isClean = true): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#upkeep.stop()
    await Promise.allSettled([...this.#creating.values(), ...this.#deleting.values(), this.futures.close()])
    for (const log of this.#setAside) await log.letGo()
    await Promise.all(this.#dirs.map(dir => this.#closeDir(dir, brokerEpoch, isClean).catch(ignoreOffline)))
    await this.#registry.metadataLog?.close().catch(ignoreOffline)
    // In directories that have failed.
    await forEachBounded(this.#registry.all(), this.#concurrency, log => log.letGo())
    await this.#registry.metadataLog?.letGo()
  }

  async #closeDir(dir: LogDir, brokerEpoch: number, isClean: boolean): Promise<void> {
    await dir.guard(async () => {
      await forEachBounded(this.#registry.in(dir.path), this.#concurrency, log => log.close())
      if (!isClean) return
      await this.#checkpoints.write(dir.path, recoveryPointFileName)
      await this.#checkpoints.write(dir.path, logStartOffsetFileName)
      await this.#checkpoints.write(dir.path, highWatermarkFileName)
      const text = JSON.stringify({ version: 0, brokerEpoch })
      await this.#environment.disk.replaceFile(`${dir.path}/${cleanShutdownFileName}`, new TextEncoder().encode(text))
    })
  }

  #dirFailed(dir: string, cause: Error): void {
    this.#logger.error(`Log directory ${dir} is taken offline`, cause)
    this.#options.onLogDirFailure(dir, cause)
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

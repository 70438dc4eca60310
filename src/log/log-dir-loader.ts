import type { Logger } from '../ports.ts'
import { parsePartitionMetadata } from './checkpoint-file.ts'
import { readTextIfThere } from './checkpoints.ts'
import {
  cleanerOffsetFileName,
  cleanShutdownFileName,
  highWatermarkFileName,
  isDeletedDirectoryName,
  logStartOffsetFileName,
  metadataTopicName,
  parseFutureDirectoryName,
  parsePartitionDirectoryName,
  partitionDirectoryName,
  partitionMetadataFileName,
  recoveryPointFileName,
  setAsideDirectoryName,
} from './file-names.ts'
import { forEachBounded } from './for-each-bounded.ts'
import type { LogCheckpoints } from './log-checkpoints.ts'
import type { LogConfig } from './log-config.ts'
import { ignoreOffline, type LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { CheckpointedOffsets, LogFactory } from './log-factory.ts'
import type { LogRegistry } from './log-registry.ts'
import { randomHex } from './random-hex.ts'
import type { SegmentedLog } from './segmented-log.ts'

/** What the cluster knows of the partitions that may be found. */
export interface ExpectedLogs {
  /** `undefined`: the cluster has no such topic, or not here. */
  configOf(topicId: string, topic: string, partition: number): LogConfig | undefined
  /** The entry of `log.dirs` that the metadata names for the partition; `undefined` where it names none of them. */
  assignedDirOf(topic: string, partition: number): string | undefined
}

export interface LogDirLoaderOptions {
  /** All of them. */
  readonly dirs: readonly LogDir[]
  readonly environment: LogEnvironment
  readonly registry: LogRegistry
  readonly checkpoints: LogCheckpoints
  readonly factory: LogFactory
  readonly expected: ExpectedLogs
  /** Logs loaded at once per directory: enough to keep the disk busy, few enough to keep memory flat. */
  readonly concurrency: number
  readonly logger: Logger
}

/** Opens everything that lies in one entry of `log.dirs` (`LogManager.loadLogs`). */
export class LogDirLoader {
  readonly #options: LogDirLoaderOptions
  readonly #dir: LogDir
  #hasStrays = false

  constructor(dir: LogDir, options: LogDirLoaderOptions) {
    this.#dir = dir
    this.#options = options
  }

  async load(isClean: boolean): Promise<void> {
    const { checkpoints, concurrency, environment, registry } = this.#options
    const { disk } = environment
    const { path } = this.#dir
    const [recoveryPoints, logStartOffsets, highWatermarks, cleanedOffsets] = await Promise.all([
      checkpoints.read(path, recoveryPointFileName),
      checkpoints.read(path, logStartOffsetFileName),
      checkpoints.read(path, highWatermarkFileName),
      checkpoints.read(path, cleanerOffsetFileName),
    ])
    const entries = (await disk.list(path)).filter(({ isDirectory }) => isDirectory)
    // From here on the directory is in use: a crash must not pass for a clean shutdown.
    if (isClean) await disk.remove(`${path}/${cleanShutdownFileName}`)
    // A process that was killed may have left partitions whose names never reached the disk.
    await disk.syncDirectory(path)
    await forEachBounded(entries, concurrency, async ({ name: directoryName }) => {
      await this.#loadEntry(directoryName, name => ({
        isClean,
        recoveryPoint: recoveryPoints.get(name) ?? 0,
        logStartOffset: logStartOffsets.get(name) ?? 0,
        highWatermark: highWatermarks.get(name) ?? 0,
        cleanedOffset: cleanedOffsets.get(name),
      }))
    })
    // Under their old names they would meet what is created in their place.
    if (this.#hasStrays) await disk.syncDirectory(path)
    const logs = new Map(registry.in(path).map(log => [partitionDirectoryName(log.topic, log.partition), log]))
    // What is appended from here on is not on stable storage, whatever the checkpoint says of its offsets.
    const isPast = ([name, offset]: [string, number]) => (logs.get(name)?.recoveryPoint ?? offset) < offset
    if ([...recoveryPoints].some(isPast)) await checkpoints.write(path, recoveryPointFileName)
    const known = [recoveryPoints, logStartOffsets, highWatermarks, cleanedOffsets].flatMap(found => [...found.keys()])
    for (const name of known) if (!logs.has(name)) checkpoints.forget(path, name)
  }

  async #loadEntry(directoryName: string, offsetsOf: (name: string) => CheckpointedOffsets): Promise<void> {
    const { environment, expected, factory, registry } = this.#options
    const directory = `${this.#dir.path}/${directoryName}`
    if (isDeletedDirectoryName(directoryName)) return await environment.disk.removeTree(directory)
    const future = parseFutureDirectoryName(directoryName)
    const parsed = future ?? parsePartitionDirectoryName(directoryName)
    if (parsed === undefined || parsed.topic === metadataTopicName) return
    const { topic, partition } = parsed
    const metadata = await readTextIfThere(environment.disk, `${directory}/${partitionMetadataFileName}`)
    const topicId = parsePartitionMetadata(metadata ?? '')
    if (topicId === undefined && (await this.#isUnfinished(directory))) {
      return await environment.disk.removeTree(directory)
    }
    const config = topicId === undefined ? undefined : expected.configOf(topicId, topic, partition)
    if (topicId === undefined || config === undefined) {
      const stray = setAsideDirectoryName(topic, partition, 'stray', randomHex(environment.random))
      this.#options.logger.warn(
        `${directory} belongs to no partition of this cluster on this node; it becomes ${stray}`,
      )
      this.#hasStrays = true
      return await environment.disk.rename(directory, `${this.#dir.path}/${stray}`)
    }
    const name = partitionDirectoryName(topic, partition)
    const log = await factory.open(this.#dir, directory, { topic, partition, topicId, config }, offsetsOf(name))
    const logs = future === undefined ? registry.current : registry.future
    const other = logs.get(name)
    logs.set(name, other === undefined ? log : await this.#oneOf(log, other))
  }

  /** The partition's creation was cut short, or undone by power loss; it is made again as the metadata says. */
  async #isUnfinished(directory: string): Promise<boolean> {
    const entries = await this.#options.environment.disk.list(directory)
    return !entries.some(({ name }) => name.endsWith('.log'))
  }

  /**
   * A partition that is in two directories: the one that the metadata names is kept, or else the one that holds
   * something, since a directory that failed while the partition was made in it comes back empty.
   */
  async #oneOf(one: SegmentedLog, other: SegmentedLog): Promise<SegmentedLog> {
    const { environment, expected, logger } = this.#options
    const { topic, partition } = one
    const assigned = expected.assignedDirOf(topic, partition)
    const kept =
      [one, other].find(({ logDir }) => logDir === assigned) ??
      (one.nextOffset === 0 ? other : other.nextOffset === 0 ? one : undefined)
    if (kept === undefined) throw new Error(`${topic}-${partition} is both in ${one.logDir} and in ${other.logDir}`)
    const dropped = kept === one ? other : one
    const dir = this.#options.dirs.find(({ path }) => path === dropped.logDir)!
    const hex = randomHex(environment.random)
    const stray = `${dir.path}/${setAsideDirectoryName(topic, partition, 'stray', hex)}`
    logger.warn(`${topic}-${partition} is both in ${one.logDir} and in ${other.logDir}; one becomes ${stray}`)
    try {
      await dir.guard(async () => {
        await dropped.abandon(stray)
        await environment.disk.syncDirectory(dir.path)
      })
    } catch (error) {
      // Where it is the other directory that fails, this one goes on.
      if (dir === this.#dir) throw error
      ignoreOffline(error)
    }
    return kept
  }
}

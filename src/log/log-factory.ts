import type { Disk, Logger } from '../ports.ts'
import { formatPartitionMetadata } from './checkpoint-file.ts'
import { readTextIfThere } from './checkpoints.ts'
import { emptyLog } from './empty-log.ts'
import {
  cleanerOffsetFileName,
  logStartOffsetFileName,
  partitionDirectoryName,
  partitionMetadataFileName,
  recoveryPointFileName,
  setAsideDirectoryName,
} from './file-names.ts'
import type { LogCheckpoints } from './log-checkpoints.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { loadLog } from './log-loader.ts'
import type { CreateLogOptions } from './log-manager.ts'
import type { LoadedLog } from './log-state.ts'
import { randomHex } from './random-hex.ts'
import { SegmentedLog } from './segmented-log.ts'

/** What the checkpoints of a log directory say of one log. */
export interface CheckpointedOffsets {
  /** The directory was left by a clean shutdown. */
  readonly isClean: boolean
  readonly recoveryPoint: number
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly cleanedOffset?: number | undefined
}

/** Opens logs, in directories that are there or that it makes. */
export class LogFactory {
  readonly #environment: LogEnvironment
  readonly #checkpoints: LogCheckpoints
  readonly #logger: Logger

  constructor(environment: LogEnvironment, checkpoints: LogCheckpoints, logger: Logger) {
    this.#environment = environment
    this.#checkpoints = checkpoints
    this.#logger = logger
  }

  /** Brings back the log in `directory`. */
  async open(
    logDir: LogDir,
    directory: string,
    options: CreateLogOptions,
    offsets: CheckpointedOffsets,
  ): Promise<SegmentedLog> {
    const environment = this.#environment
    const { config } = options
    const loaded = await logDir.guard(() => loadLog({ environment, directory, config, ...offsets }))
    return this.#logOf(loaded, logDir, directory, options, offsets.cleanedOffset)
  }

  #logOf(
    loaded: LoadedLog,
    logDir: LogDir,
    directory: string,
    options: CreateLogOptions,
    cleanedOffset?: number,
  ): SegmentedLog {
    const environment = this.#environment
    const saveLogStart = () => this.#checkpoints.write(logDir.path, logStartOffsetFileName)
    const saveOffsets = async () => {
      await this.#checkpoints.write(logDir.path, recoveryPointFileName)
      await saveLogStart()
      if (log.cleanedOffset !== undefined) await this.#checkpoints.write(logDir.path, cleanerOffsetFileName)
    }
    const state = { ...options, environment, logDir, directory, saveOffsets, saveLogStart, cleanedOffset }
    const log = new SegmentedLog(state, loaded)
    return log
  }

  /**
   * Makes a partition's log, in a directory of its own. Nothing is synced: a creation that power loss undoes is done
   * again when the metadata is replayed, and the first flush of the log brings the directory to the disk as well.
   */
  create(logDir: LogDir, options: CreateLogOptions): Promise<SegmentedLog> {
    const name = partitionDirectoryName(options.topic, options.partition)
    const directory = `${logDir.path}/${name}`
    return logDir.guard(async () => {
      const { disk } = this.#environment
      await this.#checkpoints.beforeCreating(logDir, name)
      if (!(await disk.makeDirectory(directory))) {
        await this.#setAside(logDir, directory, options)
        await disk.makeDirectory(directory)
      }
      await writeMetadata(disk, directory, options.topicId)
      logDir.nameAdded()
      return this.#emptyLog(logDir, directory, name, options)
    })
  }

  /** An empty log in a directory that is there, with its metadata file: a copy of a partition that is elsewhere. */
  createCopy(logDir: LogDir, directory: string, options: CreateLogOptions): Promise<SegmentedLog> {
    const name = partitionDirectoryName(options.topic, options.partition)
    return logDir.guard(async () => {
      await this.#checkpoints.beforeCreating(logDir, name)
      return this.#emptyLog(logDir, directory, name, options)
    })
  }

  #emptyLog(logDir: LogDir, directory: string, name: string, options: CreateLogOptions): SegmentedLog {
    const loaded = emptyLog(this.#environment, directory, options.config)
    const log = this.#logOf(loaded, logDir, directory, options)
    this.#logger.info(`Created log for partition ${name} in ${directory}`)
    return log
  }

  /** Whatever it is, it must not become part of the partition that takes its place. */
  async #setAside(logDir: LogDir, directory: string, { topic, partition }: CreateLogOptions): Promise<void> {
    const { disk, random } = this.#environment
    const stray = setAsideDirectoryName(topic, partition, 'stray', randomHex(random))
    this.#logger.warn(`${directory} was there before the partition was created; it becomes ${stray}`)
    await disk.rename(directory, `${logDir.path}/${stray}`)
    await disk.syncDirectory(logDir.path)
  }

  /** Makes a directory, with its metadata file, that is on stable storage when this resolves. */
  async makeDirectory(directory: string, topicId: string): Promise<void> {
    const { disk } = this.#environment
    await disk.makeDirectory(directory)
    const path = `${directory}/${partitionMetadataFileName}`
    if ((await readTextIfThere(disk, path)) !== undefined) return
    await disk.replaceFile(path, new TextEncoder().encode(formatPartitionMetadata(topicId)))
    await disk.syncDirectory(directory.slice(0, directory.lastIndexOf('/')))
  }
}

/** A partition's directory counts from the moment this file does: without it the directory belongs to nobody. */
async function writeMetadata(disk: Disk, directory: string, topicId: string): Promise<void> {
  const file = await disk.open(`${directory}/${partitionMetadataFileName}`, 'create')
  try {
    await file.write([new TextEncoder().encode(formatPartitionMetadata(topicId))], 0)
  } finally {
    await file.close()
  }
}

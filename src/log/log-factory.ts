import type { Disk, Logger } from '../ports.ts'
import { formatPartitionMetadata } from './checkpoint-file.ts'
import { readTextIfThere } from './checkpoints.ts'
import { emptyLog } from './empty-log.ts'
import {
  cleanerOffsetFileName,
  logStartOffsetFileName,
  partitionMetadataFileName,
  recoveryPointFileName,
} from './file-names.ts'
import type { LogCheckpoints } from './log-checkpoints.ts'
import type { LogDir } from './log-dir.ts'
import type { LogEnvironment } from './log-environment.ts'
import { loadLog } from './log-loader.ts'
import type { CreateLogOptions } from './log-manager.ts'
import type { LoadedLog } from './log-state.ts'
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
   * Makes a log in a directory of that name; `name` is what checkpoints know it by. Nothing is synced: a creation that
   * power loss undoes is done again when the metadata is replayed, and the first flush of the log brings the directory
   * to the disk as well.
   */
  create(logDir: LogDir, name: string, directoryName: string, options: CreateLogOptions): Promise<SegmentedLog> {
    return logDir.guard(async () => {
      const { disk } = this.#environment
      const directory = `${logDir.path}/${directoryName}`
      await this.#checkpoints.beforeCreating(logDir, name)
      await disk.makeDirectory(directory)
      await writeMetadata(disk, directory, options.topicId)
      logDir.nameAdded()
      const loaded = emptyLog(this.#environment, directory, options.config)
      const log = this.#logOf(loaded, logDir, directory, options)
      this.#logger.info(`Created log for partition ${name} in ${directory}`)
      return log
    })
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

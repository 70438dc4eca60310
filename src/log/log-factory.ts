import type { Logger } from '../ports.ts'
import { formatPartitionMetadata } from './checkpoint-file.ts'
import { readTextIfThere } from './checkpoints.ts'
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

const ofNewLog: CheckpointedOffsets = { isClean: true, recoveryPoint: 0, logStartOffset: 0, highWatermark: 0 }

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
    const saveLogStart = () => this.#checkpoints.write(logDir.path, logStartOffsetFileName)
    const saveOffsets = async () => {
      await this.#checkpoints.write(logDir.path, recoveryPointFileName)
      await saveLogStart()
      if (log.cleanedOffset !== undefined) await this.#checkpoints.write(logDir.path, cleanerOffsetFileName)
    }
    const { cleanedOffset } = offsets
    const state = { ...options, environment, logDir, directory, saveOffsets, saveLogStart, cleanedOffset }
    const log = new SegmentedLog(state, loaded)
    return log
  }

  /** Makes a log in a directory of that name. `name` is what checkpoints know it by. */
  create(logDir: LogDir, name: string, directoryName: string, options: CreateLogOptions): Promise<SegmentedLog> {
    return logDir.guard(async () => {
      const directory = `${logDir.path}/${directoryName}`
      await this.#checkpoints.beforeCreating(logDir, name)
      await this.makeDirectory(directory, options.topicId)
      const log = await this.open(logDir, directory, options, ofNewLog)
      this.#logger.info(`Created log for partition ${name} in ${directory}`)
      return log
    })
  }

  /** A partition's directory exists from the moment its metadata file does: without it the directory is stray. */
  async makeDirectory(directory: string, topicId: string): Promise<void> {
    const { disk } = this.#environment
    await disk.makeDirectory(directory)
    const path = `${directory}/${partitionMetadataFileName}`
    if ((await readTextIfThere(disk, path)) !== undefined) return
    await disk.replaceFile(path, new TextEncoder().encode(formatPartitionMetadata(topicId)))
    await disk.syncDirectory(directory.slice(0, directory.lastIndexOf('/')))
  }
}

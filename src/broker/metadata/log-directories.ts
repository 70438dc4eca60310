import type { Disk, Logger, Random } from '../../ports.ts'
import type { Uuid } from '../../protocol/uuid.ts'

export interface FormatOptions {
  readonly disk: Disk
  readonly random: Random
  readonly logger: Logger
  /** `log.dirs`, then `metadata.log.dir` where it is another. */
  readonly logDirectories: readonly string[]
  /** Kafka's `metadata.log.dir`: where `__cluster_metadata-0` lives. */
  readonly metadataLogDirectory: string
  readonly nodeId: number
  /** From the command line or `CLUSTER_ID`; where absent, what the directories say, else random. */
  readonly clusterId?: string
}

export interface LogDirectory {
  readonly path: string
  readonly directoryId: Uuid
}

export interface FormattedDirectories {
  readonly clusterId: string
  readonly directories: readonly LogDirectory[]
}

/**
 * A directory that this node must not use: another cluster's or node's, not Kafka's, or not writable. The message is
 * one line for the person who started it.
 */
export class LogDirectoryError extends Error {
  override readonly name = 'LogDirectoryError'
  readonly path: string

  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.path = path
  }
}

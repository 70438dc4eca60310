import type { CheckpointFileName, Checkpoints } from './checkpoints.ts'
import {
  cleanerOffsetFileName,
  highWatermarkFileName,
  logStartOffsetFileName,
  recoveryPointFileName,
} from './file-names.ts'
import type { LogDir } from './log-dir.ts'
import type { LogRegistry } from './log-registry.ts'
import type { SegmentedLog } from './segmented-log.ts'

/** What is known of each log when its directory is opened again: the checkpoint files, filled from the open logs. */
export class LogCheckpoints {
  readonly #files: Checkpoints
  readonly #registry: LogRegistry
  /** Directories of partitions that are gone but may still stand in checkpoint files. */
  readonly #forgotten = new Set<string>()

  constructor(files: Checkpoints, registry: LogRegistry) {
    this.#files = files
    this.#registry = registry
  }

  /** Offsets keyed `topic-partition`; none where the file is missing or damaged. */
  read(logDir: string, fileName: CheckpointFileName): Promise<ReadonlyMap<string, number>> {
    return this.#files.read(logDir, fileName)
  }

  write(logDir: string, fileName: CheckpointFileName): Promise<void> {
    return this.#files.write(logDir, fileName, () => {
      const logs = this.#registry.in(logDir)
      const { metadataLog } = this.#registry
      if (metadataLog?.logDir === logDir && fileName !== highWatermarkFileName) logs.push(metadataLog)
      return logs.flatMap(log => {
        const offset = offsetFor(log, fileName)
        return offset === undefined ? [] : [{ topic: log.topic, partition: log.partition, offset }]
      })
    })
  }

  /** No log of that name (`topic-partition`) is in `logDir` any more, or yet. */
  forget(logDir: string, name: string): void {
    this.#forgotten.add(`${logDir}/${name}`)
  }

  /** Offsets of an earlier partition of that name would be taken for the new one's after a crash. */
  async beforeCreating({ path }: LogDir, name: string): Promise<void> {
    if (!this.#forgotten.has(`${path}/${name}`)) return
    const forgotten = [...this.#forgotten].filter(directory => directory.startsWith(`${path}/`))
    const fileNames = [
      recoveryPointFileName,
      logStartOffsetFileName,
      highWatermarkFileName,
      cleanerOffsetFileName,
    ] as const
    for (const fileName of fileNames) {
      await this.write(path, fileName)
    }
    for (const directory of forgotten) this.#forgotten.delete(directory)
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
      return log.logStartOffset > log.firstBaseOffset ? log.logStartOffset : undefined
    case cleanerOffsetFileName:
      return log.cleanedOffset
  }
}

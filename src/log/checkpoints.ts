import type { Disk, Logger } from '../ports.ts'
import { formatOffsetCheckpoint, type OffsetCheckpointEntry, parseOffsetCheckpoint } from './checkpoint-file.ts'
import type {
  cleanerOffsetFileName,
  highWatermarkFileName,
  logStartOffsetFileName,
  recoveryPointFileName,
} from './file-names.ts'

export type CheckpointFileName =
  | typeof cleanerOffsetFileName
  | typeof highWatermarkFileName
  | typeof recoveryPointFileName
  | typeof logStartOffsetFileName

/** The checkpoint files of log directories. A file is written by one at a time, and only when it would change. */
export class Checkpoints {
  readonly #disk: Disk
  readonly #logger: Logger
  /** By path. */
  readonly #written = new Map<string, string>()
  readonly #writing = new Map<string, Promise<void>>()

  constructor(disk: Disk, logger: Logger) {
    this.#disk = disk
    this.#logger = logger
  }

  /** Offsets keyed `topic-partition`; none where the file is missing or damaged. */
  async read(directory: string, name: CheckpointFileName): Promise<ReadonlyMap<string, number>> {
    const path = `${directory}/${name}`
    const text = await readTextIfThere(this.#disk, path)
    // Kafka makes the file before it has anything to say.
    if (text === undefined || text === '') return new Map()
    const offsets = parseOffsetCheckpoint(text)
    if (offsets === undefined) this.#logger.warn(`${path} is damaged and is not used`)
    return offsets ?? new Map()
  }

  /** `entries` is asked when its turn has come, so that a write holds what is true then. */
  write(directory: string, name: CheckpointFileName, entries: () => readonly OffsetCheckpointEntry[]): Promise<void> {
    const path = `${directory}/${name}`
    const write = async () => {
      const text = formatOffsetCheckpoint(entries())
      if (this.#written.get(path) === text) return
      await this.#disk.replaceFile(path, new TextEncoder().encode(text))
      this.#written.set(path, text)
    }
    const writing = (this.#writing.get(path) ?? Promise.resolve()).then(write, write)
    this.#writing.set(path, writing)
    return writing
  }
}

/** `undefined` where there is no such file. */
export async function readTextIfThere(disk: Disk, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await disk.readFile(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

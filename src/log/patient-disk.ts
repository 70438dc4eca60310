import {
  type Clock,
  type Disk,
  type DiskEntry,
  DiskError,
  type DiskFile,
  type FileStatus,
  type Logger,
} from '../ports.ts'

/** For this long a call waits for the process to have a descriptor again; then its directory fails. */
const waitMsMax = 30_000
const retryMs = 20

export interface PatientDiskOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly logger: Logger
  /** Closes files that nobody is using; returns whether there were any. */
  readonly giveUp: () => boolean
}

/**
 * The disk of the logs. A process that has no descriptor left has not lost its disk: what needs one takes it from the
 * pool of open logs, or waits until a connection has closed. Kafka takes the directory offline at once.
 */
export class PatientDisk implements Disk {
  readonly #options: PatientDiskOptions
  readonly #disk: Disk
  #waiters = 0

  constructor(options: PatientDiskOptions) {
    this.#options = options
    this.#disk = options.disk
  }

  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    return this.#withDescriptor(() => this.#disk.open(path, mode))
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#withDescriptor(() => this.#disk.readFile(path))
  }

  replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.#withDescriptor(() => this.#disk.replaceFile(path, bytes))
  }

  list(path: string): Promise<DiskEntry[]> {
    return this.#withDescriptor(() => this.#disk.list(path))
  }

  removeTree(path: string): Promise<void> {
    return this.#withDescriptor(() => this.#disk.removeTree(path))
  }

  syncDirectory(path: string): Promise<void> {
    return this.#withDescriptor(() => this.#disk.syncDirectory(path))
  }

  makeDirectory(path: string): Promise<boolean> {
    return this.#disk.makeDirectory(path)
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(from, to)
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path)
  }

  status(path: string): Promise<FileStatus> {
    return this.#disk.status(path)
  }

  space(path: string): Promise<{ totalBytes: number; usableBytes: number }> {
    return this.#disk.space(path)
  }

  #withDescriptor<Result>(call: () => Promise<Result>): Promise<Result> {
    return call().catch(error => {
      if (!isOutOfDescriptors(error)) throw error
      return this.#untilThereIsOne(call)
    })
  }

  async #untilThereIsOne<Result>(call: () => Promise<Result>): Promise<Result> {
    const { clock, giveUp, logger } = this.#options
    const endMs = clock.monotonicMs() + waitMsMax
    if (this.#waiters++ === 0) logger.warn('Too many open files; what needs another one waits')
    try {
      for (;;) {
        if (!giveUp()) await new Promise<void>(resolve => clock.schedule(retryMs, resolve))
        try {
          return await call()
        } catch (error) {
          if (!isOutOfDescriptors(error) || clock.monotonicMs() >= endMs) throw error
        }
      }
    } finally {
      this.#waiters--
    }
  }
}

function isOutOfDescriptors(error: unknown): boolean {
  return error instanceof DiskError && (error.code === 'EMFILE' || error.code === 'ENFILE')
}

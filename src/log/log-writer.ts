import type { FilePool } from './file-pool.ts'
import type { LogDir } from './log-dir.ts'
import type { Segment } from './segment.ts'

export interface QueuedWrite {
  readonly segment: Segment
  readonly position: number
  readonly bytes: Uint8Array
  /** The log's end once this is written. */
  readonly endOffset: number
}

interface Waiting extends QueuedWrite {
  readonly settle: { resolve(): void; reject(error: Error): void }
}

/**
 * Brings appends of one log to its files in their order. One write is under way at a time; what is queued meanwhile
 * for the same segment goes out as the next one, vectored. With nothing under way and the file open, a write that the
 * disk takes on the spot is done when `enqueue` returns.
 */
export class LogWriter {
  readonly #logDir: LogDir
  readonly #filePool: FilePool
  readonly #written: (write: QueuedWrite) => void
  #queue: Waiting[] = []
  #underWay: readonly QueuedWrite[] = []
  #isWriting = false
  /** How many writes were enqueued that did not end on the spot, and how many of these have. */
  #enqueued = 0
  #ended = 0
  /** In the order in which they are due. */
  #idleWaiters: { readonly dueAt: number; resolve(): void; reject(error: Error): void }[] = []

  /** `written` is called for each write, in order, before its promise is settled. */
  constructor(logDir: LogDir, filePool: FilePool, written: (write: QueuedWrite) => void) {
    this.#logDir = logDir
    this.#filePool = filePool
    this.#written = written
  }

  get isIdle(): boolean {
    return !this.#isWriting
  }

  /** `undefined`: written. Throws or rejects with `LogDirOfflineError`. */
  enqueue(write: QueuedWrite): Promise<void> | undefined {
    if (!this.#isWriting) {
      const file = this.#filePool.use(write.segment.file)
      if (!(file instanceof Promise)) {
        let writing: Promise<void> | undefined
        try {
          writing = file.write([write.bytes], write.position)
        } catch (cause) {
          throw this.#logDir.fail(cause)
        }
        if (writing === undefined) {
          this.#written(write)
          return undefined
        }
        this.#isWriting = true
        this.#enqueued++
        return this.#finish(write, writing)
      }
      this.#isWriting = true
      const done = this.#wait(write)
      void this.#drain()
      return done
    }
    return this.#wait(write)
  }

  /** What is enqueued and not written yet, in order. */
  get pending(): readonly QueuedWrite[] {
    return [...this.#underWay, ...this.#queue]
  }

  /** Resolves once everything enqueued so far is written. */
  whenIdle(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve()
    const dueAt = this.#enqueued
    return new Promise((resolve, reject) => this.#idleWaiters.push({ dueAt, resolve, reject }))
  }

  #wait(write: QueuedWrite): Promise<void> {
    this.#enqueued++
    return new Promise((resolve, reject) => this.#queue.push({ ...write, settle: { resolve, reject } }))
  }

  /** The first write of a series, already begun. */
  async #finish(write: QueuedWrite, writing: Promise<void>): Promise<void> {
    const { file } = write.segment
    file.users++
    this.#underWay = [write]
    try {
      await writing
    } catch (cause) {
      const error = this.#logDir.fail(cause)
      this.#abandon(error)
      throw error
    } finally {
      file.leave()
      this.#underWay = []
    }
    this.#written(write)
    this.#hasEnded(1)
    void this.#drain()
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const { segment, position } = this.#queue[0]!
      const end = this.#queue.findIndex(write => write.segment !== segment)
      const group = this.#queue.splice(0, end < 0 ? this.#queue.length : end)
      this.#underWay = group
      try {
        await this.#filePool.with(segment.file, file =>
          file.write(
            group.map(({ bytes }) => bytes),
            position,
          ),
        )
      } catch (cause) {
        const error = this.#logDir.fail(cause)
        for (const { settle } of group) settle.reject(error)
        this.#abandon(error)
        return
      }
      this.#underWay = []
      for (const write of group) {
        this.#written(write)
        write.settle.resolve()
      }
      this.#hasEnded(group.length)
    }
    this.#isWriting = false
  }

  /** On a disk that is slower than the producers there may always be more: nobody waits for what came later. */
  #hasEnded(count: number): void {
    this.#ended += count
    while (this.#idleWaiters.length > 0 && this.#idleWaiters[0]!.dueAt <= this.#ended) {
      this.#idleWaiters.shift()!.resolve()
    }
  }

  #abandon(error: Error): void {
    this.#isWriting = false
    this.#underWay = []
    this.#ended = this.#enqueued
    const rejected = [...this.#queue.map(({ settle }) => settle), ...this.#idleWaiters]
    this.#queue = []
    this.#idleWaiters = []
    for (const { reject } of rejected) reject(error)
  }
}

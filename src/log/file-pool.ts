import { assert } from '../assertion.ts'
import type { Disk, DiskFile } from '../ports.ts'

/** One file that may be open or not. `users` counts operations under way, which keep it open. */
export class PooledFile {
  path: string
  /** Make the file where it is missing. */
  create: boolean
  /** The size it is made with; 0 once it has the size of what was written to it. */
  preallocatedBytes: number
  file: DiskFile | undefined
  opening: Promise<DiskFile> | undefined
  /** Its name is changing, until this resolves: nobody opens it before. */
  moving: Promise<void> | undefined
  users = 0
  /** Called when the last of `users` has left. */
  readonly idleWaiters: (() => void)[] = []

  constructor(path: string, create: boolean, preallocatedBytes = 0) {
    this.path = path
    this.create = create
    this.preallocatedBytes = preallocatedBytes
  }

  get directory(): string {
    return this.path.slice(0, this.path.lastIndexOf('/'))
  }

  /** One of `users` is done. */
  leave(): void {
    this.users--
    if (this.users === 0) for (const resolve of this.idleWaiters.splice(0)) resolve()
  }
}

/**
 * The descriptors of all logs of a broker: at most `openFilesMax` stay open, those used last. 10,000 idle partitions
 * hold none.
 */
export class FilePool {
  readonly #disk: Disk
  readonly #openFilesMax: number
  /** Open files, the one unused longest first. */
  readonly #open = new Set<PooledFile>()
  #latest: PooledFile | undefined

  constructor(disk: Disk, openFilesMax: number) {
    assert(openFilesMax > 0, 'A file pool holds at least one file')
    this.#disk = disk
    this.#openFilesMax = openFilesMax
  }

  get openCount(): number {
    return this.#open.size
  }

  /** The open file, or a promise of it. Before any `await` the caller counts itself among `users`. */
  use(pooled: PooledFile): DiskFile | Promise<DiskFile> {
    const { file } = pooled
    if (file === undefined) {
      pooled.opening ??= this.#openFile(pooled)
      return pooled.opening
    }
    if (pooled !== this.#latest) {
      this.#open.delete(pooled)
      this.#open.add(pooled)
      this.#latest = pooled
    }
    return file
  }

  /** Runs `operation` on the open file, which stays open meanwhile. */
  async with<Result>(pooled: PooledFile, operation: (file: DiskFile) => Promise<Result> | Result): Promise<Result> {
    pooled.users++
    try {
      return await operation(await this.use(pooled))
    } finally {
      pooled.leave()
    }
  }

  /** Nobody begins to use it any more; who is at it has its turn, since another file may get the descriptor's number. */
  async close(pooled: PooledFile): Promise<void> {
    if (pooled.opening !== undefined) await pooled.opening.catch(() => undefined)
    if (pooled.users > 0) await new Promise<void>(resolve => pooled.idleWaiters.push(resolve))
    const { file } = pooled
    if (file === undefined) return
    pooled.file = undefined
    this.#open.delete(pooled)
    if (this.#latest === pooled) this.#latest = undefined
    await file.close()
  }

  async #openFile(pooled: PooledFile): Promise<DiskFile> {
    try {
      while (pooled.moving !== undefined) await pooled.moving
      const file = await this.#disk.open(pooled.path, pooled.create ? 'create' : 'write')
      if (pooled.create && pooled.preallocatedBytes > 0) await file.truncate(pooled.preallocatedBytes)
      pooled.create = false
      pooled.file = file
      this.#open.add(pooled)
      this.#latest = pooled
      this.#evict(this.#openFilesMax, pooled)
      return file
    } finally {
      pooled.opening = undefined
    }
  }

  /** The process has fewer descriptors than the pool would take: half of the pool's go. False: all are in use. */
  giveUpHalf(): boolean {
    const before = this.#open.size
    this.#evict(Math.floor(before / 2))
    return this.#open.size < before
  }

  #evict(keep: number, spared?: PooledFile): void {
    if (this.#open.size <= keep) return
    for (const pooled of this.#open) {
      if (pooled === spared || pooled.users > 0) continue
      const { file } = pooled
      pooled.file = undefined
      this.#open.delete(pooled)
      // What was written is in the kernel's hands; a failing close of a file that was never synced says nothing new.
      file?.close().catch(() => undefined)
      if (this.#open.size <= keep) return
    }
  }
}

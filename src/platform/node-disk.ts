import fs from 'node:fs'
import path from 'node:path'
import { type Disk, type DiskEntry, DiskError, type DiskFile, type FileStatus } from '../ports.ts'
import { errorCode } from './error-code.ts'

/**
 * A write up to this size is done on the spot. Into the page cache 100 bytes take 1.4 µs so, 64 KiB 13 µs; by way of
 * the thread pool 35 and 51 µs, most of it in waking threads (docs/decisions/0020-small-writes-on-the-loop.md).
 */
const writeNowBytesMax = 256 * 1024

/**
 * A write on the spot that took longer has met a kernel that throttles writers, or a busy processor: for a moment the
 * next ones leave the loop. A short one, since it costs a lot where it was the processor.
 */
const slowWriteMs = 10
const slowDiskPauseMs = 100

/** The real file system. */
export class NodeDisk implements Disk {
  /** Until then every write goes through the thread pool. */
  #writeNowFromMs = 0

  async open(filePath: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const flags = mode === 'read' ? 'r' : mode === 'write' ? 'r+' : fs.constants.O_RDWR | fs.constants.O_CREAT
    const descriptor = await call<number>(filePath, done => fs.open(filePath, flags, 0o644, done))
    return new NodeDiskFile(this, descriptor, filePath)
  }

  readFile(filePath: string): Promise<Uint8Array> {
    return call<Uint8Array>(filePath, done => fs.readFile(filePath, done))
  }

  async replaceFile(filePath: string, bytes: Uint8Array): Promise<void> {
    const temporaryPath = `${filePath}.tmp`
    const descriptor = await call<number>(temporaryPath, done => fs.open(temporaryPath, 'w', 0o644, done))
    try {
      await writeFully(temporaryPath, descriptor, [bytes], 0)
      await call<void>(temporaryPath, done => fs.fsync(descriptor, done))
    } finally {
      await call<void>(temporaryPath, done => fs.close(descriptor, done))
    }
    await this.rename(temporaryPath, filePath)
    await this.syncDirectory(path.dirname(filePath))
  }

  async list(directory: string): Promise<DiskEntry[]> {
    const entries = await call<fs.Dirent[]>(directory, done => fs.readdir(directory, { withFileTypes: true }, done))
    return entries.map(entry => ({ name: entry.name, isDirectory: entry.isDirectory() }))
  }

  /** Not `recursive` of Node's: where a file system makes no directories, such as /proc, that never ends. */
  async makeDirectory(directory: string): Promise<boolean> {
    const parent = path.dirname(directory)
    try {
      return await this.#makeOne(directory)
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'ENOENT' || parent === directory) throw error
      await this.makeDirectory(parent)
      return await this.#makeOne(directory)
    }
  }

  /** Whose parent exists; content where the directory is there already. */
  async #makeOne(directory: string): Promise<boolean> {
    try {
      await call<void>(directory, done => fs.mkdir(directory, done))
      return true
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'EEXIST') throw error
      const stats = await call<fs.Stats>(directory, done => fs.stat(directory, done))
      if (!stats.isDirectory()) throw error
      return false
    }
  }

  rename(from: string, to: string): Promise<void> {
    return call<void>(from, done => fs.rename(from, to, done))
  }

  remove(filePath: string): Promise<void> {
    return call<void>(filePath, done => fs.unlink(filePath, done))
  }

  removeTree(directory: string): Promise<void> {
    return call<void>(directory, done => fs.rm(directory, { recursive: true, force: true }, done))
  }

  async syncDirectory(directory: string): Promise<void> {
    const descriptor = await call<number>(directory, done => fs.open(directory, 'r', done))
    try {
      await call<void>(directory, done => fs.fsync(descriptor, done))
    } finally {
      await call<void>(directory, done => fs.close(descriptor, done))
    }
  }

  async status(filePath: string): Promise<FileStatus> {
    const stats = await call<fs.Stats>(filePath, done => fs.stat(filePath, done))
    return { sizeInBytes: stats.size, modifiedMs: stats.mtimeMs }
  }

  async space(directory: string): Promise<{ totalBytes: number; usableBytes: number }> {
    const stats = await call<fs.StatsFs>(directory, done => fs.statfs(directory, done))
    return { totalBytes: stats.blocks * stats.bsize, usableBytes: stats.bavail * stats.bsize }
  }

  /** @internal Whether a write of that size may be done on the spot. */
  mayWriteNow(bytes: number): boolean {
    return bytes <= writeNowBytesMax && (this.#writeNowFromMs === 0 || performance.now() >= this.#writeNowFromMs)
  }

  /** @internal */
  wroteNow(elapsedMs: number): void {
    this.#writeNowFromMs = elapsedMs > slowWriteMs ? performance.now() + slowDiskPauseMs : 0
  }
}

class NodeDiskFile implements DiskFile {
  readonly #disk: NodeDisk
  readonly #descriptor: number
  readonly #path: string

  constructor(disk: NodeDisk, descriptor: number, filePath: string) {
    this.#disk = disk
    this.#descriptor = descriptor
    this.#path = filePath
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0
    while (done < into.length) {
      const count = await this.#readOnce(into, done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  #readOnce(into: Uint8Array, from: number, position: number): Promise<number> {
    return call<number>(this.#path, done => fs.read(this.#descriptor, into, from, into.length - from, position, done))
  }

  write(buffers: readonly Uint8Array[], position: number, urgency?: 'background'): Promise<void> | undefined {
    let bytes = 0
    for (const buffer of buffers) bytes += buffer.length
    const isNow = urgency !== 'background' && this.#disk.mayWriteNow(bytes)
    if (!isNow) return writeFully(this.#path, this.#descriptor, buffers, position)
    const startedMs = performance.now()
    let written: number
    try {
      written =
        buffers.length === 1
          ? fs.writeSync(this.#descriptor, buffers[0]!, 0, bytes, position)
          : fs.writevSync(this.#descriptor, buffers, position)
    } catch (cause) {
      throw diskError(this.#path, cause)
    }
    this.#disk.wroteNow(performance.now() - startedMs)
    if (written === bytes) return undefined
    return writeFully(this.#path, this.#descriptor, withoutFirst(buffers, written), position + written)
  }

  sync(): Promise<void> {
    return call<void>(this.#path, done => fs.fdatasync(this.#descriptor, done))
  }

  truncate(length: number): Promise<void> {
    return call<void>(this.#path, done => fs.ftruncate(this.#descriptor, length, done))
  }

  async size(): Promise<number> {
    return (await call<fs.Stats>(this.#path, done => fs.fstat(this.#descriptor, done))).size
  }

  setModifiedMs(modifiedMs: number): Promise<void> {
    const seconds = modifiedMs / 1000
    return call<void>(this.#path, done => fs.futimes(this.#descriptor, seconds, seconds, done))
  }

  close(): Promise<void> {
    return call<void>(this.#path, done => fs.close(this.#descriptor, done))
  }
}

/** Writes on until all bytes are taken: the kernel may take fewer than it was given. */
async function writeFully(
  filePath: string,
  descriptor: number,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = buffers
  let at = position
  while (rest.length > 0) {
    const current = rest
    const written = await call<number>(filePath, done => fs.writev(descriptor, current, at, done))
    if (written === 0 && current.some(({ length }) => length > 0)) {
      throw new DiskError('EIO', filePath, new Error('The kernel takes no bytes'))
    }
    at += written
    rest = withoutFirst(current, written)
  }
}

/** What is left of `buffers` after their first `count` bytes. */
function withoutFirst(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  let skip = count
  for (const buffer of buffers) {
    if (skip < buffer.length) rest.push(skip === 0 ? buffer : buffer.subarray(skip))
    skip = Math.max(0, skip - buffer.length)
  }
  return rest
}

function call<Result>(
  filePath: string,
  start: (done: (error: NodeJS.ErrnoException | null, result?: Result) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result as Result)
      else reject(diskError(filePath, error))
    })
  })
}

function diskError(filePath: string, cause: unknown): DiskError {
  return new DiskError(errorCode(cause) ?? 'EIO', filePath, cause)
}

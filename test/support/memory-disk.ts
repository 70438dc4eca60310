import { type Disk, type DiskEntry, DiskError, type DiskFile, type FileStatus } from '../../src/ports.ts'

interface Node {
  bytes: Uint8Array
  length: number
  modifiedMs: number
}

export interface MemoryDiskOptions {
  /** Whether the next write is done on the spot; every write by default. */
  readonly writesNow?: () => boolean
}

/** A file system in memory. Nothing is lost; `failWith` makes every write from then on fail. */
export class MemoryDisk implements Disk {
  readonly #files = new Map<string, Node>()
  readonly #directories = new Set<string>()
  readonly #writesNow: () => boolean
  /** errno's name: what writes and syncs end with from now on. */
  failWith: string | undefined
  /** Only there. */
  failBelow = '/'
  openCount = 0
  /** Asked of it so far. */
  operations = 0

  constructor(options: MemoryDiskOptions = {}) {
    this.#writesNow = options.writesNow ?? (() => true)
  }

  /** Paths and contents of all files. */
  get files(): Map<string, Uint8Array> {
    return new Map([...this.#files].map(([path, node]) => [path, node.bytes.slice(0, node.length)]))
  }

  /** A disk with the same contents, as after a crash of the process: what was written is there. */
  clone(options: MemoryDiskOptions = {}): MemoryDisk {
    const copy = new MemoryDisk(options)
    for (const directory of this.#directories) copy.#directories.add(directory)
    for (const [path, node] of this.#files) {
      copy.#files.set(path, { ...node, bytes: node.bytes.slice() })
    }
    return copy
  }

  put(path: string, bytes: Uint8Array): void {
    this.#files.set(path, { bytes: new Uint8Array(bytes), length: bytes.length, modifiedMs: 0 })
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      this.#directories.add(path.slice(0, slash))
    }
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    await this.#turn()
    let node = this.#files.get(path)
    if (node === undefined) {
      if (mode !== 'create') throw new DiskError('ENOENT', path)
      this.#refuse(path)
      node = { bytes: new Uint8Array(64), length: 0, modifiedMs: 0 }
      this.#files.set(path, node)
    }
    this.openCount++
    return this.#file(node, path)
  }

  #file(node: Node, path: string): DiskFile {
    const write = (buffers: readonly Uint8Array[], position: number) => {
      this.#refuse(path)
      let at = position
      for (const buffer of buffers) {
        if (at + buffer.length > node.bytes.length) {
          const larger = new Uint8Array(Math.max(2 * node.bytes.length, at + buffer.length))
          larger.set(node.bytes)
          node.bytes = larger
        }
        node.bytes.set(buffer, at)
        at += buffer.length
        node.length = Math.max(node.length, at)
      }
    }
    return {
      read: async (into, position) => {
        await this.#turn()
        const bytes = node.bytes.subarray(position, Math.min(node.length, position + into.length))
        into.set(bytes)
        return bytes.length
      },
      write: (buffers, position) => {
        if (this.#writesNow()) {
          write(buffers, position)
          return undefined
        }
        return this.#turn().then(() => write(buffers, position))
      },
      sync: async () => {
        await this.#turn()
        this.#refuse(path)
      },
      truncate: async length => {
        await this.#turn()
        this.#refuse(path)
        node.bytes.fill(0, Math.min(length, node.bytes.length))
        if (length > node.bytes.length) {
          const larger = new Uint8Array(length)
          larger.set(node.bytes)
          node.bytes = larger
        }
        node.length = length
      },
      size: async () => node.length,
      setModifiedMs: async modifiedMs => {
        node.modifiedMs = modifiedMs
      },
      close: async () => {
        this.openCount--
      },
    }
  }

  async readFile(path: string): Promise<Uint8Array> {
    await this.#turn()
    const node = this.#files.get(path)
    if (node === undefined) throw new DiskError('ENOENT', path)
    return node.bytes.slice(0, node.length)
  }

  async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    await this.#turn()
    this.#refuse(path)
    this.#files.set(path, { bytes: new Uint8Array(bytes), length: bytes.length, modifiedMs: 0 })
  }

  async list(path: string): Promise<DiskEntry[]> {
    await this.#turn()
    const entries = new Map<string, DiskEntry>()
    for (const [paths, isDirectory] of [
      [this.#files.keys(), false],
      [this.#directories, true],
    ] as const) {
      for (const each of paths) {
        if (!each.startsWith(`${path}/`)) continue
        const name = each.slice(path.length + 1)
        if (!name.includes('/')) entries.set(name, { name, isDirectory })
      }
    }
    return [...entries.values()]
  }

  async makeDirectory(path: string): Promise<boolean> {
    await this.#turn()
    this.#refuse(path)
    const isNew = !this.#directories.has(path)
    this.#directories.add(path)
    return isNew
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#turn()
    this.#refuse(from)
    const node = this.#files.get(from)
    if (node !== undefined) {
      this.#files.delete(from)
      this.#files.set(to, node)
      return
    }
    if (!this.#directories.delete(from)) throw new DiskError('ENOENT', from)
    this.#directories.add(to)
    for (const [path, each] of [...this.#files]) {
      if (!path.startsWith(`${from}/`)) continue
      this.#files.delete(path)
      this.#files.set(to + path.slice(from.length), each)
    }
  }

  async remove(path: string): Promise<void> {
    await this.#turn()
    this.#refuse(path)
    if (!this.#files.delete(path)) throw new DiskError('ENOENT', path)
  }

  async removeTree(path: string): Promise<void> {
    await this.#turn()
    this.#refuse(path)
    this.#directories.delete(path)
    for (const each of [...this.#files.keys()]) if (each.startsWith(`${path}/`)) this.#files.delete(each)
  }

  async syncDirectory(_directory: string): Promise<void> {
    await this.#turn()
  }

  async status(path: string): Promise<FileStatus> {
    await this.#turn()
    const node = this.#files.get(path)
    if (node === undefined) throw new DiskError('ENOENT', path)
    return { sizeInBytes: node.length, modifiedMs: node.modifiedMs }
  }

  async space(): Promise<{ totalBytes: number; usableBytes: number }> {
    return { totalBytes: 2 ** 40, usableBytes: 2 ** 39 }
  }

  /** Resolves once nothing has been asked of the disk for some turns of the loop. */
  async idle(): Promise<void> {
    for (let quiet = 0, seen = this.operations; quiet < 10; quiet++) {
      await new Promise(resolve => setImmediate(resolve))
      if (seen !== this.operations) quiet = 0
      seen = this.operations
    }
  }

  /** One turn of the loop, as any disk takes. */
  #turn(): Promise<void> {
    this.operations++
    return new Promise(resolve => setImmediate(resolve))
  }

  #refuse(path: string): void {
    if (this.failWith !== undefined && path.startsWith(this.failBelow)) throw new DiskError(this.failWith, path)
  }
}

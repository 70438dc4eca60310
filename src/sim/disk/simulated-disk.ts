import { type DiskEntry, DiskError, type FileStatus } from '../../ports.ts'
import type { Seed } from '../seed.ts'
import { originMs, type SimulatedTime } from '../time.ts'
import { type IsKept, SimulatedDirectory, type SimulatedNode } from './simulated-directory.ts'
import { SimulatedFile } from './simulated-file.ts'

/**
 * The machine's file system. It outlives processes; each call takes effect at once. What fsync is trusted for is what
 * `log/FORMAT.md` says: bytes of a synced file survive power loss, names survive once their directory was synced, a
 * rename is atomic. Anything else may be lost in part and in any order.
 */
export class SimulatedDisk {
  readonly #root = new SimulatedDirectory()
  readonly #time: SimulatedTime

  constructor(time: SimulatedTime) {
    this.#time = time
  }

  losePower(seed: Seed): void {
    this.#root.losePower(seed)
  }

  /** A loss of power that a test has thought of. */
  loseUnsynced(isKept: IsKept): void {
    this.#root.loseUnsynced(isKept, '')
  }

  openFile(path: string, isCreated: boolean): SimulatedFile {
    const { parent, name } = this.#locate(path)
    const node = parent.entries.get(name)
    if (node instanceof SimulatedFile) return node
    if (node !== undefined) throw new DiskError('EISDIR', path)
    if (!isCreated) throw new DiskError('ENOENT', path)
    const file = new SimulatedFile(this.#time.nowMs)
    parent.add(name, file)
    return file
  }

  readFile(path: string): Uint8Array {
    return this.openFile(path, false).toBytes()
  }

  list(path: string): DiskEntry[] {
    const { entries } = this.#directory(path)
    return Array.from(entries, ([name, node]) => ({ name, isDirectory: node.kind === 'directory' }))
  }

  makeDirectory(path: string): boolean {
    const names = namesOf(path)
    let directory = this.#root
    let isNew = false
    for (const name of names) {
      const node = directory.entries.get(name)
      if (node instanceof SimulatedFile) throw new DiskError('EEXIST', path)
      const next = node ?? new SimulatedDirectory()
      isNew = node === undefined
      if (isNew) directory.add(name, next)
      directory = next
    }
    return isNew
  }

  /** Within one directory. */
  rename(from: string, to: string): void {
    const { parent, name } = this.#locate(from)
    const target = this.#locate(to)
    if (!parent.entries.has(name)) throw new DiskError('ENOENT', from)
    if (target.parent !== parent) throw new DiskError('EXDEV', to)
    parent.rename(name, target.name)
  }

  remove(path: string): void {
    const { parent, name } = this.#locate(path)
    const node = parent.entries.get(name)
    if (node === undefined) throw new DiskError('ENOENT', path)
    if (node.kind === 'directory') throw new DiskError('EISDIR', path)
    parent.remove(name)
  }

  removeTree(path: string): void {
    const { parent, name } = this.#locate(path)
    const node = parent.entries.get(name)
    if (node === undefined) return
    if (node.kind === 'directory') for (const child of [...node.entries.keys()]) this.removeTree(`${path}/${child}`)
    parent.remove(name)
  }

  syncDirectory(path: string): void {
    this.#directory(path).sync()
  }

  status(path: string): FileStatus {
    const file = this.openFile(path, false)
    return { sizeInBytes: file.length, modifiedMs: originMs + Math.floor(file.modifiedMs) }
  }

  #directory(path: string): SimulatedDirectory {
    let node: SimulatedNode = this.#root
    for (const name of namesOf(path)) {
      if (node.kind !== 'directory') throw new DiskError('ENOTDIR', path)
      const next = node.entries.get(name)
      if (next === undefined) throw new DiskError('ENOENT', path)
      node = next
    }
    if (node.kind !== 'directory') throw new DiskError('ENOTDIR', path)
    return node
  }

  #locate(path: string): { parent: SimulatedDirectory; name: string } {
    const slash = path.lastIndexOf('/')
    return { parent: this.#directory(path.slice(0, slash)), name: path.slice(slash + 1) }
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter(name => name !== '')
}

import { type Disk, type DiskEntry, DiskError, type DiskFile, type FileStatus } from '../../ports.ts'
import type { Seed } from '../seed.ts'
import { originMs, type SimulatedTime } from '../time.ts'
import type { Trace } from '../trace.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedFile } from './simulated-file.ts'

/** A failure to come: the `afterCalls`th call below `directory` meets it. */
export interface DiskFault {
  readonly directory: string
  readonly code: 'EIO' | 'ENOSPC'
  afterCalls: number
}

export interface ProcessDiskOptions {
  readonly disk: SimulatedDisk
  readonly time: SimulatedTime
  readonly seed: Seed
  readonly trace: Trace
  /** Called before each call takes effect; what ends the process here ends it between two calls. */
  readonly beforeCall: (call: DiskCall) => void
}

export interface DiskCall {
  readonly name: string
  readonly path: string
}

interface CallUnderWay {
  /** All of it; may throw. */
  take(): void
  /** Some of it. */
  takeSome: (() => void) | undefined
}

const latencyMsMax = 4
const slowLatencyMsMax = 80

/** The disk as one process sees it: calls take time, may fail, and answer nobody once the process is dead. */
export class ProcessDisk implements Disk {
  readonly #options: ProcessDiskOptions
  readonly #underWay = new Set<CallUnderWay>()
  #fault: DiskFault | undefined
  #isDead = false
  #openCount = 0
  /** Whether small writes go to the page cache on the spot, as they mostly do. */
  readonly #writesNowShare: number

  constructor(options: ProcessDiskOptions) {
    this.#options = options
    this.#writesNowShare = options.seed.pick([0, 0.5, 0.9, 1])
  }

  get openCount(): number {
    return this.#openCount
  }

  /** Whether a fault is still to come. */
  get isFaultPending(): boolean {
    return this.#fault !== undefined
  }

  failAfter(fault: DiskFault): void {
    this.#fault = fault
  }

  /** The process is gone. Calls under way have taken effect, in part, or not at all; none of them returns. */
  die(): void {
    if (this.#isDead) return
    this.#isDead = true
    const { seed } = this.#options
    for (const call of this.#underWay) {
      const fate = seed.weighted({ lost: 2, torn: 1, taken: 1 })
      try {
        if (fate === 'taken') call.take()
        else if (fate === 'torn') call.takeSome?.()
      } catch (error) {
        if (!(error instanceof DiskError)) throw error
      }
    }
    this.#underWay.clear()
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.#call('open', path, () => this.#options.disk.openFile(path, mode === 'create'))
    this.#openCount++
    return this.#file(file, path)
  }

  #file(file: SimulatedFile, path: string): DiskFile {
    const touch = () => {
      file.modifiedMs = this.#options.time.nowMs
    }
    let isOpen = true
    return {
      read: (into, position) => this.#call('read', path, () => file.read(into, position)),
      write: (buffers, position) => {
        if (!isOpen) throw new DiskError('EBADF', path)
        const put = (bytes: Uint8Array) => {
          touch()
          file.write(bytes, position)
        }
        return this.#write(path, joined(buffers), put, position)
      },
      sync: () => this.#call('sync', path, () => file.sync()),
      truncate: length =>
        this.#call('truncate', path, () => {
          touch()
          file.truncate(length)
        }),
      size: () => this.#call('size', path, () => file.length),
      setModifiedMs: modifiedMs =>
        this.#call('utimes', path, () => {
          file.modifiedMs = modifiedMs - originMs
        }),
      close: () =>
        this.#call('close', path, () => {
          if (isOpen) this.#openCount--
          isOpen = false
        }),
    }
  }

  #write(
    path: string,
    bytes: Uint8Array,
    put: (bytes: Uint8Array) => void,
    position: number,
  ): Promise<void> | undefined {
    const { seed, trace } = this.#options
    const some = () => put(bytes.subarray(0, seed.between(0, Math.max(0, bytes.length - 1))))
    if (!seed.chance(this.#writesNowShare)) return this.#call('write', path, () => put(bytes), some)
    const wasDead = this.#isDead
    this.#begin('write', path)
    if (this.#isDead) {
      // The process ended within this very call: the kernel may have taken the bytes, or some of them.
      if (!wasDead && seed.chance(0.5)) some()
      return never()
    }
    const fault = this.#faultFor(path)
    if (fault !== undefined) {
      some()
      throw fault
    }
    trace.add(`write ${path} ${bytes.length} at ${position}, at once`)
    put(bytes)
    return undefined
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#call('readFile', path, () => this.#options.disk.readFile(path))
  }

  async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = await this.open(`${path}.tmp`, 'create')
    await temporary.truncate(0)
    await temporary.write([bytes], 0)
    await temporary.sync()
    await temporary.close()
    await this.rename(`${path}.tmp`, path)
    await this.syncDirectory(path.slice(0, path.lastIndexOf('/')))
  }

  list(path: string): Promise<DiskEntry[]> {
    return this.#call('list', path, () => this.#options.disk.list(path))
  }

  makeDirectory(path: string): Promise<boolean> {
    return this.#call('makeDirectory', path, () => this.#options.disk.makeDirectory(path))
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call('rename', from, () => this.#options.disk.rename(from, to))
  }

  remove(path: string): Promise<void> {
    return this.#call('remove', path, () => this.#options.disk.remove(path))
  }

  removeTree(path: string): Promise<void> {
    return this.#call('removeTree', path, () => this.#options.disk.removeTree(path))
  }

  syncDirectory(path: string): Promise<void> {
    return this.#call('syncDirectory', path, () => this.#options.disk.syncDirectory(path))
  }

  status(path: string): Promise<FileStatus> {
    return this.#call('status', path, () => this.#options.disk.status(path))
  }

  async space(): Promise<{ totalBytes: number; usableBytes: number }> {
    return { totalBytes: 2 ** 40, usableBytes: 2 ** 39 }
  }

  #begin(name: string, path: string): void {
    if (!this.#isDead) this.#options.beforeCall({ name, path })
  }

  /** Takes effect after a while, and resolves then. */
  #call<Result>(name: string, path: string, effect: () => Result, some?: () => void): Promise<Result> {
    this.#begin(name, path)
    if (this.#isDead) return never()
    const { seed, time, trace } = this.#options
    const fault = this.#faultFor(path)
    const call: CallUnderWay = { take: effect, takeSome: some }
    this.#underWay.add(call)
    const latencyMs = seed.fraction() * (seed.chance(0.03) ? slowLatencyMsMax : latencyMsMax)
    return new Promise((resolve, reject) => {
      time.schedule(latencyMs, () => {
        if (this.#isDead) return
        this.#underWay.delete(call)
        try {
          if (fault !== undefined) {
            some?.()
            throw fault
          }
          const result = effect()
          if (trace.isOn) trace.add(`${name} ${path}`)
          resolve(result)
        } catch (error) {
          if (trace.isOn) trace.add(`${name} ${path} fails: ${error instanceof Error ? error.message : error}`)
          reject(error)
        }
      })
    })
  }

  #faultFor(path: string): DiskError | undefined {
    const fault = this.#fault
    if (fault === undefined || !path.startsWith(fault.directory)) return undefined
    if (--fault.afterCalls > 0) return undefined
    this.#fault = undefined
    return new DiskError(fault.code, path)
  }
}

function joined(buffers: readonly Uint8Array[]): Uint8Array {
  if (buffers.length === 1) return buffers[0]!
  const bytes = new Uint8Array(buffers.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const buffer of buffers) {
    bytes.set(buffer, at)
    at += buffer.length
  }
  return bytes
}

function never<Result>(): Promise<Result> {
  return new Promise(() => {})
}

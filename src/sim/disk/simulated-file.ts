import type { Seed } from '../seed.ts'
import type { IsKept } from './simulated-directory.ts'

type FileChange =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number }

/** What a disk writes at once: a torn write consists of whole sectors, some new and some as before. */
const sectorBytes = 16

/** One file: its bytes as the kernel has them, those on stable storage, and what lies in between. */
export class SimulatedFile {
  readonly kind = 'file'
  modifiedMs: number
  #bytes = new Uint8Array(256)
  #length = 0
  #stable: Uint8Array = new Uint8Array(0)
  #unsynced: FileChange[] = []

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs
  }

  get length(): number {
    return this.#length
  }

  read(into: Uint8Array, position: number): number {
    const bytes = this.#bytes.subarray(position, Math.max(position, Math.min(this.#length, position + into.length)))
    into.set(bytes)
    return bytes.length
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return
    this.#unsynced.push({ kind: 'write', position, bytes: new Uint8Array(bytes) })
    this.#put(bytes, position)
  }

  #put(bytes: Uint8Array, position: number): void {
    this.#reserve(position + bytes.length)
    this.#bytes.set(bytes, position)
    this.#length = Math.max(this.#length, position + bytes.length)
  }

  truncate(length: number): void {
    this.#unsynced.push({ kind: 'truncate', length })
    this.#cut(length)
  }

  #cut(length: number): void {
    this.#reserve(length)
    this.#bytes.fill(0, Math.min(length, this.#length), Math.max(length, this.#length))
    this.#length = length
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }

  sync(): void {
    if (this.#unsynced.length === 0) return
    this.#stable = this.toBytes()
    this.#unsynced = []
  }

  /**
   * The power fails. Writes that were not synced are there, gone or torn, in any combination. File systems order the
   * changes of a file's size, so what was written behind a cut is there only where the cut is.
   */
  losePower(seed: Seed): void {
    const changes = this.#unsynced
    this.#unsynced = []
    if (changes.length === 0) return
    const fate = seed.weighted({ lost: 1, torn: 1, mixed: 2, kept: 0.5 })
    this.#length = 0
    this.#put(this.#stable, 0)
    if (fate === 'lost') return
    for (const [index, change] of changes.entries()) {
      const isLast = index === changes.length - 1
      const outcome = fate === 'mixed' ? seed.weighted({ lost: 1, torn: 1, kept: 2 }) : isLast ? fate : 'kept'
      if (change.kind === 'truncate') {
        if (outcome === 'lost') break
        this.#cut(change.length)
      } else if (outcome === 'kept') this.#put(change.bytes, change.position)
      else if (outcome === 'torn') this.#tear(change.bytes, change.position, seed)
    }
    this.#stable = this.toBytes()
  }

  loseUnsynced(isKept: IsKept, path: string): void {
    this.#unsynced = []
    if (isKept('bytes', path)) this.#stable = this.toBytes()
    this.#length = 0
    this.#put(this.#stable, 0)
  }

  #tear(bytes: Uint8Array, position: number, seed: Seed): void {
    if (seed.chance(0.3)) {
      this.#put(bytes.subarray(0, seed.between(0, bytes.length)), position)
      return
    }
    const keptShare = seed.pick([0.5, 0.9])
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      if (seed.chance(keptShare)) this.#put(bytes.subarray(at, Math.min(at + sectorBytes, bytes.length)), position + at)
    }
  }
}

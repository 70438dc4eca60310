import type { Seed } from '../seed.ts'
import type { SimulatedFile } from './simulated-file.ts'

export type SimulatedNode = SimulatedFile | SimulatedDirectory

/** Whether an unsynced change of a file's name or bytes is there after a loss of power. */
export type IsKept = (change: 'name' | 'bytes', path: string) => boolean

interface EntryChange {
  readonly removed: string | undefined
  readonly added: { readonly name: string; readonly node: SimulatedNode } | undefined
}

/** One directory: which names it has as the kernel sees it, which on stable storage, and the steps in between. */
export class SimulatedDirectory {
  readonly kind = 'directory'
  readonly entries = new Map<string, SimulatedNode>()
  #stable = new Map<string, SimulatedNode>()
  #unsynced: EntryChange[] = []

  add(name: string, node: SimulatedNode): void {
    this.#change({ removed: undefined, added: { name, node } })
  }

  remove(name: string): void {
    this.#change({ removed: name, added: undefined })
  }

  /** In one step, whatever was called `to` before. */
  rename(from: string, to: string): void {
    this.#change({ removed: from, added: { name: to, node: this.entries.get(from)! } })
  }

  #change(change: EntryChange): void {
    this.#unsynced.push(change)
    apply(this.entries, change)
  }

  sync(): void {
    if (this.#unsynced.length === 0) return
    this.#stable = new Map(this.entries)
    this.#unsynced = []
  }

  /**
   * The power fails, here and in all that lies within. Of the changes that were not synced any may be lost; but one is
   * there only where all earlier changes of the same names are.
   */
  losePower(seed: Seed): void {
    const changes = this.#unsynced
    this.#unsynced = []
    if (changes.length > 0) {
      const keptShare = seed.pick([0, 0.5, 0.8, 1])
      const lost = new Set<string>()
      this.entries.clear()
      for (const [name, node] of this.#stable) this.entries.set(name, node)
      for (const change of changes) {
        const names = [change.removed, change.added?.name].filter(name => name !== undefined)
        if (names.some(name => lost.has(name)) || !seed.chance(keptShare)) for (const name of names) lost.add(name)
        else apply(this.entries, change)
      }
      this.#stable = new Map(this.entries)
    }
    for (const node of this.entries.values()) node.losePower(seed)
  }

  /** The power fails, and of what was not synced only the changes that `isKept` names have reached the disk. */
  loseUnsynced(isKept: IsKept, path: string): void {
    const changes = this.#unsynced
    this.#unsynced = []
    this.entries.clear()
    for (const [name, node] of this.#stable) this.entries.set(name, node)
    for (const change of changes) {
      const kept = [change.removed, change.added?.name].some(
        name => name !== undefined && isKept('name', `${path}/${name}`),
      )
      if (kept) apply(this.entries, change)
    }
    this.#stable = new Map(this.entries)
    for (const [name, node] of this.entries) node.loseUnsynced(isKept, `${path}/${name}`)
  }
}

function apply(entries: Map<string, SimulatedNode>, { removed, added }: EntryChange): void {
  if (removed !== undefined) entries.delete(removed)
  if (added !== undefined) entries.set(added.name, added.node)
}

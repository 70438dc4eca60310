import type { World } from './world.ts'

/** How far the members of one group have come, by what they were told: nobody who comes later may begin before that. */
export class ConsumedOffsets {
  readonly #world: World
  readonly #known = new Map<string, { readonly offset: number; readonly sinceMs: number }[]>()

  constructor(world: World) {
    this.#world = world
  }

  /** A transaction that moves `partition` on to `offset` was answered to be committed. */
  committed(partition: string, offset: number): void {
    const known = this.#known.get(partition) ?? []
    known.push({ offset, sinceMs: this.#world.nowMs })
    this.#known.set(partition, known)
  }

  /** A stable offset was read by a request that left at `sentMs`. */
  read(partition: string, offset: number, sentMs: number): void {
    const before = (this.#known.get(partition) ?? []).filter(({ sinceMs }) => sinceMs < sentMs)
    const least = Math.max(0, ...before.map(each => each.offset))
    this.#world.checker.check(
      'what was committed with a transaction is where its group goes on',
      offset >= least,
      () => `${partition} is consumed to ${offset}; it was to ${least} before`,
    )
    this.committed(partition, offset)
  }
}

/** The answer of a coordinator that has none. */
const none = -1

/**
 * What a group has committed by partition, as seen on the wire, and what its members were told of it. Where requests of several connections
 * cross, the coordinator may have decided them in either order.
 */
export class CommittedOffsets {
  readonly #partitions = new Map<number, PartitionOffsets>()
  readonly #fetches = new Set<Map<number, Set<number>>>()

  /** What was committed last, 0 where nothing was. */
  lastOf(partition: number): number {
    return Math.max(0, this.#of(partition).last)
  }

  /** What a member was told last, and so where it went on. */
  lastTold(partition: number): number {
    return this.#of(partition).lastTold
  }

  wasTold(partition: number, offset: number): boolean {
    return this.#of(partition).told.has(offset)
  }

  /** A commit was sent; answers what is to hear whether it was accepted. */
  commit(partition: number, offset: number): (isAccepted: boolean) => void {
    const offsets = this.#of(partition)
    const commit: Commit = { offset, crossed: new Set() }
    offsets.sent.add(commit)
    for (const fetch of this.#fetches) fetch.get(partition)?.add(offset)
    return isAccepted => {
      offsets.sent.delete(commit)
      if (!isAccepted) return
      for (const other of offsets.sent) other.crossed.add(offset)
      offsets.possible = new Set([offset, ...commit.crossed])
      offsets.last = offset
    }
  }

  /** Offsets were asked for; answers what is to hear which were told, and complains of those that cannot be. */
  fetch(): (told: readonly (readonly [partition: number, offset: number])[]) => string[] {
    const possible = new Map<number, Set<number>>()
    for (const partition of this.#partitions.keys()) possible.set(partition, this.#of(partition).mayBe())
    this.#fetches.add(possible)
    return told => {
      this.#fetches.delete(possible)
      return told.flatMap(([partition, offset]) => {
        const offsets = this.#of(partition)
        const mayBe = possible.get(partition) ?? offsets.mayBe().add(none)
        offsets.lastTold = offset
        offsets.told.add(Math.max(0, offset))
        return mayBe.has(offset)
          ? []
          : [`${partition}: ${offset} was told where ${[...mayBe].join(' or ')} was committed`]
      })
    }
  }

  #of(partition: number): PartitionOffsets {
    let offsets = this.#partitions.get(partition)
    if (offsets === undefined) {
      offsets = new PartitionOffsets()
      this.#partitions.set(partition, offsets)
    }
    return offsets
  }
}

interface Commit {
  readonly offset: number
  /** What was accepted since it was sent. */
  readonly crossed: Set<number>
}

class PartitionOffsets {
  last = none
  lastTold = none
  readonly told = new Set<number>()
  /** More than the last one where commits crossed. */
  possible: ReadonlySet<number> = new Set([none])
  readonly sent = new Set<Commit>()

  mayBe(): Set<number> {
    return new Set([...this.possible, ...Array.from(this.sent, ({ offset }) => offset)])
  }
}

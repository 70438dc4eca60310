import type { EpochEntry } from './checkpoint-file.ts'

/**
 * Which leader epoch each stretch of the log was written in (`LeaderEpochFileCache`). Epochs and start offsets both
 * rise strictly. It is the judge of divergence between replicas, so it changes in the same step as the log.
 */
export class LeaderEpochCache {
  #entries: EpochEntry[]

  constructor(entries: readonly EpochEntry[] = []) {
    this.#entries = []
    for (const entry of entries) this.assign(entry.epoch, entry.startOffset)
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries
  }

  /** -1 where no epoch is known. */
  get latestEpoch(): number {
    return this.#entries.at(-1)?.epoch ?? -1
  }

  /**
   * `epoch` begins at `startOffset`. Entries it contradicts (a later epoch, or one that begins no earlier) go. Returns
   * whether anything changed.
   */
  assign(epoch: number, startOffset: number): boolean {
    const latest = this.#entries.at(-1)
    if (latest !== undefined && latest.epoch === epoch && startOffset >= latest.startOffset) return false
    while (this.#entries.length > 0) {
      const last = this.#entries[this.#entries.length - 1]!
      if (last.epoch < epoch && last.startOffset < startOffset) break
      this.#entries.pop()
    }
    this.#entries.push({ epoch, startOffset })
    return true
  }

  /**
   * A batch of `epoch` holds these offsets, whatever else is known: the checkpoint may lack the latest epochs, or hold
   * those of what was cut off before, or appended after a cut that was undone. Entries it contradicts go, no others.
   */
  found(epoch: number, firstOffset: number, lastOffset: number): void {
    if (epoch < 0) return
    const covering = this.#entries.findLast(({ startOffset }) => startOffset <= lastOffset)
    if (covering?.epoch === epoch && covering.startOffset <= firstOffset) return
    const before = this.#entries.filter(entry => entry.startOffset < firstOffset && entry.epoch <= epoch)
    const after = this.#entries.filter(entry => entry.startOffset > lastOffset && entry.epoch > epoch)
    const own = before.at(-1)?.epoch === epoch ? [] : [{ epoch, startOffset: firstOffset }]
    this.#entries = [...before, ...own, ...after]
  }

  /** The largest known epoch not above `epoch` and the offset after its last; the latest one ends at `logEndOffset`. */
  endOffsetFor(epoch: number, logEndOffset: number): { leaderEpoch: number; endOffset: number } {
    if (epoch === -1) return { leaderEpoch: -1, endOffset: -1 }
    if (epoch === this.latestEpoch) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const higher = this.#entries.find(entry => entry.epoch > epoch)
    if (higher === undefined) return { leaderEpoch: -1, endOffset: -1 }
    const floor = this.#entries.findLast(entry => entry.epoch <= epoch)
    // Older than all that is left: the log begins where the first known epoch does.
    return { leaderEpoch: floor?.epoch ?? epoch, endOffset: higher.startOffset }
  }

  truncateFromEnd(endOffset: number): boolean {
    const count = this.#entries.length
    this.#entries = this.#entries.filter(({ startOffset }) => startOffset < endOffset)
    return this.#entries.length !== count
  }

  /** The entry that covers `startOffset` now begins there. */
  truncateFromStart(startOffset: number): boolean {
    const covering = this.#entries.findLastIndex(entry => entry.startOffset <= startOffset)
    if (covering < 0) return false
    const first = this.#entries[covering]!
    if (covering === 0 && first.startOffset === startOffset) return false
    this.#entries = [{ epoch: first.epoch, startOffset }, ...this.#entries.slice(covering + 1)]
    return true
  }

  clear(): void {
    this.#entries = []
  }
}

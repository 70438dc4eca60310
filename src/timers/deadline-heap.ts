/** Something that is due at a time. Lives in at most one heap. */
export interface HeapEntry {
  deadlineMs: number
  /** The entry's place in its heap, kept by the heap; -1 while it is in none. */
  heapIndex: number
}

/**
 * A binary heap of deadlines, earliest first, whose entries know their place: adding, moving and removing are
 * O(log n) and allocate nothing. Knows no clock.
 */
export class DeadlineHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = []

  get size(): number {
    return this.#entries.length
  }

  /** Infinity when empty. */
  get nextDeadlineMs(): number {
    return this.#entries[0]?.deadlineMs ?? Number.POSITIVE_INFINITY
  }

  /** Adds the entry, or moves it if it is in the heap already. */
  set(entry: Entry, deadlineMs: number): void {
    const earlier = deadlineMs < entry.deadlineMs
    entry.deadlineMs = deadlineMs
    if (entry.heapIndex < 0) {
      entry.heapIndex = this.#entries.length
      this.#entries.push(entry)
      this.#rise(entry)
    } else if (earlier) this.#rise(entry)
    else this.#sink(entry)
  }

  /** Harmless when the entry is not in the heap. */
  remove(entry: Entry): void {
    const index = entry.heapIndex
    if (index < 0) return
    entry.heapIndex = -1
    const last = this.#entries.pop()!
    if (last === entry) return
    this.#entries[index] = last
    last.heapIndex = index
    this.#rise(last)
    this.#sink(last)
  }

  /** Takes out the earliest entry if it is due at `nowMs`. */
  takeDue(nowMs: number): Entry | undefined {
    const first = this.#entries[0]
    if (first === undefined || first.deadlineMs > nowMs) return undefined
    this.remove(first)
    return first
  }

  #rise(entry: Entry): void {
    const entries = this.#entries
    let index = entry.heapIndex
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex]!
      if (parent.deadlineMs <= entry.deadlineMs) break
      entries[index] = parent
      parent.heapIndex = index
      index = parentIndex
    }
    entries[index] = entry
    entry.heapIndex = index
  }

  #sink(entry: Entry): void {
    const entries = this.#entries
    const length = entries.length
    let index = entry.heapIndex
    for (;;) {
      let childIndex = 2 * index + 1
      if (childIndex >= length) break
      if (childIndex + 1 < length && entries[childIndex + 1]!.deadlineMs < entries[childIndex]!.deadlineMs) childIndex++
      const child = entries[childIndex]!
      if (child.deadlineMs >= entry.deadlineMs) break
      entries[index] = child
      child.heapIndex = index
      index = childIndex
    }
    entries[index] = entry
    entry.heapIndex = index
  }
}

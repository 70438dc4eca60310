/**
 * The subscribers of one topic by how many partitions they have, for moving partitions from those who have most to
 * those who have least.
 *
 *     partitions
 *         ^                  most loaded
 *         |                 [ #  <-  ] #
 *         |            ###  [########] #   right of the range: members without a partition of
 *         | [ -> ####] ###  [########] #   this topic, who can give none up
 *         | [########] ###  [########] #
 *         +-----------------------------> members
 *           least loaded
 *
 * Members of a range have equally many partitions, its level, when a pass over it begins. Each pass gives everyone in
 * it one partition (or takes one), which brings the range to the next level, where it takes in those who are there.
 */
export class MemberLevels {
  readonly #sizes: Int32Array
  #members: number[] = []
  #leastEnd = 0
  #leastLevel = 0
  #nextLeast = 0
  #mostStart = 0
  #mostEnd = 0
  #mostLevel = 0
  #nextMost = -1

  /** `sizes`: how many partitions each member has, by its index; it changes as partitions are moved. */
  constructor(sizes: Int32Array) {
    this.#sizes = sizes
  }

  /** Begins with these members, of whom there is one at least; answers how many partitions they differ by. */
  begin(members: readonly number[]): number {
    const sizes = this.#sizes
    this.#members = [...members].sort((one, other) => sizes[one]! - sizes[other]! || one - other)
    const least = this.#sizeAt(0)
    const most = this.#sizeAt(members.length - 1)
    this.#leastEnd = 0
    this.#leastLevel = least - 1
    this.#nextLeast = 0
    this.#mostStart = members.length
    this.#mostEnd = members.length
    this.#mostLevel = most + 1
    this.#nextMost = members.length - 1
    return most - least
  }

  /** Whom to give the next partition; the caller gives it. */
  nextLeastLoaded(): number {
    if (this.#nextLeast >= this.#leastEnd) {
      this.#leastLevel++
      while (this.#leastEnd < this.#members.length && this.#sizeAt(this.#leastEnd) === this.#leastLevel)
        this.#leastEnd++
      this.#nextLeast = 0
    }
    return this.#members[this.#nextLeast++]!
  }

  /** Whom to take the next partition from, or -1: nobody is left. The caller takes it, or excludes the member. */
  nextMostLoaded(): number {
    if (this.#nextMost < this.#mostStart) {
      // A range that was excluded as a whole says nothing of the level of those left of it.
      const isEmpty = this.#mostEnd <= this.#mostStart && this.#mostStart > 0
      this.#mostLevel = isEmpty ? this.#sizeAt(this.#mostStart - 1) : this.#mostLevel - 1
      while (this.#mostStart > 0 && this.#sizeAt(this.#mostStart - 1) === this.#mostLevel) this.#mostStart--
      this.#nextMost = this.#mostEnd - 1
    }
    return this.#nextMost < 0 ? -1 : this.#members[this.#nextMost--]!
  }

  /** The member named last has no partition of the topic. */
  excludeMostLoaded(): void {
    const at = this.#nextMost + 1
    const excluded = this.#members[at]!
    const last = --this.#mostEnd
    this.#members[at] = this.#members[last]!
    this.#members[last] = excluded
  }

  get isBalanced(): boolean {
    return this.#mostLevel - this.#leastLevel <= 1
  }

  #sizeAt(place: number): number {
    return this.#sizes[this.#members[place]!]!
  }
}

/** A promise of the system, broken. The name says which. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`)
    this.invariant = invariant
  }
}

/** Holds invariants by name and counts how often each was looked at: one that never is guards nothing. */
export class Checker<Invariant extends string> {
  readonly #counts = new Map<Invariant, number>()

  /** `explain` is only called where the invariant is broken. */
  check(invariant: Invariant, holds: boolean, explain: () => string): void {
    this.#counts.set(invariant, (this.#counts.get(invariant) ?? 0) + 1)
    if (!holds) throw new InvariantViolation(invariant, explain())
  }

  get counts(): ReadonlyMap<Invariant, number> {
    return this.#counts
  }
}

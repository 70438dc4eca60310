/** Some clients with one purpose, and what must be true of what they were told. */
export interface Scene {
  begin(): Promise<void>
  /** Something that happens to its clients, or that somebody does. */
  change(): void
  /** The faults are over. */
  settle(): void
  /** What is still to come right; `undefined` when all has. */
  unsettled(): Promise<string | undefined>
  /** None of its clients does anything any more. */
  stop(): void
  /** What is committed, as far as it may not change while nobody does anything; `like` is an earlier picture. */
  picture(like?: Picture): Promise<Picture>
  /** Looks at what is left in the end. */
  verify(): Promise<void>
}

export interface Picture {
  readonly text: string
  /** What of it says more than offsets. */
  readonly detailed: ReadonlySet<string>
}

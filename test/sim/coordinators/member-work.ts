import type { Membership } from './committing-group.ts'

/** What a member of a group does with its partitions, where it does not merely commit some offset of theirs. */
export interface MemberWork {
  /** It was given this partition just now; somebody else may have had it before. */
  gains(label: string): void
  /**
   * One step, which ends before the next one begins, but not always before the next heartbeat. Yields what the group
   * said to it, 0 where it said nothing.
   */
  step(member: Membership, labels: readonly string[]): Promise<number>
}

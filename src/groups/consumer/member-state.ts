/**
 * The states of a member of a consumer group, by their numbers in records (Kafka's `MemberState`), and what takes a
 * member from one to the other. "Target" is its target assignment as of the group's assignment epoch.
 *
 * | state                  | what it does                     | next                                                     |
 * |------------------------|----------------------------------|----------------------------------------------------------|
 * | STABLE                 | owns its target as of its epoch  | newer target takes partitions away → UNREVOKED; gives    |
 * |                        |                                  | some that others still own → UNRELEASED; else STABLE     |
 * | UNREVOKED_PARTITIONS   | is to give up partitions, in its | reports them no longer → as from STABLE, to the latest   |
 * |                        | old epoch                        | target; rebalance timeout → removed                      |
 * | UNRELEASED_PARTITIONS  | in its new epoch waits for       | partitions become free → gets them; all → STABLE         |
 * |                        | partitions that others own       |                                                          |
 * | UNKNOWN                | was written by a later version   | fenced until it comes without partitions                 |
 */
export const MemberState = {
  STABLE: 0,
  UNREVOKED_PARTITIONS: 1,
  UNRELEASED_PARTITIONS: 2,
  UNKNOWN: 127,
} as const
export type MemberState = (typeof MemberState)[keyof typeof MemberState]

export function memberStateOf(value: number): MemberState {
  switch (value) {
    case MemberState.STABLE:
    case MemberState.UNREVOKED_PARTITIONS:
    case MemberState.UNRELEASED_PARTITIONS:
      return value
    default:
      return MemberState.UNKNOWN
  }
}

/** Member epochs that are none (Kafka's `LEAVE_GROUP_MEMBER_EPOCH` and `LEAVE_GROUP_STATIC_MEMBER_EPOCH`). */
export const leftEpoch = -1
/** A static member that has left and keeps its place until its session ends. */
export const leftForAWhileEpoch = -2
/** What a member says that joins, or joins again. */
export const joiningEpoch = 0

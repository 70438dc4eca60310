import { assert } from '../../assertion.ts'

/**
 * The states of a classic group, with Kafka's names, and what each event does in them. Error names are answers; an
 * arrow is a transition; "parked" waits for the others.
 *
 * | event                         | Empty            | PreparingRebalance    | CompletingRebalance      | Stable                  |
 * |-------------------------------|------------------|-----------------------|--------------------------|-------------------------|
 * | JoinGroup, new member         | parked → Prep.   | parked                | parked → Preparing       | parked → Preparing      |
 * | JoinGroup, known member       | UNKNOWN_MEMBER_ID| parked                | same metadata: answered, | leader or new metadata: |
 * |                               |                  |                       | else parked → Preparing  | parked → Preparing,     |
 * |                               |                  |                       |                          | else answered           |
 * | all members joined or timeout |                  | answered → Completing |                          |                         |
 * | SyncGroup, leader             | UNKNOWN_MEMBER_ID| REBALANCE_IN_PROGRESS | written, then answered   | answered                |
 * |                               |                  |                       | → Stable                 |                         |
 * | SyncGroup, follower           | UNKNOWN_MEMBER_ID| REBALANCE_IN_PROGRESS | parked                   | answered                |
 * | not every member synced       |                  |                       | removed → Preparing      | removed → Preparing     |
 * | Heartbeat                     | UNKNOWN_MEMBER_ID| REBALANCE_IN_PROGRESS | answered                 | answered                |
 * | LeaveGroup, session over      | UNKNOWN_MEMBER_ID| removed; the last one | removed → Preparing      | removed → Preparing     |
 * |                               |                  | → Empty               |                          |                         |
 * | static member comes back      | parked → Prep.   | replaced, parked      | replaced → Preparing     | replaced, answered; with|
 * |                               |                  |                       |                          | another protocol → Prep.|
 * | OffsetCommit by a member      | ILLEGAL_GEN. or  | written               | REBALANCE_IN_PROGRESS    | written                 |
 * |                               | UNKNOWN_MEMBER_ID|                       |                          |                         |
 * | OffsetCommit without member   | written          | UNKNOWN_MEMBER_ID     | UNKNOWN_MEMBER_ID        | UNKNOWN_MEMBER_ID       |
 * | DeleteGroups                  | deleted          | NON_EMPTY_GROUP       | NON_EMPTY_GROUP          | NON_EMPTY_GROUP         |
 *
 * A group that is not there is called Dead when it is described.
 */
export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

const previousStates: Readonly<Record<ClassicGroupState, readonly ClassicGroupState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
}

export function canTransition(from: ClassicGroupState, to: ClassicGroupState): boolean {
  return previousStates[to].includes(from)
}

export function assertTransition(groupId: string, from: ClassicGroupState, to: ClassicGroupState): void {
  assert(canTransition(from, to), `Group ${groupId} cannot move from ${from} to ${to}.`)
}

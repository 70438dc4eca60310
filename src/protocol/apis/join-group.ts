import { api } from '../schema/api.ts'
import { array, bool, bytes, int16, int32, nullable, string } from '../schema/field.ts'

/**
 * Enters a classic group, or a new round of its rebalance. From version 4 on, a member without an id is sent away with
 * a fresh one and MEMBER_ID_REQUIRED, so that a lost answer leaves no ghost (KIP-394). Static members come with
 * version 5 (KIP-345). The answer is held until every member has joined, and the leader's lists them all.
 */
export const JoinGroup = api(11, 'JoinGroup', {
  versions: [0, 9],
  flexibleSince: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    /** How long a rebalance waits for the member. Version 0 has its session timeout for both. */
    rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
    /** Empty for a member that has none yet. */
    memberId: string,
    groupInstanceId: nullable(string).since(5).default(null),
    protocolType: string,
    protocols: array({
      name: string,
      metadata: bytes,
    }),
    /** Why the member joins again, for the log (KIP-800). */
    reason: nullable(string).since(8).default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    errorCode: int16,
    generationId: int32.default(-1),
    protocolType: nullable(string).since(7).default(null).ignorable(),
    protocolName: nullable(string, { since: 7 }),
    leader: string,
    /** A static leader that came back need not assign again (KIP-814). */
    skipAssignment: bool.since(9).default(false),
    memberId: string,
    /** Empty but for the leader. */
    members: array({
      memberId: string,
      groupInstanceId: nullable(string).since(5).default(null).ignorable(),
      metadata: bytes,
    }),
  },
})

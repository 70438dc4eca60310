import { api } from '../schema/api.ts'
import { int16, int32, nullable, string } from '../schema/field.ts'

/** Keeps a classic group member alive, and tells it when a rebalance wants it back. */
export const Heartbeat = api(12, 'Heartbeat', {
  versions: [0, 4],
  flexibleSince: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    /** Static membership, KIP-345. */
    groupInstanceId: nullable(string).since(3).default(null),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    /**
     * UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS, FENCED_INSTANCE_ID, and the coordinator's own.
     */
    errorCode: int16,
  },
})

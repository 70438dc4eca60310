import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, struct, uint16, uuid } from '../schema/field.ts'

/** A voter tells the quorum's leader its endpoints and the versions of `kraft.version` it supports (KIP-853). */
export const UpdateRaftVoter = api(82, 'UpdateRaftVoter', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    clusterId: nullable(string),
    currentLeaderEpoch: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array({
      name: string,
      host: string,
      port: uint16,
    }),
    kRaftVersionFeature: struct({
      minSupportedVersion: int16,
      maxSupportedVersion: int16,
    }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    currentLeader: struct({
      leaderId: int32.default(-1),
      leaderEpoch: int32.default(-1),
      host: string,
      port: int32,
    }).tagged(0),
  },
})

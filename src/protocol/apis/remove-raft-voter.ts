import { api } from '../schema/api.ts'
import { int16, int32, nullable, string, uuid } from '../schema/field.ts'

/** Removes a controller from the metadata quorum's voters (KIP-853). */
export const RemoveRaftVoter = api(81, 'RemoveRaftVoter', {
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    clusterId: nullable(string),
    voterId: int32,
    voterDirectoryId: uuid,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  },
})

import { api } from '../schema/api.ts'
import { array, bool, int16, int32, nullable, string, uint16, uuid } from '../schema/field.ts'

/** Adds a controller to the metadata quorum's voters (KIP-853). */
export const AddRaftVoter = api(80, 'AddRaftVoter', {
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    clusterId: nullable(string),
    timeoutMs: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array({
      name: string,
      host: string,
      port: uint16,
    }),
    ackWhenCommitted: bool.since(1).default(true),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
  },
})

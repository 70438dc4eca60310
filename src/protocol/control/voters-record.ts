import { array, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** Control record: the voters of the metadata quorum from here on, in force as soon as it is appended (KIP-853). */
export const VotersRecord = message('VotersRecord', {
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    version: int16,
    voters: array({
      voterId: int32,
      voterDirectoryId: uuid,
      endpoints: array({
        name: string,
        host: string,
        port: uint16,
      }),
      kRaftVersionFeature: struct({
        minSupportedVersion: int16,
        maxSupportedVersion: int16,
      }),
    }),
  },
})

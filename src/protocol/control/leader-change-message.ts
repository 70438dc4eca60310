import { array, int16, int32, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

const voter = {
  voterId: int32,
  voterDirectoryId: uuid.since(1),
}

/** Control record: who leads the metadata quorum in this epoch. Every leader's first record (KIP-595). */
export const LeaderChangeMessage = message('LeaderChangeMessage', {
  versions: [0, 1],
  flexibleSince: 0,
  fields: {
    version: int16,
    leaderId: int32,
    voters: array(voter),
    grantingVoters: array(voter),
  },
})

import { array, bytes, int32, int53, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const memberMetadata = {
  memberId: string,
  groupInstanceId: nullable(string).since(3).default(null).ignorable(),
  clientId: string,
  clientHost: string,
  rebalanceTimeout: int32.since(1).default(-1).ignorable(),
  sessionTimeout: int32,
  subscription: bytes,
  assignment: bytes,
}

/** Type 2: a classic group. */
export const GroupMetadataKey = message('GroupMetadataKey', {
  key: 2,
  versions: [0, 0],
  fields: {
    group: string,
  },
})

/** Type 2: the generation and members of a classic group. Version 3 knows static members (KIP-345). */
export const GroupMetadataValue = message('GroupMetadataValue', {
  key: 2,
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    protocolType: string,
    generation: int32,
    protocol: nullable(string),
    leader: nullable(string),
    currentStateTimestamp: int53.since(2).default(-1).ignorable(),
    members: array(memberMetadata),
  },
})

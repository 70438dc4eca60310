import { array, int32, int64, nullable, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const lastAssignmentConfig = {
  key: string,
  value: string,
}

/** Type 17: a streams group. */
export const StreamsGroupMetadataKey = message('StreamsGroupMetadataKey', {
  key: 17,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 17: its epoch, and hashes and configuration that its assignment rests on (KIP-1071). */
export const StreamsGroupMetadataValue = message('StreamsGroupMetadataValue', {
  key: 17,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    epoch: int32,
    metadataHash: int64,
    validatedTopologyEpoch: int32.tagged(0).default(-1),
    /** Meant to be null by default, and is not: an unquoted null is none. */
    lastAssignmentConfigs: nullable(array(lastAssignmentConfig)).tagged(1),
  },
})

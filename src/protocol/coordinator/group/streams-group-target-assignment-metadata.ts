import { int32, int53, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 20: a streams group's target assignment. */
export const StreamsGroupTargetAssignmentMetadataKey = message('StreamsGroupTargetAssignmentMetadataKey', {
  key: 20,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 20: the group epoch that it was computed for. */
export const StreamsGroupTargetAssignmentMetadataValue = message('StreamsGroupTargetAssignmentMetadataValue', {
  key: 20,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    assignmentEpoch: int32,
    assignmentTimestamp: int53.tagged(0).default(0),
  },
})

import { int32, int53, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 12: a share group's target assignment. */
export const ShareGroupTargetAssignmentMetadataKey = message('ShareGroupTargetAssignmentMetadataKey', {
  key: 12,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 12: the group epoch that it was computed for. */
export const ShareGroupTargetAssignmentMetadataValue = message('ShareGroupTargetAssignmentMetadataValue', {
  key: 12,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    assignmentEpoch: int32,
    assignmentTimestamp: int53.tagged(0).default(0),
  },
})

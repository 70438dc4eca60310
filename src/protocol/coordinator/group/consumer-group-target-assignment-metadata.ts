import { int32, int53, string } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 6: a consumer group's target assignment. */
export const ConsumerGroupTargetAssignmentMetadataKey = message('ConsumerGroupTargetAssignmentMetadataKey', {
  key: 6,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 6: the group epoch that it was computed for. */
export const ConsumerGroupTargetAssignmentMetadataValue = message('ConsumerGroupTargetAssignmentMetadataValue', {
  key: 6,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    assignmentEpoch: int32,
    assignmentTimestamp: int53.tagged(0).default(0),
  },
})

import { array, int8, int32, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
}

/** Type 14: a member as it is. */
export const ShareGroupCurrentMemberAssignmentKey = message('ShareGroupCurrentMemberAssignmentKey', {
  key: 14,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 14: what it gets records from. */
export const ShareGroupCurrentMemberAssignmentValue = message('ShareGroupCurrentMemberAssignmentValue', {
  key: 14,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
  },
})

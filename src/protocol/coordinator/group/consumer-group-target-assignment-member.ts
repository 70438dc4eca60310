import { array, int32, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 7: a member in the target assignment. */
export const ConsumerGroupTargetAssignmentMemberKey = message('ConsumerGroupTargetAssignmentMemberKey', {
  key: 7,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 7: what it should own. */
export const ConsumerGroupTargetAssignmentMemberValue = message('ConsumerGroupTargetAssignmentMemberValue', {
  key: 7,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicPartitions: array({
      topicId: uuid,
      partitions: array(int32),
    }),
  },
})

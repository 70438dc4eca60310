import { array, int8, int32, nullable, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
  assignmentEpochs: nullable(array(int32)).tagged(0),
}

export const ConsumerGroupCurrentMemberAssignmentKey = message('ConsumerGroupCurrentMemberAssignmentKey', {
  key: 8,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

export const ConsumerGroupCurrentMemberAssignmentValue = message('ConsumerGroupCurrentMemberAssignmentValue', {
  key: 8,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
    partitionsPendingRevocation: array(topicPartitions),
  },
})

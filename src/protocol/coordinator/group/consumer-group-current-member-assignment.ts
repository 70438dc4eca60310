import { array, int8, int32, nullable, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
  /** Meant to be null by default, and is not: as for `classicMemberMetadata`. */
  assignmentEpochs: nullable(array(int32)).tagged(0),
}

/** Type 8: a member as it is. */
export const ConsumerGroupCurrentMemberAssignmentKey = message('ConsumerGroupCurrentMemberAssignmentKey', {
  key: 8,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})

/** Type 8: what it owns, has still to give up, and its epochs. */
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

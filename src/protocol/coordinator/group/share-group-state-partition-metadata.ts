import { array, int32, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

const topicPartitionsInfo = {
  topicId: uuid,
  topicName: string,
  partitions: array(int32),
}

const topicInfo = {
  topicId: uuid,
  topicName: string,
}

/** Type 15: a share group. */
export const ShareGroupStatePartitionMetadataKey = message('ShareGroupStatePartitionMetadataKey', {
  key: 15,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 15: for which partitions the share coordinator has state, or is to make or drop it. */
export const ShareGroupStatePartitionMetadataValue = message('ShareGroupStatePartitionMetadataValue', {
  key: 15,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo),
  },
})

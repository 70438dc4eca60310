import { array, int32, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

export const ConsumerGroupPartitionMetadataKey = message('ConsumerGroupPartitionMetadataKey', {
  key: 4,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

export const ConsumerGroupPartitionMetadataValue = message('ConsumerGroupPartitionMetadataValue', {
  key: 4,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topics: array({
      topicId: uuid,
      topicName: string,
      numPartitions: int32,
      partitionMetadata: array({
        partition: int32,
        racks: array(string),
      }),
    }),
  },
})

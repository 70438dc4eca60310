import { array, int32, string, uuid } from '../../schema/field.ts'
import { message } from '../../schema/message.ts'

/** Type 4: a consumer group, in 4.0 only. */
export const ConsumerGroupPartitionMetadataKey = message('ConsumerGroupPartitionMetadataKey', {
  key: 4,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})

/** Type 4: the topics it subscribes to, in 4.0 only; later versions delete it for the metadata hash (KIP-1101). */
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

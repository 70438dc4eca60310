import { array, bytes, int32, nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * What a member of a classic consumer group subscribes to; to the coordinator mostly bytes. An int16 version goes
 * before it, and a later version is read as the last one known.
 */
export const ConsumerProtocolSubscription = message('ConsumerProtocolSubscription', {
  versions: [0, 3],
  fields: {
    topics: array(string),
    userData: nullable(bytes).default(null),
    ownedPartitions: array({
      topic: string,
      partitions: array(int32),
    })
      .since(1)
      .ignorable(),
    generationId: int32.since(2).default(-1).ignorable(),
    rackId: nullable(string).since(3).default(null).ignorable(),
  },
})

import { array, bytes, int32, nullable, string } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * What the leader of a classic consumer group assigns to a member; to the coordinator it is bytes. An int16 version
 * goes before it.
 */
export const ConsumerProtocolAssignment = message('ConsumerProtocolAssignment', {
  versions: [0, 3],
  fields: {
    assignedPartitions: array({
      topic: string,
      partitions: array(int32),
    }),
    userData: nullable(bytes).default(null),
  },
})

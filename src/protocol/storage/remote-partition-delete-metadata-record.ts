import { int8, int32, int53, string, struct, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** `__remote_log_metadata`: a partition's remote segments are being deleted (KIP-405). */
export const RemotePartitionDeleteMetadataRecord = message('RemotePartitionDeleteMetadataRecord', {
  key: 2,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicIdPartition: struct({
      name: string,
      id: uuid,
      partition: int32,
    }),
    brokerId: int32,
    eventTimestampMs: int53,
    remotePartitionDeleteState: int8,
  },
})

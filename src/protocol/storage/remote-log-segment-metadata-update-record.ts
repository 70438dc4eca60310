import { bytes, int8, int32, int53, nullable, string, struct, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** `__remote_log_metadata`: a remote segment's state has changed (KIP-405). */
export const RemoteLogSegmentMetadataUpdateRecord = message('RemoteLogSegmentMetadataUpdateRecord', {
  key: 1,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    remoteLogSegmentId: struct({
      topicIdPartition: struct({
        name: string,
        id: uuid,
        partition: int32,
      }),
      id: uuid,
    }),
    brokerId: int32,
    eventTimestampMs: int53,
    customMetadata: nullable(bytes).default(null),
    remoteLogSegmentState: int8,
  },
})

import { array, bool, bytes, int8, int32, int53, nullable, string, struct, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** `__remote_log_metadata`: a segment is about to be copied to remote storage (KIP-405). */
export const RemoteLogSegmentMetadataRecord = message('RemoteLogSegmentMetadataRecord', {
  key: 0,
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
    startOffset: int53,
    endOffset: int53,
    brokerId: int32,
    maxTimestampMs: int53,
    eventTimestampMs: int53,
    segmentLeaderEpochs: array({
      leaderEpoch: int32,
      offset: int53,
    }),
    segmentSizeInBytes: int32,
    customMetadata: nullable(bytes).default(null),
    remoteLogSegmentState: int8,
    txnIndexEmpty: bool.tagged(0),
  },
})

import { array, bool, bytes, int8, int32, int53, nullable, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/** In snapshots of `__remote_log_metadata`: a remote segment in its latest state (KIP-405). */
export const RemoteLogSegmentMetadataSnapshotRecord = message('RemoteLogSegmentMetadataSnapshotRecord', {
  key: 3,
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    segmentId: uuid,
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

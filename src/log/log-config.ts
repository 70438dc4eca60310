import type { CompressionTypeName } from '../protocol/records/compression-type.ts'

/**
 * What one partition's log is kept by: a part of `TopicConfig`, a topic's resolved configuration (`LogConfig`). Each
 * name is Kafka's topic key in camel case. Values that may be Long.MAX_VALUE are only compared, so they saturate at 2^53.
 */
export interface LogConfig {
  /** `segment.bytes` */
  readonly segmentBytes: number
  /** `segment.ms` */
  readonly segmentMs: number
  /** `segment.jitter.ms` */
  readonly segmentJitterMs: number
  /** `segment.index.bytes` */
  readonly segmentIndexBytes: number
  /** `index.interval.bytes` */
  readonly indexIntervalBytes: number
  /** `max.message.bytes`: of a whole batch. */
  readonly maxMessageBytes: number
  /** `message.timestamp.type` */
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  /** `message.timestamp.before.max.ms` */
  readonly messageTimestampBeforeMaxMs: number
  /** `message.timestamp.after.max.ms` */
  readonly messageTimestampAfterMaxMs: number
  /** `compression.type`; `uncompressed` is Kafka's name for none. */
  readonly compressionType: 'producer' | 'uncompressed' | Exclude<CompressionTypeName, 'none'>
  /** `compression.gzip.level` */
  readonly compressionGzipLevel: number
  /** `compression.lz4.level` */
  readonly compressionLz4Level: number
  /** `compression.zstd.level` */
  readonly compressionZstdLevel: number
  /** `cleanup.policy` holds `compact`. */
  readonly isCompacted: boolean
  /** `cleanup.policy` holds `delete`. */
  readonly isDeleted: boolean
  /** `retention.ms`; -1 keeps forever. */
  readonly retentionMs: number
  /** `retention.bytes`; -1 sets no bound. */
  readonly retentionBytes: number
  /** `file.delete.delay.ms` */
  readonly fileDeleteDelayMs: number
  /** `min.cleanable.dirty.ratio` */
  readonly minCleanableDirtyRatio: number
  /** `min.compaction.lag.ms` */
  readonly minCompactionLagMs: number
  /** `max.compaction.lag.ms` */
  readonly maxCompactionLagMs: number
  /** `delete.retention.ms`: of tombstones and transaction markers in a compacted log. */
  readonly deleteRetentionMs: number
  /** `preallocate`: the file of a new segment gets its full size at once. */
  readonly preallocate: boolean
  /** `flush.messages` */
  readonly flushMessages: number
  /** `flush.ms` */
  readonly flushMs: number
}

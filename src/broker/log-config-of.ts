import type { TopicConfig } from '../config/topic-config.ts'
import type { LogConfig } from '../log/log-config.ts'

/** What the log engine is to know of a topic's configuration. */
export function logConfigOf(config: TopicConfig): LogConfig {
  return {
    segmentBytes: config.segmentBytes,
    segmentMs: config.segmentMs,
    segmentJitterMs: config.segmentJitterMs,
    segmentIndexBytes: config.segmentIndexBytes,
    indexIntervalBytes: config.indexIntervalBytes,
    maxMessageBytes: config.maxMessageBytes,
    messageTimestampType: config.messageTimestampType,
    messageTimestampBeforeMaxMs: config.messageTimestampBeforeMaxMs,
    messageTimestampAfterMaxMs: config.messageTimestampAfterMaxMs,
    compressionType: config.compressionType,
    compressionGzipLevel: config.compressionGzipLevel,
    compressionLz4Level: config.compressionLz4Level,
    compressionZstdLevel: config.compressionZstdLevel,
    isCompacted: config.cleanupCompact,
    isDeleted: config.cleanupDelete,
    retentionMs: config.retentionMs,
    retentionBytes: config.retentionBytes,
    fileDeleteDelayMs: config.fileDeleteDelayMs,
    flushMessages: config.flushMessages,
    flushMs: config.flushMs,
  }
}

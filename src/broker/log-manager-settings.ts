import type { KafkaConfig } from '../config/kafka-config.ts'
import type { CleanerConfig } from '../log/cleaner/cleaner-config.ts'
import type { LogConfig } from '../log/log-config.ts'
import type { LogManagerOptions } from '../log/log-manager.ts'
import type { MetadataWriteSettings } from './metadata/metadata-driver.ts'

/** Of the memory budget, what the ends of all logs may keep in memory for consumers that keep up. */
const tailCacheShare = 1 / 4
const openFilesMax = 4096
/** What a compressed batch may become: bombs end here. */
const decompressedBatchBytesMax = 256 * 1024 * 1024

/** The part of the log engine's settings that follows from configuration and memory. */
export function logManagerSettings(config: KafkaConfig, memoryBudgetBytes: number) {
  return {
    requestThreads: () => config.get('num.io.threads'),
    backgroundThreads: () => config.get('background.threads'),
    recoveryThreads: () => config.get('num.recovery.threads.per.data.dir'),
    initialTaskDelayMs: config.get('log.initial.task.delay.ms'),
    retentionCheckIntervalMs: config.get('log.retention.check.interval.ms'),
    highWatermarkCheckpointIntervalMs: config.get('replica.high.watermark.checkpoint.interval.ms'),
    flushCheckIntervalMs: config.get('log.flush.scheduler.interval.ms'),
    recoveryPointCheckpointIntervalMs: config.get('log.flush.offset.checkpoint.interval.ms'),
    logStartOffsetCheckpointIntervalMs: config.get('log.flush.start.offset.checkpoint.interval.ms'),
    producerIdExpirationMs: () => config.get('producer.id.expiration.ms'),
    isTransactionVerificationEnabled: () => config.get('transaction.partition.verification.enable'),
    producerIdExpirationCheckIntervalMs: config.get('producer.id.expiration.check.interval.ms'),
    cleaner: () => cleanerConfig(config),
    openFilesMax,
    tailCacheBytesMax: Math.floor(memoryBudgetBytes * tailCacheShare),
    decompressedBatchBytesMax,
  } satisfies Partial<LogManagerOptions>
}

function cleanerConfig(config: KafkaConfig): CleanerConfig {
  return {
    isEnabled: config.get('log.cleaner.enable'),
    threads: config.get('log.cleaner.threads'),
    dedupeBufferBytes: config.get('log.cleaner.dedupe.buffer.size'),
    dedupeBufferLoadFactor: config.get('log.cleaner.io.buffer.load.factor'),
    ioBufferBytes: config.get('log.cleaner.io.buffer.size'),
    ioBytesPerSecondMax: config.get('log.cleaner.io.max.bytes.per.second'),
    backoffMs: config.get('log.cleaner.backoff.ms'),
  }
}

/** What `__cluster_metadata` is kept by: never by time or size, but by snapshots. */
export function metadataLogConfig(config: KafkaConfig, defaults: LogConfig): LogConfig {
  return {
    ...defaults,
    segmentBytes: config.get('internal.metadata.log.segment.bytes') ?? config.get('metadata.log.segment.bytes'),
    segmentMs: config.get('metadata.log.segment.ms'),
    segmentJitterMs: 0,
    maxMessageBytes: config.get('internal.metadata.max.batch.size.in.bytes'),
    fileDeleteDelayMs: config.get('internal.metadata.delete.delay.millis'),
    preallocate: false,
    messageTimestampType: 'CreateTime',
    compressionType: 'producer',
    isCompacted: false,
    isDeleted: false,
    retentionMs: -1,
    retentionBytes: -1,
  }
}

/**
 * When the metadata log is written to. Where nobody has set them both are 0, unlike Kafka's: nobody follows the log of a
 * node that is its own quorum, so that waiting for more records saves no round trip, and no record need tell followers
 * that the leader is alive.
 */
export function metadataWriteSettings(config: KafkaConfig): MetadataWriteSettings {
  const valueIfSet = (key: 'controller.quorum.append.linger.ms' | 'metadata.max.idle.interval.ms') =>
    config.isSet(key) ? config.get(key) : 0
  return {
    appendLingerMs: valueIfSet('controller.quorum.append.linger.ms'),
    maxIdleIntervalMs: valueIfSet('metadata.max.idle.interval.ms'),
  }
}

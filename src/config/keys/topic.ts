import { boolean, double, int, list, long, longMax, string } from '../config-key.ts'
import { atLeast, between, gzipLevel, listOfThese, oneOf, throttledReplicas } from '../validators.ts'

/** What a topic can be configured with (`LogConfig`). */
export const topicKeys = {
  'segment.bytes': int(1_073_741_824, atLeast(1_048_576)).medium.honoured(
    "The largest a segment of the topic's logs grows.",
  ),
  'segment.ms': long(604_800_000, atLeast(1)).medium.honoured(
    'The age at which a segment is closed though it is not full.',
  ),
  'segment.jitter.ms': long(0, atLeast(0)).medium.honoured(
    'The most that is taken off segment.ms at random, so that segments do not all close at once.',
  ),
  'segment.index.bytes': int(10_485_760, atLeast(4)).medium.honoured('The largest an offset or time index grows.'),
  'flush.messages': long(longMax, atLeast(1)).medium.honoured(
    'How many records may be written to a partition before it is flushed to disk.',
  ),
  'flush.ms': long(longMax, atLeast(0)).medium.honoured('How long a record may stay unflushed.'),
  'retention.bytes': long(-1).medium.honoured(
    'How many bytes of a partition are kept before its oldest segments are deleted; -1 for no limit.',
  ),
  'retention.ms': long(604_800_000, atLeast(-1)).medium.honoured(
    'How long a segment is kept before it is deleted; -1 for ever.',
  ),
  'max.message.bytes': int(1_048_588, atLeast(0)).medium.honoured(
    'The largest record batch the topic takes, compressed.',
  ),
  'index.interval.bytes': int(4096, atLeast(0)).medium.honoured(
    'How many bytes of log lie between two entries of its index.',
  ),
  'delete.retention.ms': long(86_400_000, atLeast(0)).medium.honoured(
    'How long tombstones of a compacted topic are kept.',
  ),
  'min.compaction.lag.ms': long(0, atLeast(0)).medium.honoured('How long a record stays uncompacted at least.'),
  'max.compaction.lag.ms': long(longMax, atLeast(1)).medium.honoured('How long a record stays uncompacted at most.'),
  'file.delete.delay.ms': long(60_000, atLeast(0)).medium.honoured('How long a deleted file stays on disk.'),
  'min.cleanable.dirty.ratio': double('0.5', between(0, 1)).medium.honoured(
    'The share of a log that must be dirty before it is compacted.',
  ),
  'cleanup.policy': list('delete', listOfThese({ empty: true }, 'compact', 'delete')).medium.honoured(
    'What becomes of old segments: `delete`, `compact` or both; none keeps them.',
  ),
  'unclean.leader.election.enable': boolean(false).medium.warns(
    'other brokers',
    'Whether a replica that is not in sync may become leader when no other is left, at the price of lost records.',
  ),
  'min.insync.replicas': int(1, atLeast(1)).medium.honoured(
    'How many replicas must have a record before acks=all is answered.',
  ),
  'compression.type': string(
    'producer',
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  ).medium.honoured('How the topic is compressed on disk; `producer` keeps what the producer chose.'),
  'compression.gzip.level': int(-1, gzipLevel).medium.honoured('The gzip level where compression.type is gzip.'),
  'compression.lz4.level': int(9, between(1, 17)).medium.honoured(
    'The lz4 level where compression.type is lz4; 9 is the fast compressor, every other a high one.',
  ),
  'compression.zstd.level': int(3, between(-131_072, 22)).medium.honoured(
    'The zstd level where compression.type is zstd.',
  ),
  preallocate: boolean(false).medium.honoured('Whether the file of a new segment gets its full size at once.'),
  'message.timestamp.type': string('CreateTime', oneOf('CreateTime', 'LogAppendTime')).medium.honoured(
    'Whether a record keeps the time it was created (CreateTime) or gets the time it is appended (LogAppendTime).',
  ),
  'message.timestamp.before.max.ms': long(longMax, atLeast(0)).medium.honoured(
    "How far a record's timestamp may lie behind the broker's clock.",
  ),
  'message.timestamp.after.max.ms': long(3_600_000, atLeast(0)).medium.honoured(
    "How far a record's timestamp may lie ahead of the broker's clock.",
  ),
  'leader.replication.throttled.replicas': list('', throttledReplicas).medium.warns(
    'other brokers',
    'Replicas whose leaders are throttled, each `partition:broker`, or `*` for all.',
  ),
  'follower.replication.throttled.replicas': list('', throttledReplicas).medium.warns(
    'other brokers',
    'Replicas whose followers are throttled, each `partition:broker`, or `*` for all.',
  ),
  'remote.storage.enable': boolean(false).medium.warns('tiered storage', 'Whether the topic uses tiered storage.'),
  'local.retention.ms': long(-2, atLeast(-2)).medium.warns(
    'tiered storage',
    'How long a segment of a tiered topic is kept locally; -2 takes retention.ms.',
  ),
  'local.retention.bytes': long(-2, atLeast(-2)).medium.warns(
    'tiered storage',
    'How many bytes of a tiered partition are kept locally; -2 takes retention.bytes.',
  ),
  'remote.log.copy.disable': boolean(false).medium.warns(
    'tiered storage',
    'Makes the remote tier of the topic read-only.',
  ),
  'remote.log.delete.on.disable': boolean(false).medium.warns(
    'tiered storage',
    "Whether the remote tier's data is deleted when tiered storage is switched off for the topic.",
  ),
  'internal.segment.bytes': int(null).medium.internal.honoured(
    'Overrides segment.bytes in tests, without its lower bound.',
  ),
}

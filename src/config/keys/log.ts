import { boolean, int, javaClass, list, long, longMax, string } from '../config-key.ts'
import { atLeast, listOfAny, listOfThese, oneOf } from '../validators.ts'

/** The log: segments, retention, flushing, timestamps; defaults of new topics. */
export const logKeys = {
  'num.partitions': int(1, atLeast(1)).medium.honoured(
    'The number of partitions of topics that are created without one.',
  ),
  'log.dir': list('/tmp/kafka-logs', listOfAny({ empty: false, null: false })).high.honoured(
    'The log directory, where log.dirs is not set.',
  ),
  'log.dirs': list(null, listOfAny({ empty: false, null: true })).high.honoured(
    'The directories partitions are stored in.',
  ),
  'cordoned.log.dirs': list('', listOfAny({ empty: true, null: true })).medium.perBroker.honoured(
    'Log directories that take no new partitions; `*` for all of them.',
  ),
  'log.segment.bytes': int(1_073_741_824, atLeast(1_048_576)).high.clusterWide.honoured(
    'The largest a segment of a log grows.',
  ),
  'log.roll.ms': long(null).high.clusterWide.honoured('The age at which a segment is closed though it is not full.'),
  'log.roll.hours': int(168, atLeast(1)).high.honoured('log.roll.ms in hours, where that is not set.'),
  'log.roll.jitter.ms': long(null).high.clusterWide.honoured(
    'The most that is taken off log.roll.ms at random, so that segments do not all close at once.',
  ),
  'log.roll.jitter.hours': int(0, atLeast(0)).high.honoured('log.roll.jitter.ms in hours, where that is not set.'),
  'log.retention.ms': long(null).high.clusterWide.honoured(
    'How long a segment is kept before it is deleted; -1 for ever.',
  ),
  'log.retention.minutes': int(null).high.honoured('log.retention.ms in minutes, where that is not set.'),
  'log.retention.hours': int(168).high.honoured('log.retention.ms in hours, where neither of the others is set.'),
  'log.retention.bytes': long(-1).high.clusterWide.honoured(
    'How many bytes of a partition are kept before its oldest segments are deleted; -1 for no limit.',
  ),
  'log.retention.check.interval.ms': long(300_000, atLeast(1)).medium.honoured(
    'How often the broker looks for segments to delete.',
  ),
  'log.cleanup.policy': list('delete', listOfThese({ empty: true }, 'compact', 'delete')).medium.clusterWide.honoured(
    'What becomes of old segments: `delete`, `compact` or both; none keeps them.',
  ),
  'log.index.size.max.bytes': int(10_485_760, atLeast(4)).medium.clusterWide.honoured(
    'The largest an offset or time index grows.',
  ),
  'log.index.interval.bytes': int(4096, atLeast(0)).medium.clusterWide.honoured(
    'How many bytes of log lie between two entries of its index.',
  ),
  'log.flush.interval.messages': long(longMax, atLeast(1)).high.clusterWide.honoured(
    'How many records may be written to a partition before it is flushed to disk.',
  ),
  'log.segment.delete.delay.ms': long(60_000, atLeast(0)).high.clusterWide.honoured(
    'How long a deleted file stays on disk.',
  ),
  'log.flush.scheduler.interval.ms': long(longMax).high.honoured('How often the broker looks for logs to flush.'),
  'log.flush.interval.ms': long(null).high.clusterWide.honoured(
    'How long a record may stay unflushed; log.flush.scheduler.interval.ms by default.',
  ),
  'log.flush.offset.checkpoint.interval.ms': int(60_000, atLeast(0)).high.honoured(
    'How often recovery points are written to disk.',
  ),
  'log.flush.start.offset.checkpoint.interval.ms': int(60_000, atLeast(0)).high.honoured(
    'How often log start offsets are written to disk.',
  ),
  'log.preallocate': boolean(false).medium.clusterWide.honoured(
    'Whether the file of a new segment gets its full size at once.',
  ),
  'num.recovery.threads.per.data.dir': int(2, atLeast(1)).high.clusterWide.honoured(
    'Threads per log directory that recover logs at start and flush them at the end.',
  ),
  'auto.create.topics.enable': boolean(true).high.honoured(
    'Whether a topic is created when a client first asks for it.',
  ),
  'min.insync.replicas': int(1, atLeast(1)).high.clusterWide.honoured(
    'How many replicas must have a record before acks=all is answered.',
  ),
  'log.message.timestamp.type': string('CreateTime', oneOf('CreateTime', 'LogAppendTime')).medium.clusterWide.honoured(
    'Whether a record keeps the time it was created (CreateTime) or gets the time it is appended (LogAppendTime).',
  ),
  'log.message.timestamp.before.max.ms': long(longMax, atLeast(0)).medium.clusterWide.honoured(
    "How far a record's timestamp may lie behind the broker's clock.",
  ),
  'log.message.timestamp.after.max.ms': long(3_600_000, atLeast(0)).medium.clusterWide.honoured(
    "How far a record's timestamp may lie ahead of the broker's clock.",
  ),
  'create.topic.policy.class.name': javaClass(null).low.refused('The plugin that may refuse the creation of topics.'),
  'alter.config.policy.class.name': javaClass(null).low.refused(
    'The plugin that may refuse changes of configurations.',
  ),
  'log.dir.failure.timeout.ms': long(30_000, atLeast(1)).low.honoured(
    'How long a broker waits to report a failed log directory to the controller before it shuts down.',
  ),
  'log.initial.task.delay.ms': long(30_000, atLeast(0)).low.internal.honoured(
    "How long after a start the log's periodic work begins.",
  ),
}

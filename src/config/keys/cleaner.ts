import { boolean, double, int, long, longMax } from '../config-key.ts'
import { atLeast, between } from '../validators.ts'

/** Log compaction. */
export const cleanerKeys = {
  'log.cleaner.threads': int(1, atLeast(0)).medium.clusterWide.honoured('Threads that compact logs.'),
  'log.cleaner.io.max.bytes.per.second': double('1.7976931348623157E308').medium.clusterWide.honoured(
    'The rate at which all cleaner threads together read and write.',
  ),
  'log.cleaner.dedupe.buffer.size': long(134_217_728).medium.clusterWide.honoured(
    'Memory for the keys of the logs being compacted, over all cleaner threads.',
  ),
  'log.cleaner.io.buffer.size': int(524_288, atLeast(0)).medium.clusterWide.honoured(
    'Memory for the buffers cleaner threads read and write through.',
  ),
  'log.cleaner.io.buffer.load.factor': double('0.9').medium.clusterWide.honoured(
    'How full the map of keys may be: a fuller one compacts more at a time, with more collisions.',
  ),
  'log.cleaner.backoff.ms': long(15_000, atLeast(0)).medium.clusterWide.honoured(
    'How long a cleaner thread sleeps when there is nothing to compact.',
  ),
  'log.cleaner.min.cleanable.ratio': double('0.5', between(0, 1)).medium.clusterWide.honoured(
    'The share of a log that must be dirty before it is compacted, unless the topic says itself.',
  ),
  'log.cleaner.enable': boolean(true).medium.honoured('Whether logs are compacted at all; Kafka 5 will do it always.'),
  'log.cleaner.delete.retention.ms': long(86_400_000, atLeast(0)).medium.clusterWide.honoured(
    'How long tombstones of a compacted topic are kept, unless the topic says itself.',
  ),
  'log.cleaner.min.compaction.lag.ms': long(0, atLeast(0)).medium.clusterWide.honoured(
    'How long a record stays uncompacted at least, unless the topic says itself.',
  ),
  'log.cleaner.max.compaction.lag.ms': long(longMax, atLeast(1)).medium.clusterWide.honoured(
    'How long a record stays uncompacted at most, unless the topic says itself.',
  ),
}

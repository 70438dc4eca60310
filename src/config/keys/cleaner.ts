import { boolean, double, int, long, longMax } from '../config-key.ts'
import { atLeast, between } from '../validators.ts'

/** Log compaction. */
export const cleanerKeys = {
  'log.cleaner.threads': int(1, atLeast(0)).medium.clusterWide.notYet(''),
  'log.cleaner.io.max.bytes.per.second': double('1.7976931348623157E308').medium.clusterWide.notYet(''),
  'log.cleaner.dedupe.buffer.size': long(134_217_728).medium.clusterWide.notYet(''),
  'log.cleaner.io.buffer.size': int(524_288, atLeast(0)).medium.clusterWide.notYet(''),
  'log.cleaner.io.buffer.load.factor': double('0.9').medium.clusterWide.notYet(''),
  'log.cleaner.backoff.ms': long(15_000, atLeast(0)).medium.clusterWide.notYet(''),
  'log.cleaner.min.cleanable.ratio': double('0.5', between(0, 1)).medium.clusterWide.notYet(''),
  'log.cleaner.enable': boolean(true).medium.notYet(''),
  'log.cleaner.delete.retention.ms': long(86_400_000, atLeast(0)).medium.clusterWide.notYet(''),
  'log.cleaner.min.compaction.lag.ms': long(0, atLeast(0)).medium.clusterWide.notYet(''),
  'log.cleaner.max.compaction.lag.ms': long(longMax, atLeast(1)).medium.clusterWide.notYet(''),
}

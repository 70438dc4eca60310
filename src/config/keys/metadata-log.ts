import { int, long, string } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** The cluster metadata log and its snapshots. */
export const metadataLogKeys = {
  'metadata.log.max.record.bytes.between.snapshots': long(20_971_520, atLeast(1)).high.notYet(''),
  'metadata.log.max.snapshot.interval.ms': long(3_600_000, atLeast(0)).high.notYet(''),
  'metadata.log.dir': string(null).high.notYet(''),
  'metadata.log.segment.bytes': int(1_073_741_824, atLeast(8_388_608)).high.notYet(''),
  'metadata.log.segment.ms': long(604_800_000).high.notYet(''),
  'metadata.max.retention.bytes': long(104_857_600).high.notYet(''),
  'metadata.max.retention.ms': long(604_800_000).high.notYet(''),
  'metadata.max.idle.interval.ms': int(500, atLeast(0)).low.notYet(''),
  'internal.metadata.log.segment.bytes': int(null).low.internal.notYet(''),
  'internal.metadata.max.batch.size.in.bytes': int(8_388_608).low.internal.notYet(''),
  'internal.metadata.delete.delay.millis': long(60_000).low.internal.notYet(''),
}

import { int, long, string } from '../config-key.ts'
import { atLeast } from '../validators.ts'

/** The cluster metadata log and its snapshots. */
export const metadataLogKeys = {
  'metadata.log.max.record.bytes.between.snapshots': long(20_971_520, atLeast(1)).high.honoured(
    'Bytes of metadata records after which a new snapshot is written.',
  ),
  'metadata.log.max.snapshot.interval.ms': long(3_600_000, atLeast(0)).high.honoured(
    'The longest time between two metadata snapshots while there are changes; 0 switches it off.',
  ),
  'metadata.log.dir': string(null).high.honoured(
    'Where the metadata log is stored; in the first log directory by default.',
  ),
  'metadata.log.segment.bytes': int(1_073_741_824, atLeast(8_388_608)).high.honoured(
    'The largest a segment of the metadata log grows.',
  ),
  'metadata.log.segment.ms': long(604_800_000).high.honoured(
    'The age at which a segment of the metadata log is closed.',
  ),
  'metadata.max.retention.bytes': long(104_857_600).high.honoured(
    'How many bytes of metadata log and snapshots are kept before old ones are deleted.',
  ),
  'metadata.max.retention.ms': long(604_800_000).high.honoured('How long metadata log and snapshots are kept.'),
  'metadata.max.idle.interval.ms': int(500, atLeast(0)).low.honoured(
    'How often the active controller writes a no-op record when nothing else happens; 0 for never.',
  ),
  'internal.metadata.log.segment.bytes': int(null).low.internal.honoured(
    'Overrides metadata.log.segment.bytes in tests, without its lower bound.',
  ),
  'internal.metadata.max.batch.size.in.bytes': int(8_388_608).low.internal.honoured(
    'The largest batch of the metadata log.',
  ),
  'internal.metadata.delete.delay.millis': long(60_000).low.internal.honoured(
    'How long deleted files of the metadata log stay on disk.',
  ),
}

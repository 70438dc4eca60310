import { int, string } from '../config-key.ts'
import { atLeast, between } from '../validators.ts'

/** Share groups (KIP-932). */
export const shareGroupKeys = {
  'group.share.delivery.count.limit': int(5, between(2, 10)).medium.warns(
    'share groups',
    'How often a record of a share group is delivered at most.',
  ),
  'group.share.max.delivery.count.limit': int(10, between(5, 25)).medium.warns(
    'share groups',
    'The highest delivery count limit a share group may be configured with.',
  ),
  'group.share.min.delivery.count.limit': int(2, between(2, 5)).medium.warns(
    'share groups',
    'The lowest delivery count limit a share group may be configured with.',
  ),
  'group.share.record.lock.duration.ms': int(30_000, between(1000, 3_600_000)).medium.warns(
    'share groups',
    'How long a record acquired by a share consumer stays locked.',
  ),
  'group.share.min.record.lock.duration.ms': int(15_000, between(1000, 30_000)).medium.warns(
    'share groups',
    'The shortest record lock a share group may be configured with.',
  ),
  'group.share.max.record.lock.duration.ms': int(60_000, between(30_000, 3_600_000)).medium.warns(
    'share groups',
    'The longest record lock a share group may be configured with.',
  ),
  'group.share.partition.max.record.locks': int(2000, between(100, 10_000)).medium.warns(
    'share groups',
    'How many records of one share partition may be locked at a time.',
  ),
  'group.share.max.partition.max.record.locks': int(4000, between(2000, 10_000)).medium.warns(
    'share groups',
    'The highest limit of record locks a share group may be configured with.',
  ),
  'group.share.min.partition.max.record.locks': int(100, between(100, 2000)).medium.warns(
    'share groups',
    'The lowest limit of record locks a share group may be configured with.',
  ),
  'share.fetch.purgatory.purge.interval.requests': int(1000).medium.warns(
    'share groups',
    'How many completed share fetches may lie in the purgatory before it is purged.',
  ),
  'group.share.max.share.sessions': int(2000, atLeast(1)).medium.warns(
    'share groups',
    'How many share sessions the broker keeps.',
  ),
  'group.share.persister.class.name': string(
    'org.apache.kafka.server.share.persister.DefaultStatePersister',
  ).medium.internal.warns('share groups', 'The plugin that stores the state of share groups.'),
}

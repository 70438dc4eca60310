import { boolean, int, string } from '../config-key.ts'
import { atLeast, oneOf, shareAutoOffsetReset } from '../validators.ts'

/** What a group can be configured with (`GroupConfig`). */
export const groupKeys = {
  'consumer.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'consumer.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'consumer.assignment.interval.ms': int(1000, atLeast(0)).medium.notYet(''),
  'share.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'share.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'share.record.lock.duration.ms': int(30_000, atLeast(1000)).medium.notYet(''),
  'share.delivery.count.limit': int(5, atLeast(2)).medium.notYet(''),
  'share.partition.max.record.locks': int(2000, atLeast(100)).medium.notYet(''),
  'share.auto.offset.reset': string('latest', shareAutoOffsetReset).medium.notYet(''),
  'share.isolation.level': string('read_uncommitted', oneOf('read_committed', 'read_uncommitted')).medium.notYet(''),
  'share.renew.acknowledge.enable': boolean(true).medium.notYet(''),
  'share.assignment.interval.ms': int(1000, atLeast(0)).medium.notYet(''),
  'streams.session.timeout.ms': int(45_000, atLeast(1)).medium.notYet(''),
  'streams.heartbeat.interval.ms': int(5000, atLeast(1)).medium.notYet(''),
  'streams.num.standby.replicas': int(0, atLeast(0)).medium.notYet(''),
  'streams.initial.rebalance.delay.ms': int(3000, atLeast(0)).medium.notYet(''),
  'streams.assignment.interval.ms': int(1000, atLeast(0)).medium.notYet(''),
}

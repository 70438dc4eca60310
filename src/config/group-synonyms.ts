import type { BrokerKeyName } from './broker-keys.ts'
import type { groupKeys } from './keys/group.ts'

export type GroupKeyName = keyof typeof groupKeys

/** The broker key a group key falls back to, where it has one (`GroupConfig.ALL_GROUP_CONFIG_SYNONYMS`). */
export const groupSynonyms: { readonly [Name in GroupKeyName]?: BrokerKeyName } = {
  'consumer.session.timeout.ms': 'group.consumer.session.timeout.ms',
  'consumer.heartbeat.interval.ms': 'group.consumer.heartbeat.interval.ms',
  'consumer.assignment.interval.ms': 'group.consumer.assignment.interval.ms',
  'share.session.timeout.ms': 'group.share.session.timeout.ms',
  'share.heartbeat.interval.ms': 'group.share.heartbeat.interval.ms',
  'share.record.lock.duration.ms': 'group.share.record.lock.duration.ms',
  'share.delivery.count.limit': 'group.share.delivery.count.limit',
  'share.partition.max.record.locks': 'group.share.partition.max.record.locks',
  'share.assignment.interval.ms': 'group.share.assignment.interval.ms',
  'streams.session.timeout.ms': 'group.streams.session.timeout.ms',
  'streams.heartbeat.interval.ms': 'group.streams.heartbeat.interval.ms',
  'streams.num.standby.replicas': 'group.streams.num.standby.replicas',
  'streams.initial.rebalance.delay.ms': 'group.streams.initial.rebalance.delay.ms',
  'streams.assignment.interval.ms': 'group.streams.assignment.interval.ms',
}

import type { BrokerConfigValue, BrokerKeyName } from './broker-keys.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigValues } from './kafka-config.ts'

type NumberKey = {
  [Name in BrokerKeyName]: BrokerConfigValue<Name> extends number ? Name : never
}[BrokerKeyName]

type Relation = readonly [NumberKey, '≥' | '≤' | '<', NumberKey]

const words = {
  '≥': 'must be greater than or equal to',
  '≤': 'must be less than or equal to',
  '<': 'must be less than',
} as const

/** What must hold between a kind of group's timeouts (`GroupCoordinatorConfig`), in Kafka's order. */
function timeouts(kind: 'consumer' | 'share' | 'streams'): readonly Relation[] {
  return [
    [`group.${kind}.max.heartbeat.interval.ms`, '≥', `group.${kind}.min.heartbeat.interval.ms`],
    [`group.${kind}.heartbeat.interval.ms`, '≥', `group.${kind}.min.heartbeat.interval.ms`],
    [`group.${kind}.heartbeat.interval.ms`, '≤', `group.${kind}.max.heartbeat.interval.ms`],
    [`group.${kind}.max.session.timeout.ms`, '≥', `group.${kind}.min.session.timeout.ms`],
    [`group.${kind}.session.timeout.ms`, '≥', `group.${kind}.min.session.timeout.ms`],
    [`group.${kind}.session.timeout.ms`, '≤', `group.${kind}.max.session.timeout.ms`],
    [`group.${kind}.heartbeat.interval.ms`, '<', `group.${kind}.session.timeout.ms`],
    [`group.${kind}.max.assignment.interval.ms`, '≥', `group.${kind}.min.assignment.interval.ms`],
    [`group.${kind}.assignment.interval.ms`, '≥', `group.${kind}.min.assignment.interval.ms`],
    [`group.${kind}.assignment.interval.ms`, '≤', `group.${kind}.max.assignment.interval.ms`],
  ]
}

const streamsLimits: readonly Relation[] = [
  ['group.streams.num.standby.replicas', '≤', 'group.streams.max.standby.replicas'],
]

/** `ShareGroupConfig`. */
const shareLimits: readonly Relation[] = [
  ['group.share.max.delivery.count.limit', '≥', 'group.share.delivery.count.limit'],
  ['group.share.delivery.count.limit', '≥', 'group.share.min.delivery.count.limit'],
  ['group.share.max.partition.max.record.locks', '≥', 'group.share.partition.max.record.locks'],
  ['group.share.partition.max.record.locks', '≥', 'group.share.min.partition.max.record.locks'],
  ['group.share.record.lock.duration.ms', '≥', 'group.share.min.record.lock.duration.ms'],
  ['group.share.max.record.lock.duration.ms', '≥', 'group.share.record.lock.duration.ms'],
  ['group.share.max.share.sessions', '≥', 'group.share.max.size'],
]

/** Checks the group keys against each other. Throws `ConfigError`. */
export function checkGroups(values: ConfigValues): void {
  const assignors = values.get('group.share.assignors')
  checkRelations(values, [...timeouts('consumer'), ...timeouts('share')])
  if (assignors.length !== 1) {
    throw new ConfigError(`group.share.assignors must contain exactly one assignor, but found ${assignors.length}`)
  }
  checkRelations(values, [...timeouts('streams'), ...streamsLimits, ...shareLimits])
  if (!values.get('group.coordinator.rebalance.protocols').includes('classic')) {
    throw new ConfigError("Disabling the 'classic' protocol is not supported.")
  }
}

function checkRelations(values: ConfigValues, relations: readonly Relation[]): void {
  for (const [key, relation, other] of relations) {
    const [value, bound] = [values.get(key), values.get(other)]
    const holds = relation === '≥' ? value >= bound : relation === '≤' ? value <= bound : value < bound
    if (!holds) throw new ConfigError(`${key} ${words[relation]} ${other}`)
  }
}

import { type GroupKeyName, groupSynonyms } from './group-synonyms.ts'
import type { ConfigValues, Properties } from './kafka-config.ts'
import { groupKeys } from './keys/group.ts'
import { defaultValue, type ParsedValue, parseValue } from './parse-value.ts'

/** The value of one group key: the group's own, else the broker's, else the default (`GroupConfig`). */
export function groupValue(broker: ConfigValues, overrides: Properties | undefined, name: GroupKeyName): ParsedValue {
  const given = overrides?.get(name)
  if (given !== undefined) return parseValue(name, groupKeys[name], given)
  const synonym = groupSynonyms[name]
  return synonym === undefined
    ? defaultValue(name, groupKeys[name])
    : { value: broker.get(synonym), text: broker.text(synonym) }
}

type BoundName = Parameters<ConfigValues['get']>[0]

export interface GroupBounds {
  readonly key: GroupKeyName
  readonly min?: BoundName
  readonly max: BoundName
  /** Checked only where the group sets the key, since its broker key is dynamic. */
  readonly onlyIfGiven?: true
}

/** The broker keys that bound a group key, in the order in which Kafka checks them. */
export const groupBounds: readonly GroupBounds[] = [
  ...timingBounds('consumer'),
  ...assignmentBounds('consumer'),
  ...timingBounds('share'),
  ...limits('share.record.lock.duration.ms', 'record.lock.duration.ms'),
  ...limits('share.delivery.count.limit', 'delivery.count.limit'),
  ...limits('share.partition.max.record.locks', 'partition.max.record.locks'),
  ...assignmentBounds('share'),
  ...timingBounds('streams'),
  { key: 'streams.num.standby.replicas', max: 'group.streams.max.standby.replicas' },
  ...assignmentBounds('streams'),
]

function timingBounds(kind: 'consumer' | 'share' | 'streams'): readonly GroupBounds[] {
  return [
    {
      key: `${kind}.heartbeat.interval.ms`,
      min: `group.${kind}.min.heartbeat.interval.ms`,
      max: `group.${kind}.max.heartbeat.interval.ms`,
    },
    {
      key: `${kind}.session.timeout.ms`,
      min: `group.${kind}.min.session.timeout.ms`,
      max: `group.${kind}.max.session.timeout.ms`,
    },
  ]
}

function assignmentBounds(kind: 'consumer' | 'share' | 'streams'): readonly GroupBounds[] {
  return [
    {
      key: `${kind}.assignment.interval.ms`,
      min: `group.${kind}.min.assignment.interval.ms`,
      max: `group.${kind}.max.assignment.interval.ms`,
      onlyIfGiven: true,
    },
  ]
}

function limits(
  key: GroupKeyName,
  what: 'record.lock.duration.ms' | 'delivery.count.limit' | 'partition.max.record.locks',
): readonly GroupBounds[] {
  return [{ key, min: `group.share.min.${what}`, max: `group.share.max.${what}` }]
}

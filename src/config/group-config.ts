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

export interface EffectiveGroupConfigs {
  /** Those of the group's keys that are bounded, within their bounds. */
  readonly values: ReadonlyMap<GroupKeyName, number>
  /** What was capped and what no longer fits together, for the log. */
  readonly warnings: readonly string[]
}

/**
 * What a broker does with a group's configs: bounds may have changed since they were set, and count more
 * (`GroupConfig.evaluate`).
 */
export function effectiveGroupConfigs(
  broker: ConfigValues,
  groupId: string,
  overrides: Properties,
): EffectiveGroupConfigs {
  const values = new Map<GroupKeyName, number>()
  const warnings: string[] = []
  for (const { key, min, max } of groupBounds) {
    if (!overrides.has(key)) continue
    const value = groupValue(broker, overrides, key).value as number
    const least = min === undefined ? Number.NEGATIVE_INFINITY : (broker.get(min) as number)
    const most = broker.get(max) as number
    const capped = value < least ? least : Math.min(value, most)
    values.set(key, capped)
    if (capped === value) continue
    const fault = value < least ? "is below the broker's allowed minimum" : "exceeds the broker's allowed maximum"
    warnings.push(
      `The group config '${key}' for group '${groupId}' has value ${value} which ${fault} ${capped}. ` +
        `The effective value will be capped to ${capped}.`,
    )
  }
  return { values, warnings: [...warnings, ...silencesTooShort(broker, groupId, values)] }
}

function silencesTooShort(
  broker: ConfigValues,
  groupId: string,
  values: ReadonlyMap<GroupKeyName, number>,
): readonly string[] {
  return (['consumer', 'share', 'streams'] as const).flatMap(kind => {
    const [sessionKey, heartbeatKey] = [`${kind}.session.timeout.ms`, `${kind}.heartbeat.interval.ms`] as const
    if (!values.has(sessionKey) && !values.has(heartbeatKey)) return []
    const session = values.get(sessionKey) ?? broker.get(`group.${sessionKey}`)
    const heartbeat = values.get(heartbeatKey) ?? broker.get(`group.${heartbeatKey}`)
    if (session > heartbeat) return []
    const relation = `is not greater than ${heartbeatKey} (${heartbeat})`
    return [
      `The effective ${sessionKey} (${session}) for group '${groupId}' ${relation}. Check that the broker-level ` +
        'min/max bounds for session timeout and heartbeat interval do not overlap.',
    ]
  })
}

import { ConfigError } from './config-error.ts'
import { groupBounds, groupValue } from './group-config.ts'
import type { GroupKeyName } from './group-synonyms.ts'
import type { ConfigValues, Properties } from './kafka-config.ts'
import { clientMetricsKeys } from './keys/client-metrics.ts'
import { groupKeys } from './keys/group.ts'
import { topicKeys } from './keys/topic.ts'
import { type ParsedValue, parseValue } from './parse-value.ts'
import { topicValue } from './topic-config.ts'
import type { TopicKeyName } from './topic-synonyms.ts'

/** The request itself is wrong, rather than a value in it: Kafka's InvalidRequestException. */
export class InvalidConfigRequest extends Error {
  override readonly name = 'InvalidConfigRequest'
}

/**
 * Whether `proposed` may be all the overrides of a topic (`LogConfig.validate`); throws `ConfigError`. `current` are
 * those in force, for what depends on what was.
 */
export function validateTopicConfigs(broker: ConfigValues, proposed: Properties, current: Properties): void {
  for (const name of proposed.keys()) {
    if (!Object.hasOwn(topicKeys, name)) throw new ConfigError(`Unknown topic config name: ${name}`)
  }
  const values = new Map<string, ParsedValue>()
  for (const name of Object.keys(topicKeys) as TopicKeyName[]) values.set(name, topicValue(broker, proposed, name))
  const long = (name: TopicKeyName) => BigInt(values.get(name)!.text!)
  const minLag = long('min.compaction.lag.ms')
  const maxLag = long('max.compaction.lag.ms')
  if (minLag > maxLag) {
    throw new ConfigError(
      `conflict topic config setting min.compaction.lag.ms (${minLag}) > max.compaction.lag.ms (${maxLag})`,
    )
  }
  // Ottla has no tiered storage, so remote.log.storage.system.enable cannot switch it on.
  if (values.get('remote.storage.enable')!.value === true) {
    throw new ConfigError(
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    )
  }
  const wasRemote = current.get('remote.storage.enable')?.toLowerCase() === 'true'
  if (wasRemote && values.get('remote.log.delete.on.disable')!.value === false) {
    throw new ConfigError(
      'It is invalid to disable remote storage without deleting remote data. If you want to keep the remote data and ' +
        'turn to read only, please set `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to ' +
        'disable remote storage and delete all remote data, please set ' +
        '`remote.storage.enable=false,remote.log.delete.on.disable=true`.',
    )
  }
}

/** Whether `proposed` may be all the configs of a group (`GroupConfig.validate`); throws `ConfigError`. */
export function validateGroupConfigs(broker: ConfigValues, proposed: Properties): void {
  for (const name of proposed.keys()) {
    if (!Object.hasOwn(groupKeys, name)) throw new ConfigError(`Unknown group config name: ${name}`)
  }
  const values = new Map<string, number>()
  for (const name of Object.keys(groupKeys) as GroupKeyName[]) {
    values.set(name, groupValue(broker, proposed, name).value as number)
  }
  for (const { key, min, max, onlyIfGiven } of groupBounds) {
    if (onlyIfGiven && !proposed.has(key)) continue
    const value = values.get(key)!
    if (min !== undefined && value < (broker.get(min) as number)) {
      throw new ConfigError(`${key} must be greater than or equal to ${min}`)
    }
    if (value > (broker.get(max) as number)) throw new ConfigError(`${key} must be less than or equal to ${max}`)
  }
  for (const kind of ['consumer', 'share', 'streams'] as const) {
    const session = `${kind}.session.timeout.ms`
    const heartbeat = `${kind}.heartbeat.interval.ms`
    if (values.get(session)! <= values.get(heartbeat)!) {
      throw new ConfigError(`${session} must be greater than ${heartbeat}`)
    }
  }
}

const matchParameters = new Set([
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
])

/** Whether `proposed` may be a client metrics subscription (`ClientMetricsConfigs.validate`). */
export function validateClientMetricsConfigs(proposed: Properties): void {
  for (const name of proposed.keys()) {
    if (!Object.hasOwn(clientMetricsKeys, name)) {
      throw new InvalidConfigRequest(`Unknown client metrics configuration: ${name}`)
    }
  }
  const given = (name: keyof typeof clientMetricsKeys) => {
    const text = proposed.get(name)
    return text === undefined ? undefined : parseValue(name, clientMetricsKeys[name], text).value
  }
  given('metrics')
  const intervalMs = given('interval.ms') as number | undefined
  const patterns = given('match') as readonly string[] | undefined
  if (intervalMs !== undefined && (intervalMs < 100 || intervalMs > 3_600_000)) {
    throw new InvalidConfigRequest(
      `Invalid value ${intervalMs} for interval.ms, interval must be between 100 and 3600000 (1 hour)`,
    )
  }
  for (const pattern of patterns ?? []) {
    const [name, expression, ...rest] = pattern.split('=')
    const isValid =
      expression !== undefined && expression !== '' && rest.length === 0 && matchParameters.has(name!.trim())
    if (!isValid || !isRegularExpression(expression.trim())) {
      throw new ConfigError(`Illegal client matching pattern: ${pattern}`)
    }
  }
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

import { brokerKeys, isBrokerKey } from './broker-keys.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigKey } from './config-key.ts'
import { hashMapOrder } from './java-order.ts'
import type { Properties } from './kafka-config.ts'
import { dynamicQuotaKeys } from './keys/dynamic-quota.ts'
import { parseValue } from './parse-value.ts'

/** `SslConfigs.RECONFIGURABLE_CONFIGS`: dynamic for a listener alone. */
const securityKeys: ReadonlySet<string> = new Set([
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.key.password',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.truststore.certificates',
])

export function isDynamicSecurityKey(name: string): boolean {
  return securityKeys.has(name)
}

/** Keys that a listener prefix does not bind to one broker (`CLUSTER_LEVEL_LISTENER_CONFIGS`). */
const clusterLevelListenerKeys: ReadonlySet<string> = new Set([
  'max.connections',
  'max.connection.creation.rate',
  'num.network.threads',
])

/** The row of a key that may be set dynamically; undefined for read-only and unknown keys. */
export function dynamicKey(name: string): ConfigKey | undefined {
  if (Object.hasOwn(dynamicQuotaKeys, name)) return dynamicQuotaKeys[name as keyof typeof dynamicQuotaKeys]
  if (!isBrokerKey(name)) return undefined
  const key = brokerKeys[name]
  return key.updateMode === 'read-only' ? undefined : key
}

const listenerPrefix = /^listener\.name\.[^.]*\.(.*)$/

/**
 * Keys that stand for one value, the strongest first, `name` among them (`DynamicBrokerConfig.brokerConfigSynonyms`).
 * With `matchListenerOverride` a key for one listener is followed by the key for all of them.
 */
export function brokerSynonyms(name: string, matchListenerOverride: boolean): readonly string[] {
  for (const group of synonymGroups) if (group.includes(name)) return group
  // The scheduler's interval is the default of the other, but not the other way round.
  if (name === 'log.flush.interval.ms') return [name, 'log.flush.scheduler.interval.ms']
  const base = matchListenerOverride ? listenerPrefix.exec(name)?.[1] : undefined
  if (base === undefined) return [name]
  return [name, mechanismKeys.find(key => base.endsWith(key)) ?? base]
}

const synonymGroups: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]

/** SASL keys that take the mechanism before their name. */
const mechanismKeys = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms',
]

/** Keys that stay in `server.properties`. */
export function nonDynamic(properties: Properties): string[] {
  const fixed = [...properties.keys()].filter(name => isBrokerKey(name) && dynamicKey(name) === undefined)
  return hashMapOrder(fixed, properties.size / 0.75 + 1)
}

/** Keystores and truststores without the listener they are for. */
export function securityWithoutListener(properties: Properties): string[] {
  return hashMapOrder([...securityKeys].filter(name => properties.has(name)))
}

/** Keys that make sense for one broker only. */
export function perBroker(properties: Properties): string[] {
  const names = [...properties.keys()].filter(name => {
    if (isBrokerKey(name) && brokerKeys[name].updateMode === 'per-broker') return true
    const base = listenerPrefix.exec(name)?.[1]
    return base !== undefined && !clusterLevelListenerKeys.has(base)
  })
  return hashMapOrder(names)
}

/** Checks each value by the row of its key, a listener's by the row of the key for all. Throws `ConfigError`. */
export function checkDynamicValues(properties: Properties): void {
  const byBase = new Map([...properties].map(([name, text]) => [listenerPrefix.exec(name)?.[1] ?? name, text]))
  for (const name of [...Object.keys(dynamicQuotaKeys), ...Object.keys(brokerKeys)]) {
    const text = byBase.get(name)
    const key = text === undefined ? undefined : dynamicKey(name)
    if (key !== undefined) parseValue(name, key, text!)
  }
}

/** `DynamicBrokerConfig.validateConfigs`. */
export function checkDynamic(properties: Properties, isPerBroker: boolean): void {
  refuse(nonDynamic(properties), 'Cannot update these configs dynamically')
  refuse(
    securityWithoutListener(properties),
    'These security configs can be dynamically updated only per-listener using the listener prefix',
  )
  checkDynamicValues(properties)
  if (isPerBroker) return
  refuse(perBroker(properties), 'Cannot update these configs at default cluster level, broker id must be specified')
}

function refuse(names: readonly string[], reason: string): void {
  if (names.length > 0) throw new ConfigError(`${reason}: [${names.join(', ')}]`)
}

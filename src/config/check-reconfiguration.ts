import type { BrokerConfigValue, BrokerKeyName } from './broker-keys.ts'
import { ConfigError, invalidValue } from './config-error.ts'
import { isDynamicSecurityKey } from './dynamic-keys.ts'
import type { ConfigValues } from './kafka-config.ts'
import { checkListenerValues, listenerKeys, listenerValue, originalsOfListener } from './listener-values.ts'
import { logDirsOf } from './log-dirs.ts'
import { topicSynonyms } from './topic-synonyms.ts'

/**
 * What a running broker does not let a dynamic config change at once, checked for the parts whose keys have changed, in
 * the order in which Kafka's parts are registered. Throws `ConfigError`.
 */
export function checkReconfiguration(before: ConfigValues, after: ConfigValues): void {
  const hasChanged = (names: Iterable<string>) => {
    for (const name of names) if (before.originals.get(name) !== after.originals.get(name)) return true
    return false
  }
  for (const { name } of before.listeners.brokerListeners) checkListenerLimits(name, before, after)
  if (hasChanged(threadPools)) checkThreads(threadPools, before, after)
  if (hasChanged(logKeys)) checkLog(after)
  if (hasChanged(['listeners', 'listener.security.protocol.map'])) checkListeners(before, after)
  if (hasChanged(['producer.id.expiration.ms'])) checkProducerIdExpiration(before, after)
  if (hasChanged([...remoteLogThreads, ...remoteLogSizes])) checkRemoteLog(before, after)
  if (hasChanged(cleanerKeys)) checkCleaner(before, after)
}

type NumberKey = {
  [Name in BrokerKeyName]: BrokerConfigValue<Name> extends number ? Name : never
}[BrokerKeyName]

/** `DynamicThreadPool.RECONFIGURABLE_CONFIGS`. */
const threadPools: readonly NumberKey[] = [
  'num.io.threads',
  'num.replica.fetchers',
  'num.recovery.threads.per.data.dir',
  'background.threads',
]

const remoteLogThreads: readonly NumberKey[] = [
  'remote.log.reader.threads',
  'remote.log.manager.copier.thread.pool.size',
  'remote.log.manager.expiration.thread.pool.size',
  'remote.log.manager.follower.thread.pool.size',
]

const remoteLogSizes: readonly NumberKey[] = [
  'remote.log.index.file.cache.total.size.bytes',
  'remote.log.manager.copy.max.bytes.per.second',
  'remote.log.manager.fetch.max.bytes.per.second',
]

/** `DynamicLogConfig.RECONFIGURABLE_CONFIGS`: the strongest synonym of each topic key. */
const logKeys: readonly string[] = [
  'cordoned.log.dirs',
  ...Object.values(topicSynonyms).map(synonyms => synonyms[0]!.name),
]

const cleanerKeys: readonly BrokerKeyName[] = [
  'log.cleaner.threads',
  'log.cleaner.dedupe.buffer.size',
  'log.cleaner.io.buffer.load.factor',
  'log.cleaner.io.buffer.size',
  'message.max.bytes',
  'log.cleaner.io.max.bytes.per.second',
  'log.cleaner.backoff.ms',
]

/** What a listener has of its own or takes from all: what changes must be positive, and threads may halve or double. */
function checkListenerLimits(listenerName: string, before: ConfigValues, after: ConfigValues): void {
  checkListenerValues(after, listenerName, true)
  const valuesOf = (key: NumberKey): [old: number, now: number] => [
    listenerValue(before, listenerName, key),
    listenerValue(after, listenerName, key),
  ]
  const limits = listenerKeys.map(key => [key, ...valuesOf(key)] as const)
  if (limits.some(([, old, now]) => now !== old)) {
    for (const [key, , now] of limits) if (now <= 0) throw new ConfigError(`Invalid ${key} ${now}`)
  }
  checkThreadCount('num.network.threads', ...valuesOf('num.network.threads'))
}

function checkThreads(keys: readonly NumberKey[], before: ConfigValues, after: ConfigValues): void {
  for (const key of keys) checkThreadCount(key, before.get(key), after.get(key))
}

/** A pool may at most halve or double. */
function checkThreadCount(key: NumberKey, old: number, now: number): void {
  if (now === old) return
  const failed = `Dynamic thread count update validation failed for ${key}=${now}`
  if (now <= 0) throw new ConfigError(`${failed}, value should be at least 1`)
  if (now < Math.trunc(old / 2)) {
    throw new ConfigError(`${failed}, value should be at least half the current value ${old}`)
  }
  if (now > old * 2) {
    throw new ConfigError(`${failed}, value should not be greater than double the current value ${old}`)
  }
}

function checkLog(after: ConfigValues): void {
  const hours = BigInt(after.get('log.retention.hours')) * 3_600_000n
  const minutes = after.get('log.retention.minutes')
  const given = after.text('log.retention.ms')
  const retentionMs = given !== null ? BigInt(given) : minutes === null ? hours : BigInt(minutes) * 60_000n
  const limit = retentionMs < 0n ? -1n : retentionMs
  checkLocalRetention(after, 'log.local.retention.ms', 'log.retention.ms', limit)
  checkLocalRetention(
    after,
    'log.local.retention.bytes',
    'log.retention.bytes',
    BigInt(after.text('log.retention.bytes')!),
  )
  const cordoned = after.get('cordoned.log.dirs') ?? []
  if (cordoned.includes('*')) return
  for (const dir of cordoned) {
    if (logDirsOf(after).includes(dir)) continue
    throw invalidValue(
      'cordoned.log.dirs',
      `[${cordoned.join(', ')}]`,
      `Invalid entry in cordoned.log.dirs: ${dir}. All cordoned log dirs must be entries of log.dirs or log.dir.`,
    )
  }
}

/** -2 stands for whatever the retention is, -1 for none. */
function checkLocalRetention(
  after: ConfigValues,
  key: 'log.local.retention.ms' | 'log.local.retention.bytes',
  retentionKey: string,
  retention: bigint,
): void {
  const local = BigInt(after.text(key)!)
  if (retention < 0n || local === -2n) return
  if (local === -1n) {
    throw invalidValue(key, '-1', `Value must not be -1 as ${retentionKey} value is set as ${retention}.`)
  }
  if (local > retention) {
    throw invalidValue(key, String(local), `Value must not be more than ${retentionKey} property value: ${retention}`)
  }
}

function checkListeners(before: ConfigValues, after: ConfigValues): void {
  const named = (listeners: readonly { readonly name: string }[]) => listeners.map(listener => listener.name)
  const shown = (names: readonly string[]) => `Set(${names.map(name => `ListenerName(${name})`).join(', ')})`
  const listening = named(after.listeners.listeners)
  const advertised = named(before.listeners.advertisedBrokerListeners)
  if (!advertised.every(name => listening.includes(name))) {
    throw new ConfigError(
      `Advertised listeners '${shown(advertised)}' must be a subset of listeners '${shown(listening)}'`,
    )
  }
  for (const { name, securityProtocol } of before.listeners.listeners) {
    const kept = after.listeners.listeners.find(listener => listener.name === name)
    if (kept === undefined) continue
    if (!isSame(fixedOfListener(before, name), fixedOfListener(after, name))) {
      throw new ConfigError(
        `Configs cannot be updated dynamically for existing listener ListenerName(${name}), restart broker or create a ` +
          'new listener for update',
      )
    }
    if (kept.securityProtocol !== securityProtocol) {
      throw new ConfigError(`Security protocol cannot be updated for existing listener ListenerName(${name})`)
    }
  }
}

/** What was given for one listener and does not change while it is open. */
function fixedOfListener(values: ConfigValues, listenerName: string): ReadonlyMap<string, string> {
  const changing: readonly string[] = [...listenerKeys, 'num.network.threads']
  const given = originalsOfListener(values, listenerName)
  return new Map([...given].filter(([name]) => !changing.includes(name) && !isDynamicSecurityKey(name)))
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([name, text]) => other.get(name) === text)
}

function checkProducerIdExpiration(before: ConfigValues, after: ConfigValues): void {
  const key = 'producer.id.expiration.ms'
  if (after.get(key) >= 0) return
  throw new ConfigError(
    `${key}cannot be less than 0, current value is ${before.get(key)}, and new value is ${after.get(key)}`,
  )
}

function checkRemoteLog(before: ConfigValues, after: ConfigValues): void {
  for (const key of remoteLogSizes) {
    if (after.get(key) === before.get(key) || after.get(key) > 0) continue
    const failed = `Dynamic remote log manager config update validation failed for ${key}=${after.text(key)}`
    throw new ConfigError(`${failed}, value should be at least 1`)
  }
  checkThreads(remoteLogThreads, before, after)
}

function checkCleaner(before: ConfigValues, after: ConfigValues): void {
  const [old, now] = [before.get('log.cleaner.threads'), after.get('log.cleaner.threads')]
  if (now < 1) throw new ConfigError('Log cleaner threads should be at least 1')
  if (now < Math.trunc(old / 2)) {
    throw new ConfigError(`Log cleaner threads cannot be reduced to less than half the current value ${old}`)
  }
  if (now > old * 2) {
    throw new ConfigError(`Log cleaner threads cannot be increased to more than double the current value ${old}`)
  }
}

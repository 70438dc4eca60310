import { brokerKeys } from '../../src/config/broker-keys.ts'
import type { ConfigKey } from '../../src/config/config-key.ts'
import { dynamicQuotaKeys } from '../../src/config/keys/dynamic-quota.ts'

/** One key, set to one value at one level: `1` for the broker, the empty string for all of them. */
export interface DynamicChange {
  readonly key: string
  readonly value: string
  readonly resourceName: string
}

const levels = ['1', ''] as const

/** Values of each type, most of which most keys do not allow; the judge says which. */
const valuesByType: Readonly<Record<ConfigKey['type'], readonly string[]>> = {
  boolean: ['true', 'no'],
  short: ['1', 'x'],
  int: ['0', '1', '-1', '20', '2147483648', 'x'],
  long: ['0', '1', '-1', '-2', '9223372036854775808', '1.5'],
  double: ['0.5', '-1', 'x'],
  list: ['', 'a', 'a,,b', 'delete'],
  string: ['', 'x', 'gzip', '127.0.0.1:5'],
  class: ['', 'com.example.None'],
  password: ['secret'],
}

/** Keys that may have a listener before them, beside those that do not work so. */
const listenerKeys = [
  'max.connections',
  'max.connection.creation.rate',
  'num.network.threads',
  'ssl.keystore.type',
  'connections.max.idle.ms',
  'sasl.jaas.config',
  'num.partitions',
] as const

/** Every key that `DynamicBrokerConfig` knows, with values good and bad, for one broker and for all. */
export function dynamicChanges(): DynamicChange[] {
  const changes: DynamicChange[] = []
  const add = (key: string, values: Iterable<string>) => {
    for (const value of new Set(values)) for (const resourceName of levels) changes.push({ key, value, resourceName })
  }
  for (const [key, row] of Object.entries<ConfigKey>({ ...brokerKeys, ...dynamicQuotaKeys })) {
    if (row.updateMode === 'read-only') continue
    add(key, [...(typeof row.defaultText === 'string' ? [row.defaultText] : []), ...valuesByType[row.type]])
  }
  for (const key of listenerKeys) {
    for (const listener of ['plaintext', 'none']) {
      add(`listener.name.${listener}.${key}`, valuesByType[brokerKeys[key].type])
    }
  }
  return changes
}

/** Every key that only a restart changes. */
export function readOnlyChanges(): DynamicChange[] {
  return Object.entries<ConfigKey>(brokerKeys)
    .filter(([, row]) => row.updateMode === 'read-only')
    .map(([key, row]) => ({ key, value: row.defaultText ?? 'x', resourceName: '1' }))
}

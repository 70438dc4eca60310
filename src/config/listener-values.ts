import { type BrokerConfigValue, type BrokerKeyName, brokerKeys, isBrokerKey } from './broker-keys.ts'
import type { ConfigValues } from './kafka-config.ts'
import { parseValue } from './parse-value.ts'

/** Keys that a listener may have of its own, and that work then: see `listenerValue`. */
export const listenerKeys = [
  'max.connections',
  'max.connection.creation.rate',
] as const satisfies readonly BrokerKeyName[]

/** The value of a key for one listener: its own, `listener.name.<name>.<key>`, else that of all. */
export function listenerValue<Name extends BrokerKeyName>(
  values: ConfigValues,
  listenerName: string,
  name: Name,
): BrokerConfigValue<Name> {
  const own = `${prefixOf(listenerName)}${name}`
  const given = values.originals.get(own)
  return given === undefined
    ? values.get(name)
    : (parseValue(own, brokerKeys[name], given).value as BrokerConfigValue<Name>)
}

/**
 * Checks what was given for one listener by the rows of the keys for all. Throws `ConfigError`, which names the key as
 * it was given, or as Kafka does, without the listener.
 */
export function checkListenerValues(values: ConfigValues, listenerName: string, isNamedByBase = false): void {
  for (const [base, given] of originalsOfListener(values, listenerName)) {
    if (isBrokerKey(base)) parseValue(isNamedByBase ? base : prefixOf(listenerName) + base, brokerKeys[base], given)
  }
}

/** What was given for one listener, by the names of the keys for all. */
export function originalsOfListener(values: ConfigValues, listenerName: string): Map<string, string> {
  const prefix = prefixOf(listenerName)
  const given = [...values.originals].filter(([name]) => name.startsWith(prefix))
  return new Map(given.map(([name, text]) => [name.slice(prefix.length), text]))
}

function prefixOf(listenerName: string): string {
  return `listener.name.${listenerName.toLowerCase()}.`
}

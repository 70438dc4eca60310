import { brokerKeys, isBrokerKey } from './broker-keys.ts'
import { type Effect, type ReasonWithoutEffect, reasonsWithoutEffect } from './config-key.ts'
import { brokerSynonyms } from './dynamic-keys.ts'
import { dynamicQuotaKeys } from './keys/dynamic-quota.ts'
import { listenerKeys } from './listener-values.ts'

/** Keys that Kafka 4 has removed, and what to do instead. */
const removed: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^zookeeper\./, 'ZooKeeper is gone since Kafka 4.0: KRaft keeps the metadata'],
  [/^inter\.broker\.protocol\.version$/, 'the finalized metadata.version takes its place'],
  [/^log\.message\.format\.version$/, 'every record batch is of format v2'],
  [/^log\.message\.downconversion\.enable$/, 'record batches of older formats are not served'],
  [
    /^log\.message\.timestamp\.difference\.max\.ms$/,
    'use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms',
  ],
  [/^(broker\.id\.generation\.enable|reserved\.broker\.max\.id)$/, 'set node.id'],
  [/^control\.plane\.listener\.name$/, 'KRaft has controller.listener.names'],
  [/^password\.encoder\./, 'dynamic configs are no longer kept in ZooKeeper, so passwords are not encoded'],
  [/^delegation\.token\.master\.key$/, 'use delegation.token.secret.key'],
  [/^offsets\.commit\.required\.acks$/, 'offset commits always wait for all in-sync replicas'],
  [/^leader\.imbalance\.per\.broker\.percentage$/, 'KRaft elects preferred leaders without it'],
  [/^controlled\.shutdown\.(max\.retries|retry\.backoff\.ms)$/, 'KRaft retries until the controller answers'],
  [/^(host\.name|port)$/, 'use listeners'],
  [/^advertised\.(host\.name|port)$/, 'use advertised.listeners'],
  [/^group\.coordinator\.new\.enable$/, 'the new group coordinator is the only one'],
  [/^auto\.include\.jmx\.reporter$/, 'use metric.reporters'],
  [/^quota\.(producer|consumer)\.default$/, 'use client quotas'],
]

/** Keys that belong to plugins, which take everything behind their prefix. */
const pluginPrefixes: readonly (readonly [prefix: string, reason: ReasonWithoutEffect])[] = [
  ['rsm.config.', 'tiered storage'],
  ['rlmm.config.', 'tiered storage'],
]

/** What a key does that was set: the row of the table for it, or the reason of the plugin it is for. */
export function effectOf(name: string): Effect | undefined {
  if (Object.hasOwn(dynamicQuotaKeys, name)) return dynamicQuotaKeys[name as keyof typeof dynamicQuotaKeys].effect
  if (isBrokerKey(name)) return brokerKeys[name].effect
  const base = brokerSynonyms(name, true).at(-1)!
  if (base !== name && isBrokerKey(base)) {
    const { effect } = brokerKeys[base]
    // What works for all listeners at once does not for one alone.
    if (effect !== 'works') return effect
    return listenerKeys.some(key => key === base) ? 'works' : undefined
  }
  if (name.startsWith('config.providers.')) return 'works'
  const plugin = pluginPrefixes.find(([prefix]) => name.startsWith(prefix))
  return plugin === undefined ? undefined : { warns: plugin[1] }
}

/** Warnings for the keys of `names` that Ottla does not know, or knows and does not act on: one per key. */
export function keyWarnings(names: Iterable<string>): string[] {
  const warnings: string[] = []
  for (const name of names) {
    const effect = effectOf(name)
    if (effect === undefined) warnings.push(`Configuration '${name}' is not known${hint(name)}`)
    else if (typeof effect === 'object') warnings.push(withoutEffect(name, effect.warns))
  }
  return warnings
}

/** The warning for a key that is known and has no effect. */
export function withoutEffect(name: string, reason: ReasonWithoutEffect): string {
  return `Configuration '${name}' has no effect: ${reasonsWithoutEffect[reason]}.`
}

function hint(name: string): string {
  const gone = removed.find(([pattern]) => pattern.test(name))
  if (gone !== undefined) return `: ${gone[1]}.`
  const similar = Object.keys(brokerKeys).find(key => isWithinTwoEdits(key, name))
  return similar === undefined ? '.' : `; did you mean '${similar}'?`
}

/** Levenshtein distance at most 2, by rows. */
function isWithinTwoEdits(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 2) return false
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const substituted = previous[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(substituted, previous[column]! + 1, current[column - 1]! + 1))
    }
    if (Math.min(...current) > 2) return false
    previous = current
  }
  return previous[other.length]! <= 2
}

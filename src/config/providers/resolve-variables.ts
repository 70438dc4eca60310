import type { ValueSources } from '../../ports.ts'
import type { Properties } from '../kafka-config.ts'
import { type ConfigProvider, factoryOf } from './config-provider.ts'

/** `ConfigTransformer.DEFAULT_PATTERN`: `${provider:key}` or `${provider:path:key}`. */
const variable = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g

const providersKey = 'config.providers'

export interface Resolved {
  readonly properties: Properties
  /** For the log, one line each. */
  readonly warnings: readonly string[]
}

/**
 * Puts values in the place of variables, as the providers say that `config.providers` names (`AbstractConfig`). What no
 * provider knows stays as it is written, and is not looked at a second time. Throws `ConfigError` for a provider that
 * Ottla does not have, or one that cannot be asked.
 */
export function resolveVariables(properties: Properties, sources: ValueSources): Resolved {
  const warnings: string[] = []
  const providers = providersOf(properties, sources, warnings)
  if (providers.size === 0) return { properties, warnings }
  const keysByPath = variablesIn(properties)
  const found = new Map<string, ReadonlyMap<string, string | undefined>>()
  for (const [name, provider] of providers) {
    // Each place is read once, for whatever refers to it.
    for (const [path, keys] of keysByPath.get(name) ?? []) found.set(`${name}:${path}`, provider(path, keys, warnings))
  }
  const resolved = new Map<string, string>()
  for (const [key, text] of properties) {
    resolved.set(
      key,
      text.replace(variable, (written, name: string, path: string | undefined, asked: string) => {
        return found.get(`${name}:${path ?? ''}`)?.get(asked) ?? written
      }),
    )
  }
  return { properties: resolved, warnings }
}

/** Whether a key configures a provider. */
export function isOfProviders(key: string): boolean {
  return key.startsWith(providersKey)
}

function providersOf(properties: Properties, sources: ValueSources, warnings: string[]): Map<string, ConfigProvider> {
  const providers = new Map<string, ConfigProvider>()
  const names = properties.get(providersKey) ?? ''
  for (const name of names === '' ? [] : names.split(',')) {
    const key = `${providersKey}.${name}.class`
    const className = properties.get(key)
    if (className === undefined) {
      warnings.push(`Configuration '${providersKey}' names '${name}', and there is no ${key}`)
      continue
    }
    const prefix = `${providersKey}.${name}.param.`
    const parameters = [...properties]
      .filter(([parameter]) => parameter.startsWith(prefix) && parameter.length > prefix.length)
      .map(([parameter, value]): [string, string] => [parameter.slice(prefix.length), value])
    providers.set(name, factoryOf(className, key)(new Map(parameters), sources))
  }
  return providers
}

/** What is asked for, by provider and path. */
function variablesIn(properties: Properties): Map<string, Map<string, Set<string>>> {
  const byProvider = new Map<string, Map<string, Set<string>>>()
  for (const text of properties.values()) {
    for (const [, name, path = '', key] of text.matchAll(variable)) {
      const byPath = byProvider.get(name!) ?? new Map<string, Set<string>>()
      byProvider.set(name!, byPath)
      const keys = byPath.get(path) ?? new Set<string>()
      byPath.set(path, keys)
      keys.add(key!)
    }
  }
  return byProvider
}

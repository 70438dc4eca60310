import { noValueSources, type ValueSources } from '../ports.ts'
import { checkConfig } from './check-config.ts'
import { ConfigError } from './config-error.ts'
import { brokerSynonyms } from './dynamic-keys.ts'
import { ConfigValues, KafkaConfig, type Properties } from './kafka-config.ts'
import { keyWarnings } from './known-keys.ts'
import { checkListenerValues } from './listener-values.ts'
import { ownDefaultsFor } from './own-defaults.ts'
import { resolveVariables } from './providers/resolve-variables.ts'

export interface LoadedConfig {
  readonly config: KafkaConfig
  /** For the log, one line each: keys without effect, unknown keys, doubtful values. */
  readonly warnings: readonly string[]
}

/**
 * The configuration of a node that was given `properties`: a file, then the environment, then overrides, merged. Every
 * value is parsed and checked, alone and against the others. `sources` are what the providers of `config.providers` read.
 * Throws `ConfigError` naming what is wrong.
 */
export function loadConfig(given: Properties, sources: ValueSources = noValueSources): LoadedConfig {
  const { properties, warnings } = resolveVariables(given, sources)
  const values = new ConfigValues(withSynonyms(properties), ownDefaultsFor(properties))
  const doubts = checked(values)
  return {
    config: new KafkaConfig(values),
    warnings: [...keyWarnings(properties.keys()), ...warnings, ...doubts],
  }
}

/** Where keys contradict each other, the message also says what they were given. */
function checked(values: ConfigValues): string[] {
  try {
    for (const { name } of values.listeners.listeners) checkListenerValues(values, name)
    return checkConfig(values)
  } catch (error) {
    if (!(error instanceof ConfigError) || error.message.startsWith('Invalid value ')) throw error
    const named = new Set(error.message.match(/[a-z][a-z.]*[a-z]/g))
    const given = [...values.originals].filter(([key]) =>
      brokerSynonyms(key, false).some(synonym => named.has(synonym)),
    )
    if (given.length === 0) throw error
    throw new ConfigError(`${error.message} (given ${given.map(([key, text]) => `${key}=${text}`).join(', ')})`)
  }
}

/** `node.id` and `broker.id` say the same: each stands for the other where that is missing. */
function withSynonyms(properties: Properties): Properties {
  const nodeId = properties.get('node.id') ?? properties.get('broker.id')
  if (nodeId === undefined) return properties
  return new Map([['node.id', nodeId], ['broker.id', nodeId], ...properties])
}

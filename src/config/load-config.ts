import { checkConfig } from './check-config.ts'
import { ConfigValues, KafkaConfig, type Properties } from './kafka-config.ts'
import { keyWarnings } from './known-keys.ts'
import { ownDefaultsFor } from './own-defaults.ts'

export interface LoadedConfig {
  readonly config: KafkaConfig
  /** For the log, one line each: keys without effect, unknown keys, doubtful values. */
  readonly warnings: readonly string[]
}

/**
 * The configuration of a node that was given `properties`: a file, then the environment, then overrides, merged. Every
 * value is parsed and checked, alone and against the others. Throws `ConfigError` naming what is wrong.
 */
export function loadConfig(properties: Properties): LoadedConfig {
  const values = new ConfigValues(withSynonyms(properties), ownDefaultsFor(properties))
  const warnings = checkConfig(values)
  return { config: new KafkaConfig(values), warnings: [...keyWarnings(properties.keys()), ...warnings] }
}

/** `node.id` and `broker.id` say the same: each stands for the other where that is missing. */
function withSynonyms(properties: Properties): Properties {
  const nodeId = properties.get('node.id') ?? properties.get('broker.id')
  if (nodeId === undefined) return properties
  return new Map([['node.id', nodeId], ['broker.id', nodeId], ...properties])
}

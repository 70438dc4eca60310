/**
 * A configuration that cannot be: a bad value, or two keys that contradict each other. The message is for people
 * and names key, value and what was expected, in the words of Kafka's `ConfigException`.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Kafka's form: `Invalid value 0 for configuration num.partitions: Value must be at least 1`. */
export function invalidValue(key: string, shown: string, expected: string): ConfigError {
  return new ConfigError(`Invalid value ${shown} for configuration ${key}: ${expected}`)
}

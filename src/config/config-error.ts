/**
 * A configuration that cannot be: a bad value, or two keys that contradict each other. The message is for people
 * and names key, value and what was expected, in the words of Kafka's `ConfigException`.
 */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError'
}

/** Keys that contradict each other, which Kafka checks with Scala's `require`: its message has a prefix to clients. */
export class RequirementError extends ConfigError {
  override readonly name = 'RequirementError'
}

export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new RequirementError(message)
}

/** Kafka's form: `Invalid value 0 for configuration num.partitions: Value must be at least 1`. */
export function invalidValue(key: string, shown: string, expected: string): ConfigError {
  return new ConfigError(`Invalid value ${shown} for configuration ${key}: ${expected}`)
}

import { ConfigError, invalidValue } from '../config-error.ts'
import type { ConfigProviderFactory } from './config-provider.ts'

/** `${env:NAME}`: variables of the environment whose names match `allowlist.pattern`, a regular expression. */
export const envVarConfigProvider: ConfigProviderFactory = (parameters, { environment }) => {
  const allowed = compile(parameters.get('allowlist.pattern') ?? '.*')
  return (path, keys) => {
    if (path !== '') throw new ConfigError(`Path is not supported for EnvVarConfigProvider, invalid value '${path}'`)
    const given = [...keys].filter(key => Object.hasOwn(environment, key) && allowed.test(key))
    return new Map(given.map(key => [key, environment[key]]))
  }
}

/**
 * Java's expressions, as far as JavaScript reads them alike. Under the flag `u` what only Java knows is a mistake, so
 * that no expression lets through more than it says.
 */
function compile(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidValue('allowlist.pattern', pattern, 'it is no regular expression that Ottla understands')
  }
}

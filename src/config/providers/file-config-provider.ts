import { ConfigError } from '../config-error.ts'
import { parseProperties } from '../properties.ts'
import { pathCheck } from './allowed-paths.ts'
import type { ConfigProviderFactory } from './config-provider.ts'
import { textOf } from './text-of.ts'

/** `${file:/path/to/file.properties:key}`: values of a properties file in UTF-8, below one of `allowed.paths`. */
export const fileConfigProvider: ConfigProviderFactory = (parameters, sources) => {
  const allowed = pathCheck(parameters, sources)
  return (path, _keys, warnings) => {
    const file = allowed(path, warnings)
    if (file === undefined) return new Map()
    const text = textOf(file, sources)
    if (text === undefined) throw new ConfigError(`Could not read properties from file ${path}`)
    return parseProperties(text)
  }
}

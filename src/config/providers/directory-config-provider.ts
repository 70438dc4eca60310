import { join } from 'node:path'
import type { ValueSources } from '../../ports.ts'
import { ConfigError } from '../config-error.ts'
import { pathCheck } from './allowed-paths.ts'
import type { ConfigProviderFactory } from './config-provider.ts'
import { textOf } from './text-of.ts'

/** `${dir:/path/to/directory:name}`: whole files of a directory, below one of `allowed.paths`. */
export const directoryConfigProvider: ConfigProviderFactory = (parameters, sources) => {
  const allowed = pathCheck(parameters, sources)
  return (path, keys, warnings) => {
    const directory = allowed(path, warnings)
    if (directory === undefined) return new Map()
    if (sources.kindOf(directory) !== 'directory') {
      warnings.push(`The path ${path} is not a directory`)
      return new Map()
    }
    return new Map(filesOf(directory, keys, sources).map(name => [name, read(directory, name, sources)]))
  }
}

/** Kafka looks at what the directory lists, so that no key leads out of it. */
function filesOf(directory: string, keys: ReadonlySet<string>, sources: ValueSources): string[] {
  const names = sources.list(directory)
  if (names === undefined) throw new ConfigError(`Could not list directory ${directory}`)
  return names.filter(name => keys.has(name) && sources.kindOf(join(directory, name)) === 'file')
}

function read(directory: string, name: string, sources: ValueSources): string {
  const path = join(directory, name)
  const text = textOf(path, sources)
  if (text === undefined) throw new ConfigError(`Could not read file ${path} for property ${name}`)
  return text
}

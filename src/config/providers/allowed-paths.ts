import { isAbsolute, normalize, sep } from 'node:path'
import type { ValueSources } from '../../ports.ts'
import { ConfigError } from '../config-error.ts'
import type { ProviderParameters } from './config-provider.ts'

/**
 * Makes of a path that a variable names the one to look at: itself, or undefined where there is none, or `allowed.paths`
 * is set and it lies below none of them, of which `warnings` are told. As in Kafka links are not followed for that.
 */
export type PathCheck = (path: string, warnings: string[]) => string | undefined

/** Throws `ConfigError` where an allowed path is not absolute or is not there. */
export function pathCheck(parameters: ProviderParameters, sources: ValueSources): PathCheck {
  const given = parameters.get('allowed.paths') ?? ''
  if (given === '') return path => (path === '' ? undefined : path)
  const allowed = given.split(',').map(path => {
    const normalised = withoutEndingSeparator(normalize(path))
    if (!isAbsolute(normalised)) throw new ConfigError(`Path ${normalised} is not absolute`)
    if (sources.kindOf(normalised) === undefined) throw new ConfigError(`Path ${normalised} does not exist`)
    return normalised
  })
  return (path, warnings) => {
    if (path === '') return undefined
    const normalised = withoutEndingSeparator(normalize(path))
    const isBelow = (parent: string) => normalised === parent || normalised.startsWith(withEndingSeparator(parent))
    if (allowed.some(isBelow)) return normalised
    warnings.push(`The path ${path} is not allowed to be accessed`)
    return undefined
  }
}

function withoutEndingSeparator(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path
}

function withEndingSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep
}

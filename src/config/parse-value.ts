import { invalidValue } from './config-error.ts'
import { type ConfigKey, type ConfigType, Password } from './config-key.ts'

/** A value in both its forms: what code works with, and the text Kafka shows for it, exact to the last digit. */
export interface ParsedValue {
  readonly value: unknown
  readonly text: string | null
}

/** Parses and checks `given` by the rules of `ConfigDef.parseValue`; throws `ConfigError`. */
export function parseValue(name: string, key: ConfigKey, given: string): ParsedValue {
  let parsed = parseType(name, key.type, given)
  const validator = key.validator
  if (validator === undefined) return parsed
  if (validator.dropsDuplicates === true) parsed = listValue([...new Set(parsed.value as readonly string[])])
  validator.check(name, parsed.value, shownValue(parsed))
  return parsed
}

/** The default of a key; null where it has none. Defaults are valid by construction. */
export function defaultValue(name: string, key: ConfigKey): ParsedValue {
  const preset = key.defaultText
  return preset === null || preset === undefined ? { value: null, text: null } : parseType(name, key.type, preset)
}

/** `ConfigDef.parseType`. */
export function parseType(name: string, type: ConfigType, given: string): ParsedValue {
  const text = trim(given)
  switch (type) {
    case 'boolean': {
      const lower = text.toLowerCase()
      if (lower === 'true' || lower === 'false') return { value: lower === 'true', text: lower }
      throw invalidValue(name, given, 'Expected value to be either true or false')
    }
    case 'int':
      return integer(name, given, text, 'INT', -(2n ** 31n), 2n ** 31n - 1n)
    case 'short':
      return integer(name, given, text, 'SHORT', -(2n ** 15n), 2n ** 15n - 1n)
    case 'long':
      return integer(name, given, text, 'LONG', -(2n ** 63n), 2n ** 63n - 1n)
    case 'double': {
      const value = parseDouble(text)
      if (value === undefined) throw invalidValue(name, given, 'Not a number of type DOUBLE')
      return { value, text: doubleText(value) }
    }
    case 'list':
      return listValue(text === '' ? [] : text.split(/[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/))
    case 'password':
      return { value: new Password(text), text }
    case 'string':
    case 'class':
      return { value: text, text }
    default:
      return type satisfies never
  }
}

function listValue(entries: readonly string[]): ParsedValue {
  return { value: entries, text: entries.join(',') }
}

/** How Java prints the value in a message: `[a, b]` for a list, `[hidden]` for a password. */
function shownValue(parsed: ParsedValue): string {
  if (Array.isArray(parsed.value)) return `[${parsed.value.join(', ')}]`
  return parsed.value instanceof Password ? Password.hidden : String(parsed.text)
}

const saturation = 2n ** 53n

function integer(name: string, given: string, text: string, type: string, min: bigint, max: bigint): ParsedValue {
  if (!/^[-+]?[0-9]+$/.test(text)) throw invalidValue(name, given, `Not a number of type ${type}`)
  const exact = BigInt(text.startsWith('+') ? text.slice(1) : text)
  if (exact < min || exact > max) throw invalidValue(name, given, `Not a number of type ${type}`)
  const held = exact > saturation ? saturation : exact < -saturation ? -saturation : exact
  return { value: Number(held), text: exact.toString() }
}

/** `Double.parseDouble`, but for hexadecimal floats. */
function parseDouble(text: string): number | undefined {
  const special = /^([-+]?)(NaN|Infinity)$/.exec(text)
  if (special !== null) return Number(special[2] === 'NaN' ? 'NaN' : `${special[1]}Infinity`)
  const match = /^([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)[fFdD]?$/.exec(text)
  return match === null ? undefined : Number(match[1])
}

/** `Double.toString`: always a fraction, and an exponent below 10^-3 and from 10^7 on. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const magnitude = Math.abs(value)
  if (magnitude >= 1e-3 && magnitude < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}

/** `String.trim`: Java strips what is not above U+0020, and nothing else. */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}

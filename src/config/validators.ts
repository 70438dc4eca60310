import { ConfigError, invalidValue } from './config-error.ts'

/**
 * Checks one parsed value. `text` is Kafka's own description of what is valid, the words of its reference list; the
 * messages are those of `ConfigDef`, which clients see in error responses.
 */
export interface Validator {
  readonly text: string
  /** Whether the value is a list whose duplicates are dropped before it is checked (`ConfigDef.ValidList`). */
  readonly dropsDuplicates?: boolean
  /** Throws `ConfigError`. `shown` is the value as Java prints it. */
  check(key: string, value: unknown, shown: string): void
}

/** `ConfigDef.Range.atLeast`: inclusive. */
export function atLeast(min: number): Validator {
  return range(min, undefined, `[${min},...]`)
}

/** `ConfigDef.Range.between`: both ends inclusive. */
export function between(min: number, max: number): Validator {
  return range(min, max, `[${min},...,${max}]`)
}

function range(min: number, max: number | undefined, text: string): Validator {
  return {
    text,
    check(key, value, shown) {
      if (value === null) throw invalidValue(key, shown, 'Value must be non-null')
      const number = value as number
      if (number < min) throw invalidValue(key, shown, `Value must be at least ${min}`)
      if (max !== undefined && number > max) throw invalidValue(key, shown, `Value must be no more than ${max}`)
    },
  }
}

/** `ConfigDef.ValidString.in`. */
export function oneOf(...valid: readonly string[]): Validator {
  return {
    text: `[${valid.join(', ')}]`,
    check(key, value, shown) {
      if (!valid.includes(value as string)) {
        throw invalidValue(key, shown, `String must be one of: ${valid.join(', ')}`)
      }
    },
  }
}

/** `ConfigDef.CaseInsensitiveValidString.in`, in the order in which Kafka happens to print its set. */
export function oneOfIgnoringCase(...valid: readonly string[]): Validator {
  return {
    text: `(case insensitive) [${valid.join(', ')}]`,
    check(key, value, shown) {
      if (typeof value !== 'string' || !valid.includes(value.toUpperCase())) {
        throw invalidValue(key, shown, `String must be one of (case insensitive): ${valid.join(', ')}`)
      }
    },
  }
}

/** `ConfigDef.NonEmptyString`: null passes. */
export const nonEmptyString: Validator = {
  text: 'non-empty string',
  check(key, value, shown) {
    if (value === '') throw invalidValue(key, shown, 'String must be non-empty')
  },
}

/** `ConfigDef.NonNullValidator`. */
export const nonNull: Validator = {
  text: 'non-null string',
  check(key, value, shown) {
    if (value === null) throw invalidValue(key, shown, 'entry must be non null')
  },
}

interface ListRules {
  readonly empty: boolean
  readonly null: boolean
}

/** `ConfigDef.ValidList.anyNonDuplicateValues`: any entries but empty ones. */
export function listOfAny(rules: ListRules): Validator {
  return listOf([], rules)
}

/** `ConfigDef.ValidList.in`: every entry is one of `valid`; never null. */
export function listOfThese(rules: { readonly empty: boolean }, ...valid: readonly string[]): Validator {
  return listOf(valid, { empty: rules.empty, null: false })
}

function listOf(valid: readonly string[], rules: ListRules): Validator {
  const entry = oneOf(...valid)
  return {
    text: valid.length > 0 ? entry.text : '',
    dropsDuplicates: true,
    check(key, value) {
      if (value === null) {
        if (rules.null) return
        throw new ConfigError(`Configuration '${key}' values must not be null.`)
      }
      const entries = value as readonly string[]
      if (!rules.empty && entries.length === 0) {
        const named = valid.length > 0 ? entry.text : 'any non-empty value'
        throw new ConfigError(`Configuration '${key}' must not be empty. Valid values include: ${named}`)
      }
      for (const one of entries) {
        if (one === '') throw new ConfigError(`Configuration '${key}' values must not be empty.`)
        if (valid.length > 0) entry.check(key, one, one)
      }
    },
  }
}

/** `CompressionType.GZIP.levelValidator()`: 1 to 9, or -1 for the library's default. */
export const gzipLevel: Validator = {
  text: '[1,...,9] or -1',
  check(key, value, shown) {
    const level = value as number
    if (level > 9 || (level < 1 && level !== -1)) {
      throw invalidValue(key, shown, 'Value must be between 1 and 9 or equal to -1')
    }
  },
}

const throttledReplica = /^([0-9]+:[0-9]+)?$/

/** `ThrottledReplicaListValidator`: `partition:broker` entries, or `*` alone for all of them. */
export const throttledReplicas: Validator = {
  text: '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
  check(key, value, shown) {
    const entries = (value as readonly string[]).map(entry => entry.trim())
    if (entries.every(entry => throttledReplica.test(entry)) || entries.join('') === '*') return
    const expected = `${key} must be the literal '*' or a list of replicas in the following format: ${this.text}`
    throw invalidValue(key, shown, expected)
  },
}

/** `ShareGroupAutoOffsetResetStrategy.Validator`. */
export const shareAutoOffsetReset: Validator = {
  text: '[latest, earliest, by_duration:PnDTnHnMn.nS]',
  check(key, value, shown) {
    const strategy = value as string
    if (strategy === 'latest' || strategy === 'earliest') return
    if (strategy.startsWith('by_duration:') && isDuration(strategy.slice('by_duration:'.length))) return
    throw invalidValue(
      key,
      shown,
      `Invalid value \`${strategy}\` for configuration ${key}. The value must be either 'earliest', 'latest' or of ` +
        "the format 'by_duration:<PnDTnHnMn.nS>'.",
    )
  },
}

const isoDuration =
  /^([-+]?)P(?:([-+]?[0-9]+)D)?(?:T(?=[-+0-9])(?:([-+]?[0-9]+)H)?(?:([-+]?[0-9]+)M)?(?:([-+]?[0-9]+)(?:[.,]([0-9]{0,9}))?S)?)?$/i

/** What `java.time.Duration.parse` takes, negative results excepted. */
function isDuration(text: string): boolean {
  const match = isoDuration.exec(text)
  if (match === null) return false
  const [, sign, days, hours, minutes, seconds, fraction] = match
  if (days === undefined && hours === undefined && minutes === undefined && seconds === undefined) return false
  const nanos = Number(`${seconds?.startsWith('-') ? '-' : ''}0.${fraction || '0'}`)
  const total =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0) + nanos
  return sign === '-' ? total <= 0 : total >= 0
}

import { parseArgs } from 'node:util'
import { OptionError, UsageError } from './usage-error.ts'

/** One option of a command. Without `argument` it is a flag. */
export interface OptionSpec {
  /** One or two sentences for `--help`. */
  readonly help: string
  /** What its argument stands for, such as `host:port`. */
  readonly argument?: string
  /** Text unless said otherwise. `short` is an int16, `integer` an int32, `long` an int64. */
  readonly type?: 'short' | 'integer' | 'long'
  /** Other names it goes by; one of a single letter is written with one dash. */
  readonly aliases?: readonly string[]
  /** Whether it may stand without its argument too; one that begins with a dash is then never its argument. */
  readonly isArgumentOptional?: true
  /** Options of which one has to be given along with this one. */
  readonly onlyWith?: readonly string[]
  /** Whether it must be given. */
  readonly isRequired?: true
  /** Of tools that argparse takes apart: whether all of its arguments count. */
  readonly isRepeatable?: true
  /** Of tools that argparse takes apart: what their usage calls its argument, where that is not the option's name. */
  readonly metavar?: string
  /** Of tools that argparse takes apart: the heading that it stands under in their help. */
  readonly group?: string
  /** The only words its argument may be, for completion. */
  readonly choices?: readonly string[]
  /** What its argument begins with, for completion. */
  readonly completes?: 'brokerKeys' | 'topicKeys'
}

export type OptionTable = Readonly<Record<string, OptionSpec>>

/**
 * Reads a command line as Kafka's tools (joptsimple) do: options in any order, `--name value` or `--name=value`, an
 * argument may begin with a dash, options may be repeated. Throws an `OptionError`.
 */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  commandLine: readonly string[],
): GivenOptions<keyof Table & string> {
  const names = namesOf(table)
  const { tokens } = parseArgs({
    args: withoutMissingArguments(table, commandLine).map(argument =>
      isLongWithOneDash(argument, names) ? `-${argument}` : argument,
    ),
    options: Object.fromEntries(
      Object.entries(table).flatMap(([name, { argument, aliases = [] }]) =>
        [name, ...aliases.filter(alias => alias.length > 1)].map(known => [
          known,
          {
            type: argument === undefined ? ('boolean' as const) : ('string' as const),
            ...shortOf(known === name ? aliases : []),
          },
        ]),
      ),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const occurrences: Occurrence[] = []
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const name = names.get(token.name)
    if (name === undefined) throw new OptionError(`${token.name} is not a recognized option`)
    const takesArgument = table[name]!.argument !== undefined
    const isMissing = token.value === undefined || token.value === noArgument
    if (takesArgument && isMissing && !table[name]!.isArgumentOptional)
      throw new OptionError(`Option ${token.name} requires an argument`)
    const given = values.get(name) ?? []
    values.set(name, given)
    if (takesArgument && !isMissing) given.push(token.value!)
    occurrences.push({ name, argument: takesArgument ? token.value : undefined })
  }
  const missing = Object.keys(table).filter(name => table[name]!.isRequired && !values.has(name))
  if (missing.length > 0 && !values.has('help') && !values.has('version')) {
    throw new UsageError(`Missing required option(s) [${missing.join(', ')}]`)
  }
  const unavailable = [...values.keys()].filter(name => table[name]!.onlyWith?.every(other => !values.has(other)))
  if (unavailable.length > 0) {
    throw new OptionError(
      `Option(s) [${unavailable.join(', ')}] are unavailable given other options on the command line`,
    )
  }
  return new GivenOptions(table, values, occurrences, positionals)
}

function namesOf(table: OptionTable): Map<string, string> {
  return new Map(
    Object.entries(table).flatMap(([name, { aliases = [] }]) =>
      [name, ...aliases].map((known): [string, string] => [known, name]),
    ),
  )
}

/** Stands for the argument that an option may have and has not. */
const noArgument = '\0'

function withoutMissingArguments(table: OptionTable, commandLine: readonly string[]): string[] {
  return commandLine.flatMap((argument, index) => {
    const next = commandLine[index + 1]
    const isOptional = argument.startsWith('--') && table[argument.slice(2)]?.isArgumentOptional === true
    return isOptional && (next === undefined || next.startsWith('-')) ? [`${argument}=${noArgument}`] : [argument]
  })
}

/** `-list` is `--list` where there is such an option. */
function isLongWithOneDash(argument: string, names: ReadonlyMap<string, string>): boolean {
  const name = /^-([^-=][^=]+)/.exec(argument)?.[1]
  return name !== undefined && names.has(name)
}

function shortOf(aliases: readonly string[]): { short: string } | undefined {
  const short = aliases.find(alias => alias.length === 1)
  return short === undefined ? undefined : { short }
}

const integerRanges = { short: 2n ** 15n, integer: 2n ** 31n, long: 2n ** 63n } as const

/** Whether it is a whole number in the range of that type. */
export function isNumberOf(type: NonNullable<OptionSpec['type']>, text: string): boolean {
  const bound = integerRanges[type]
  return /^[+-]?\d+$/.test(text) && BigInt(text) < bound && BigInt(text) >= -bound
}

interface Occurrence {
  readonly name: string
  readonly argument: string | undefined
}

/** What a command line gives. Asking for a value that is no such value throws an `OptionError`. */
export class GivenOptions<Name extends string> {
  readonly #table: OptionTable
  readonly #values: ReadonlyMap<string, readonly string[]>
  readonly #occurrences: readonly Occurrence[]
  readonly positionals: readonly string[]

  /** The command that the first word names, of a tool that has commands. */
  get command(): string {
    return this.positionals[0] ?? ''
  }

  constructor(
    table: OptionTable,
    values: ReadonlyMap<string, readonly string[]>,
    occurrences: readonly Occurrence[],
    positionals: readonly string[],
  ) {
    this.#table = table
    this.#values = values
    this.#occurrences = occurrences
    this.positionals = positionals
  }

  has(name: Name): boolean {
    return this.#values.has(name)
  }

  /** Every argument given to the option, in order. */
  texts(name: Name): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** The arguments of several options in the order in which they were given; `undefined` for a flag. */
  inOrder(...names: readonly Name[]): (string | undefined)[] {
    return this.#occurrences.filter(({ name }) => names.some(one => one === name)).map(({ argument }) => argument)
  }

  text(name: Name): string | undefined {
    const given = this.texts(name)
    if (given.length > 1) {
      throw new OptionError(`Found multiple arguments for option ${name}, but you asked for only one`)
    }
    return given[0]
  }

  /** Its argument as a whole number; exact up to 2^53. */
  integer(name: Name): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!isNumberOf(this.#table[name]!.type ?? 'integer', text)) {
      throw new OptionError(`Cannot parse argument '${text}' of option ${name}`)
    }
    return Number(text)
  }

  /** Throws where one of them is missing. */
  require(...names: readonly Name[]): void {
    for (const name of names) {
      if (!this.has(name)) throw new UsageError(`Missing required argument "[${name}]"`)
    }
  }

  /** Throws where `used` is given together with one of the others. */
  forbid(used: Name, ...others: readonly Name[]): void {
    if (!this.has(used)) return
    for (const other of others) {
      if (this.has(other)) throw new UsageError(`Option "[${used}]" can't be used with option "[${other}]"`)
    }
  }
}

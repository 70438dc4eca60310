import { type ArgparseCall, argparseUsage, flagsOf } from './argparse-usage.ts'
import { GivenOptions, isNumberOf, type OptionSpec, type OptionTable } from './option-table.ts'
import { similarWords } from './similar-words.ts'
import type { ExclusiveOptions, Tool } from './tool.ts'
import { UsageError } from './usage-error.ts'

/** What argparse4j says of a command line that it does not understand. */
export class ArgparseError extends UsageError {
  override readonly name = 'ArgparseError'
  /** Of the tool, or of the command within it. */
  readonly usage: readonly string[]
  /** What may have been meant. */
  readonly candidates: readonly string[]

  constructor(message: string, usage: readonly string[], candidates: readonly string[] = []) {
    super(message)
    this.usage = usage
    this.candidates = candidates
  }
}

/**
 * Takes a command line apart as argparse4j does for those of Kafka's tools that have commands: options may be shortened
 * to what is unambiguous, `-cFILE` and `--config=FILE` are the same, and of an option given twice the last one counts
 * unless it is repeatable. With Kafka the options of the tool come before the command; where `isLenient` they may come
 * after it too. Throws an `ArgparseError`.
 */
export function parseArgparse(
  tool: Tool,
  call: ArgparseCall & { readonly isLenient?: boolean },
  commandLine: readonly string[],
): GivenOptions<string> {
  const commands = tool.commands ?? {}
  const state = new ParseState(commandLine)
  const main = new OptionParser({ ...call.common, ...tool.options }, tool.exclusive, argparseUsage(tool, call))
  main.parse(state)
  if (main.isAsked) return main.given([])
  if (state.isAtEnd) throw main.error('too few arguments')
  const name = resolveCommand(state.take(), Object.keys(commands), main)
  const { options, exclusive } = commands[name]!
  const before = call.isLenient ? main : undefined
  const parser = new OptionParser(
    { ...call.common, ...before?.table, ...options },
    [...(exclusive ?? []), ...(before?.exclusive ?? [])],
    argparseUsage(tool, call, name),
  )
  parser.parse(state)
  if (!parser.isAsked) {
    if (!state.isAtEnd) throw parser.error(`unrecognized arguments: '${state.rest().join(' ')}'`)
    // What is missing is told last, and of the tool's own options first.
    main.checkRequired(before === undefined ? main.values : new Map([...main.values, ...parser.values]))
    parser.checkRequired(new Map([...main.values, ...parser.values]))
  }
  return parser.given([name], main)
}

function resolveCommand(word: string, names: readonly string[], parser: OptionParser): string {
  if (names.includes(word)) return word
  const started = word === '' ? [] : names.filter(name => name.startsWith(word))
  if (started.length === 1) return started[0]!
  if (started.length > 1) throw parser.error(`ambiguous command: ${word} could match ${started.sort().join(', ')}`)
  const choices = names.map(name => `'${name}'`).join(', ')
  throw parser.error(`invalid choice: '${word}' (choose from ${choices})`, similarWords(word, names))
}

class ParseState {
  readonly #words: readonly string[]
  #index = 0
  #isSeparated = false

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#words.length
  }

  /** Whether an option comes next. What looks like a negative number is none, nor is anything after `--`. */
  get isAtFlag(): boolean {
    const word = this.#words[this.#index]
    return word?.startsWith('-') === true && !this.#isSeparated && !/^-\d+$/.test(word)
  }

  take(): string {
    return this.#words[this.#index++] ?? ''
  }

  /** The `--` that ends the options, if it comes next. */
  takeSeparator(): boolean {
    if (this.#isSeparated || this.#words[this.#index] !== '--') return false
    this.#isSeparated = true
    this.#index++
    return true
  }

  get isAtSeparator(): boolean {
    return !this.#isSeparated && this.#words[this.#index] === '--'
  }

  rest(): readonly string[] {
    return this.#words.slice(this.#index)
  }
}

/** What Java has against a number. */
function numberFault(type: 'short' | 'integer' | 'long', text: string): string {
  const isOutOfRange = type === 'short' && isNumberOf('integer', text)
  return isOutOfRange ? `Value out of range. Value:"${text}" Radix:10` : `For input string: "${text}"`
}

const javaNames = { short: 'Short', integer: 'Integer', long: 'Long' } as const

/** The options of a tool, or of one of its commands. */
class OptionParser {
  readonly values = new Map<string, string[]>()
  readonly table: OptionTable
  readonly exclusive: readonly ExclusiveOptions[]
  readonly #usage: readonly string[]
  /** By flag, such as `--config` or `-c`. */
  readonly #nameOf: ReadonlyMap<string, string>

  constructor(table: OptionTable, exclusive: readonly ExclusiveOptions[] = [], usage: readonly string[]) {
    this.table = table
    this.exclusive = exclusive
    this.#usage = usage
    this.#nameOf = new Map(
      Object.entries(table).flatMap(([name, spec]) => flagsOf(name, spec).map(flag => [flag, name] as const)),
    )
  }

  error(message: string, candidates: readonly string[] = []): ArgparseError {
    return new ArgparseError(message, this.#usage, candidates)
  }

  given(positionals: readonly string[], outer?: OptionParser): GivenOptions<string> {
    const values = new Map([...(outer?.values ?? []), ...this.values])
    return new GivenOptions({ ...outer?.table, ...this.table }, values, [], positionals)
  }

  /** Whether help or version are asked for, and nothing else. */
  get isAsked(): boolean {
    return this.values.has('help') || this.values.has('version')
  }

  /** Up to what is no option. Whatever comes after a request for help is not looked at. */
  parse(state: ParseState): void {
    while (!state.isAtEnd && !this.isAsked) {
      if (state.takeSeparator()) continue
      if (!state.isAtFlag) return
      this.#parseFlag(state.take(), state)
    }
  }

  checkRequired(given: ReadonlyMap<string, unknown>): void {
    // The last one that is missing, as argparse4j has it.
    const missing = Object.entries(this.table).findLast(([name, spec]) => spec.isRequired && !given.has(name))
    if (missing !== undefined) throw this.error(`argument ${this.#textualName(missing[0])} is required`)
    const group = this.exclusive.findLast(({ names, isRequired }) => isRequired && !names.some(name => given.has(name)))
    if (group === undefined) return
    throw this.error(`one of the arguments ${group.names.map(name => this.#textualName(name)).join(' ')} is required`)
  }

  #parseFlag(word: string, state: ParseState): void {
    const at = word.indexOf('=')
    const flag = at < 0 ? word : word.slice(0, at)
    const name = this.#resolve(flag)
    if (name !== undefined) this.#take(name, at < 0 ? undefined : word.slice(at + 1), state)
    else if (!/^-[^-]/.test(word) || !this.#parseShortFlags(word, state)) {
      const flags = [...this.#nameOf.keys()].filter(known => known.startsWith('--'))
      const similar = word.replace(/^-+/, '').length < 2 ? [] : similarWords(word.replace(/^-+/, ''), flags)
      throw this.error(`unrecognized arguments: '${word}'`, similar)
    }
  }

  /** `-gs`, or `-cFILE`. */
  #parseShortFlags(word: string, state: ParseState): boolean {
    for (let index = 1; index < word.length; index++) {
      const name = this.#nameOf.get(`-${word[index]}`)
      if (name === undefined) return false
      const isLast = index === word.length - 1
      if (this.table[name]!.argument !== undefined) {
        this.#take(name, isLast ? undefined : word.slice(index + 1), state)
        return true
      }
      this.#take(name, undefined, state)
    }
    return true
  }

  #resolve(flag: string): string | undefined {
    const exact = this.#nameOf.get(flag)
    if (exact !== undefined) return exact
    const started = [...this.#nameOf.keys()].filter(known => known.startsWith(flag)).sort()
    if (started.length < 2) return this.#nameOf.get(started[0] ?? '')
    throw this.error(`ambiguous option: ${flag} could match ${started.join(', ')}`)
  }

  #take(name: string, embedded: string | undefined, state: ParseState): void {
    const spec: OptionSpec = this.table[name]!
    const refuse = (reason: string) => this.error(`argument ${this.#textualName(name)}: ${reason}`)
    const group = this.exclusive.find(({ names }) => names.includes(name))
    const other = group?.names.find(known => known !== name && this.values.has(known))
    if (other !== undefined) throw refuse(`not allowed with argument ${this.#textualName(other)}`)
    if (spec.argument === undefined) {
      if (embedded !== undefined) throw refuse(`ignore implicit argument '${embedded}'`)
      this.values.set(name, [])
      return
    }
    const hasNext = !state.isAtEnd && !state.isAtFlag && !state.isAtSeparator
    if (embedded === undefined && !hasNext) throw refuse('expected one argument')
    const value = embedded ?? state.take()
    if (spec.type !== undefined && !isNumberOf(spec.type, value)) {
      throw refuse(`could not convert '${value}' to ${javaNames[spec.type]} (${numberFault(spec.type, value)})`)
    }
    this.values.set(name, spec.isRepeatable ? [...(this.values.get(name) ?? []), value] : [value])
  }

  #textualName(name: string): string {
    return flagsOf(name, this.table[name]!).join('/')
  }
}

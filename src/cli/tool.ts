import type { KafkaClient } from '../client/kafka-client.ts'
import type { Checksum, Clock, Compression, Disk, Random, Transport, ValueSources } from '../ports.ts'
import type { GivenOptions, OptionTable } from './option-table.ts'
import type { Terminal } from './terminal.ts'

/**
 * One of Kafka's command-line tools. `ottla topics` and `kafka-topics` are the same tool: the one shows tables on a
 * terminal and can write JSON, the other writes what Kafka's writes, character for character.
 */
export interface Tool<Table extends OptionTable = OptionTable> {
  readonly options: Table
  /** Where there are any, the first word of the command line that is no option names one: `given.command`. */
  readonly commands?: Readonly<Record<string, ToolCommand>>
  /** Where Kafka's tool has its command line taken apart by argparse4j; those without one have joptsimple do it. */
  readonly argparse?: ArgparseShape
  /** Of the tool's own options, for tools that argparse takes apart. */
  readonly exclusive?: readonly ExclusiveOptions[]
  /** Command lines worth imitating. */
  readonly examples: readonly Example[]
  /** Whether Kafka's tool shows its options below every mistake, and not only where those given do not go together. */
  readonly showsOptionsAlways?: true
  /** What Kafka's tool puts in front of whatever it tells on standard error, other than with its usage. */
  readonly errorPrefix?: string
  /** Throws `UsageError`, `ToolError` or `ClientError`. */
  run(given: GivenOptions<keyof Table & string>, environment: ToolEnvironment): Promise<ToolResult>
}

/** How Kafka's tool presents itself through argparse4j. */
export interface ArgparseShape {
  /** What its usage calls it. */
  readonly program: string
  /** What its help calls its commands, where it does; its usage then has one word for all of them. */
  readonly commandsTitle?: string
  /** Whether words that begin with `@` name files of further words. */
  readonly readsFiles?: true
  /** 0 unless said otherwise. */
  readonly helpExitCode?: number
}

/** Options of which only one may be given, and where it is said one has to be. */
export interface ExclusiveOptions {
  readonly names: readonly string[]
  readonly isRequired?: true
}

/** What somebody wants, and how to say it: without the command's name, and without naming the cluster. */
export type Example = readonly [intent: string, commandLine: string]

/** One of the commands of a tool that has several, such as `describe` of `kafka-transactions`. */
export interface ToolCommand {
  /** One line. */
  readonly summary: string
  /** Besides those of the tool. */
  readonly options: OptionTable
  /** For tools that argparse takes apart. */
  readonly exclusive?: readonly ExclusiveOptions[]
}

/** The options of a tool and of all its commands. */
export function allOptions({ options, commands = {} }: Tool): OptionTable {
  return Object.assign({}, options, ...Object.values(commands).map(command => command.options))
}

/** Gives `run` the names of the tool's own options. */
export function tool<const Table extends OptionTable>(definition: Tool<Table>): Tool {
  return definition as unknown as Tool
}

/** As `tool`, with the names of its commands' options too. */
export function toolOfCommands<
  const Table extends OptionTable,
  const Commands extends Readonly<Record<string, ToolCommand>>,
>(
  definition: Omit<Tool<Table>, 'run' | 'commands'> & {
    readonly commands: Commands
    run(
      given: GivenOptions<(keyof Table | keyof AllOptions<Commands>) & string>,
      environment: ToolEnvironment,
    ): Promise<ToolResult>
  },
): Tool {
  return definition as unknown as Tool
}

type AllOptions<Commands extends Readonly<Record<string, ToolCommand>>> = {
  readonly [Name in { [Key in keyof Commands]: keyof Commands[Key]['options'] }[keyof Commands]]: never
}

export interface ToolEnvironment {
  readonly terminal: Terminal
  /** Says what takes so long, to who watches; `text` is asked for again and again while it does. Without it nothing is said. */
  progress(text: (() => string) | undefined): void
  /** As it was given, for a tool that repeats it in an error. */
  readonly commandLine: readonly string[]
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  readonly ports: ToolPorts
  /** Text of a file that an option names. Throws a `ToolError` where it cannot be read. */
  readFile(path: string): Promise<string>
  /** A file in the format of `java.util.Properties`. Throws a `ToolError`. */
  readProperties(path: string): Promise<ReadonlyMap<string, string>>
  /** A client of the cluster; closed when the tool ends. `configFile` is what `--command-config` names. */
  connect(bootstrapServers: string, configFile?: string, overrides?: ClientOverrides): Promise<KafkaClient>
}

export interface ToolPorts {
  readonly clock: Clock
  readonly random: Random
  readonly disk: Disk
  readonly transport: Transport
  readonly checksum: Checksum
  readonly compression: Compression
  readonly valueSources: ValueSources
}

/** What a tool's own options say of its client; they come before `--command-config`. */
export interface ClientOverrides {
  readonly properties?: ReadonlyMap<string, string>
  /** Whether the servers are controllers: `--bootstrap-controller`. */
  readonly usesControllers?: boolean
  readonly requestTimeoutMs?: number | undefined
  readonly apiTimeoutMs?: number | undefined
}

/** What a tool has found or done. */
export interface ToolResult {
  /** What Kafka's tool prints on standard output. */
  readonly lines: readonly string[]
  /** The same for a person in front of a terminal; `lines` where there is none. */
  readonly table?: Table
  /** The same for a program (`--output json`); `lines` where there is none. */
  readonly data?: unknown
  /** 0 unless something went wrong that `lines` tells of. */
  readonly exitCode?: number
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** The tool cannot do what it was asked: one line on standard error, exit code 1. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  /** What Kafka's tool has printed by then. */
  readonly lines: readonly string[]

  constructor(message: string, options: { readonly cause?: unknown; readonly lines?: readonly string[] } = {}) {
    super(message, { cause: options.cause })
    this.lines = options.lines ?? []
  }
}

import { parseArgs } from 'node:util'
import { parseOverride } from '../config/properties.ts'
import { type Shell, shells } from './own-commands.ts'
import { findTool, tools } from './tools.ts'

/** What the command line asks for. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'tool'; readonly tool: string; readonly commandLine: readonly string[] }
  | { readonly name: 'start'; readonly start: StartArguments }
  | { readonly name: 'health'; readonly health: HealthArguments }
  | { readonly name: 'configure-image'; readonly commandLine: readonly string[] }
  | { readonly name: 'completion'; readonly shell: Shell }
  | { readonly name: 'mistaken'; readonly message: string }

export interface HealthArguments {
  /** A `server.properties` that says where the broker listens. */
  readonly file: string | undefined
  readonly bootstrapServer: string | undefined
}

export interface StartArguments {
  /** Path of a `server.properties`. */
  readonly file: string | undefined
  /** `--override key=value`, in order; the last one of a key counts. */
  readonly overrides: ReadonlyMap<string, string>
  readonly clusterId: string | undefined
  /** Path of a seed; empty for none, whatever else names one. */
  readonly seed: string | undefined
  /** Whether `KAFKA_…` variables are configuration. Those of an image are in the file already. */
  readonly readsEnvironment: boolean
}

export function helpText(): string {
  const nameColumn = Math.max(...tools.map(({ name }) => name.length)) + 4
  return `Usage: ottla [start] [server.properties] [options]
       ottla health [server.properties] [--bootstrap-server host:port]
       ottla <tool> [options]
       ottla completion bash|zsh|fish

Runs a broker that speaks Apache Kafka's protocol, in the foreground, until Ctrl-C.
Without any configuration it listens on localhost:9092 and stores in ./ottla-data.

Options:
  --override key=value   Set a configuration key of Kafka's; may be given many times
  --cluster-id ID        Cluster id; directories of another are refused (CLUSTER_ID names that of new ones)
  --seed FILE            Topics, configurations, records and offsets to begin with (or OTTLA_SEED)
  --help                 Show this
  --version              Show the version

Configuration is read from the file, then from KAFKA_* environment variables (KAFKA_NUM_PARTITIONS
is num.partitions), then from --override; what comes later wins.

ottla health asks a broker whether it serves, and exits with 0 or 1: the one that a server.properties or
KAFKA_LISTENERS describes, or the one at --bootstrap-server.

Tools, for this broker and for Apache Kafka (ottla <tool> --help):
${tools.map(({ name, summary }) => `  ${name.padEnd(nameColumn)}${summary}`).join('\n')}
`
}

const kafkaServerStart = 'kafka-server-start'

export function parseCommandLine(commandLine: readonly string[]): Command {
  const [first, ...rest] = commandLine
  if (first === 'configure-image') return { name: 'configure-image', commandLine: rest }
  if (first === 'health') return parseHealth(rest)
  if (first === kafkaServerStart || first === `${kafkaServerStart}.sh`) {
    if (rest.length > 0) return parseStart(rest, false)
    return { name: 'mistaken', message: `USAGE: ${first} server.properties [--override property=value]*` }
  }
  if (first === 'completion') return parseCompletion(rest)
  if (first !== undefined && findTool(first) !== undefined) return { name: 'tool', tool: first, commandLine: rest }
  return parseStart(commandLine, true)
}

function parseCompletion([word, ...rest]: readonly string[]): Command {
  const shell = shells.find(known => known === word)
  if ([word, ...rest].some(one => one === '--help' || one === '-h')) return { name: 'help' }
  if (shell !== undefined && rest.length === 0) return { name: 'completion', shell }
  return mistaken(`expected one of the shells ${shells.join(', ')} after completion`)
}

function parseStart(commandLine: readonly string[], readsEnvironment: boolean): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: {
        override: { type: 'string', multiple: true },
        'cluster-id': { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    })
    if (values.help) return { name: 'help' }
    if (values.version) return { name: 'version' }
    const files = positionals[0] === 'start' ? positionals.slice(1) : positionals
    if (files.length > 1) return mistaken(`unexpected argument '${files[1]}'`)
    const start = {
      file: files[0],
      overrides: new Map((values.override ?? []).map(parseOverride)),
      clusterId: values['cluster-id'],
      seed: values.seed,
      readsEnvironment,
    }
    return { name: 'start', start }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // Node adds advice after the first sentence.
    return mistaken(error.message.split(/\. |\n/)[0]!)
  }
}

function parseHealth(commandLine: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: { 'bootstrap-server': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return { name: 'help' }
    if (positionals.length > 1) return mistaken(`unexpected argument '${positionals[1]}'`)
    return { name: 'health', health: { file: positionals[0], bootstrapServer: values['bootstrap-server'] } }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return mistaken(error.message.split(/\. |\n/)[0]!)
  }
}

function mistaken(reason: string): Command {
  return { name: 'mistaken', message: `${reason} (see ottla --help)` }
}

import { ClientError } from '../client/client-error.ts'
import { KafkaClient } from '../client/kafka-client.ts'
import { parsePropertiesFile } from '../config/properties.ts'
import { DiskError } from '../ports.ts'
import { ArgparseError, parseArgparse } from './argparse.ts'
import { argparseUsage } from './argparse-usage.ts'
import { withArgumentFiles } from './argument-files.ts'
import { parseBootstrapServers } from './bootstrap.ts'
import { clientTimeouts, refuseUnsupported } from './client-properties.ts'
import { type GivenOptions, parseOptions } from './option-table.ts'
import { type OutputFormat, outputs } from './output-format.ts'
import { plain } from './paint.ts'
import { besideProgress, Progress } from './progress.ts'
import { rendered } from './render.ts'
import type { Terminal } from './terminal.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolPorts } from './tool.ts'
import { kafkaFace, ownFace, type ToolFace } from './tool-face.ts'
import { OptionError, UsageError } from './usage-error.ts'
import { kafkaVersion, version } from './version.ts'

/** How a tool was called: by what name, which its help repeats, and whether that is the one Kafka has for it. */
export interface ToolCall {
  readonly command: string
  readonly summary: string
  readonly isKafkaName: boolean
}

/**
 * Runs one tool and resolves with its exit code. Called by Kafka's name it knows exactly the options of Kafka's tool and
 * writes exactly what that writes.
 */
export async function runTool(
  tool: Tool,
  { command, summary, isKafkaName }: ToolCall,
  commandLine: readonly string[],
  terminal: Terminal,
  ports: ToolPorts,
): Promise<number> {
  const face = isKafkaName ? kafkaFace(tool, summary) : ownFace(tool, { command, summary }, terminal)
  const paint = isKafkaName ? plain : terminal.paint
  const paintError = isKafkaName ? plain : terminal.paintError
  const progress = new Progress(terminal, ports.clock, !isKafkaName && terminal.isWatched)
  const shown = besideProgress(terminal, progress)
  const clients: KafkaClient[] = []
  try {
    if (commandLine.length === 0 && !(isKafkaName && tool.argparse)) {
      for (const line of face.help()) terminal.printError(line)
      return 1
    }
    const given = await parsed(tool, face, commandLine, ports.disk)
    if (given.has('help')) {
      for (const line of face.help(given.command)) face.isHelpError ? terminal.printError(line) : terminal.print(line)
      return face.helpExitCode
    }
    if (given.has('version')) {
      terminal.print(isKafkaName ? kafkaVersion : version)
      return 0
    }
    const output = isKafkaName ? 'kafka' : outputFormat(given.text('output' as never), terminal)
    const result = await tool.run(given, environmentOf(commandLine, shown, ports, clients, progress))
    progress.end()
    for (const line of await rendered(result, output, paint)) terminal.print(line)
    return result.exitCode ?? 0
  } catch (error) {
    progress.end()
    if (!(error instanceof UsageError || error instanceof ToolError || error instanceof ClientError)) throw error
    if (error instanceof ToolError && isKafkaName) for (const line of error.lines) terminal.print(line)
    if (error instanceof ArgparseError && isKafkaName) {
      for (const line of error.usage) terminal.printError(line)
      terminal.printError(`${tool.argparse!.program}: error: ${error.message}`)
      if (error.candidates.length > 0) terminal.printError(['\nDid you mean:', ...error.candidates].join('\n\t'))
      return 1
    }
    const isOfUsage = error instanceof UsageError && (tool.showsOptionsAlways || !(error instanceof OptionError))
    terminal.printError(paintError('red', isOfUsage ? error.message : `${tool.errorPrefix ?? ''}${error.message}`))
    if (error instanceof UsageError && !isKafkaName) terminal.printError(`See ${command} --help.`)
    else if (isOfUsage) for (const line of face.usage()) terminal.printError(line)
    return 1
  } finally {
    await Promise.all(clients.map(client => client.close()))
  }
}

function parsed(
  tool: Tool,
  { common, argparse }: ToolFace,
  commandLine: readonly string[],
  disk: ToolPorts['disk'],
): Promise<GivenOptions<string>> | GivenOptions<string> {
  if (argparse === undefined) return parseOptions({ ...tool.options, ...common }, commandLine)
  if (!argparse.shape.readsFiles) return parseArgparse(tool, argparse, commandLine)
  const refusal = (message: string) => new ArgparseError(message, argparseUsage(tool, argparse))
  return withArgumentFiles(commandLine, disk, refusal).then(words => parseArgparse(tool, argparse, words))
}

function outputFormat(text: string | undefined, terminal: Terminal): OutputFormat {
  if (text === undefined) return terminal.isInteractive ? 'table' : 'kafka'
  const format = outputs.find(known => known === text)
  if (format === undefined) throw new UsageError(`--output is one of ${outputs.join(', ')}, not '${text}'`)
  return format
}

function environmentOf(
  commandLine: readonly string[],
  terminal: Terminal,
  ports: ToolPorts,
  clients: KafkaClient[],
  progress: Progress,
): ToolEnvironment {
  const read = async (path: string, missing: string): Promise<Uint8Array> => {
    try {
      return await ports.disk.readFile(path)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      throw new ToolError(missing, { cause: error })
    }
  }
  return {
    terminal,
    progress: text => progress.show(text),
    commandLine,
    readFile: async path => new TextDecoder().decode(await read(path, `Unable to read file ${path}`)),
    nowMs: () => ports.clock.nowMs(),
    ports,
    readProperties: async path => parsePropertiesFile(await read(path, `${path}: cannot be read`)),
    async connect(bootstrapServers, configFile, overrides = {}) {
      const fromFile = configFile === undefined ? [] : await this.readProperties(configFile)
      const properties = new Map([...fromFile, ...(overrides.properties ?? [])])
      refuseUnsupported(properties)
      const timeouts = clientTimeouts(properties)
      const client = new KafkaClient(ports.transport, ports.clock, {
        bootstrapServers: parseBootstrapServers(bootstrapServers),
        usesControllers: overrides.usesControllers ?? false,
        clientId: properties.get('client.id') ?? 'ottla-tool',
        requestTimeoutMs: overrides.requestTimeoutMs ?? timeouts.requestTimeoutMs,
        apiTimeoutMs: overrides.apiTimeoutMs ?? timeouts.apiTimeoutMs,
        unreachable: error => terminal.printError(`${error.message}; trying again.`),
      })
      clients.push(client)
      progress.show(() => `Asking ${bootstrapServers}`)
      return client
    },
  }
}

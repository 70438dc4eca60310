import { type GivenOptions, type OptionTable, parseOptions } from './option-table.ts'
import type { Tool, ToolCommand } from './tool.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads the command line of a tool that has commands, of which the first word names one. `common` are options that
 * every tool has. Throws a `UsageError`.
 */
export function parseCommand(tool: Tool, common: OptionTable, commandLine: readonly string[]): GivenOptions<string> {
  const commands = tool.commands!
  const everywhere = { ...tool.options, ...common }
  const all: OptionTable = Object.assign({}, ...Object.values(commands).map(({ options }) => options), everywhere)
  const name = parseOptions(all, commandLine).command
  const command = commands[name]
  if (command === undefined) {
    const asked = ['help', 'version'].some(option => commandLine.includes(`--${option}`))
    if (asked) return parseOptions(everywhere, commandLine)
    throw new UsageError(name === '' ? 'too few arguments' : unknownCommand(name, commands))
  }
  const known = { ...everywhere, ...command.options }
  return parseOptions(known, commandLine)
}

function unknownCommand(name: string, commands: Readonly<Record<string, ToolCommand>>): string {
  const names = Object.keys(commands).map(known => `'${known}'`)
  return `invalid choice: '${name}' (choose from ${names.join(', ')})`
}

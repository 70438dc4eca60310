import { type ArgparseCall, argparseUsage, commandsText, flagsOf, syntaxOf, width } from './argparse-usage.ts'
import type { OptionSpec, OptionTable } from './option-table.ts'
import type { Tool } from './tool.ts'
import { wrapped } from './wrapped.ts'

const titleWidthMax = 21
const indent = ' '.repeat(25)

/** The help of a tool, or of one of its commands, in the form that argparse4j gives it. */
export function argparseHelp(tool: Tool, summary: string, call: ArgparseCall, name?: string): string[] {
  const command = name === undefined ? undefined : tool.commands?.[name]
  const options = { ...call.common, ...(command ?? tool).options }
  const { commandsTitle } = call.shape
  const commands = command === undefined ? commandLines(tool, call) : []
  return [
    ...argparseUsage(tool, call, name),
    ...(command === undefined ? ['', ...wrapped(`${summary}.`, { width })] : []),
    ...(commands.length > 0 && commandsTitle === undefined ? ['', 'positional arguments:', ...commands] : []),
    '',
    'optional arguments:',
    ...optionLines(options, undefined),
    ...(commands.length > 0 && commandsTitle !== undefined ? ['', `${commandsTitle}:`, ...commands] : []),
    ...groupsOf(options).flatMap(group => ['', `${group}:`, ...optionLines(options, group)]),
  ]
}

function commandLines({ commands = {} }: Tool, { shape }: ArgparseCall): string[] {
  return [
    `  ${commandsText(shape, commands)}`,
    ...Object.entries(commands).flatMap(([name, { summary }]) => described(`  ${name}`, summary)),
  ]
}

function groupsOf(options: OptionTable): string[] {
  return [...new Set(Object.values(options).flatMap(({ group }) => group ?? []))]
}

function optionLines(options: OptionTable, group: string | undefined): string[] {
  return Object.entries(options).flatMap(([name, spec]) =>
    spec.group === group ? described(titleOf(name, spec), spec.help) : [],
  )
}

function titleOf(name: string, spec: OptionSpec): string {
  return flagsOf(name, spec)
    .map(flag => syntaxOf(flag, name, spec))
    .join(', ')
}

function described(title: string, help: string): string[] {
  if (help === '') return [`  ${title}`]
  const [first = '', ...rest] = wrapped(help, { width, firstIndent: indent, indent })
  if (title.length > titleWidthMax) return [`  ${title}`, first, ...rest]
  return [`  ${title}`.padEnd(indent.length) + first.trimStart(), ...rest]
}

import type { OptionSpec, OptionTable } from './option-table.ts'
import type { ToolCommand } from './tool.ts'

/** What argparse4j takes for the width of a terminal that it knows nothing of. */
const width = 75

/** `-h`, `--help`: the help's short one first, others as Kafka declares them. */
export function flagsOf(name: string, { aliases = [] }: OptionSpec): string[] {
  const flags = [name, ...aliases].map(known => (known.length === 1 ? `-${known}` : `--${known}`))
  return name === 'help' ? flags.toReversed() : flags
}

/** The usage of a tool, or of one of its commands. */
export function argparseUsage(
  program: string,
  common: OptionTable,
  commands: Readonly<Record<string, ToolCommand>>,
  name?: string,
): string[] {
  const command = name === undefined ? undefined : commands[name]
  const exclusive = command?.exclusive ?? []
  const inGroup = new Set(exclusive.flat())
  const options = { ...common, ...command?.options }
  const syntax = Object.entries(options).filter(([option]) => !inGroup.has(option))
  const parts = [
    ...(name === undefined ? [] : [name]),
    ...syntax.map(([option, spec]) => (spec.isRequired ? bare(option, spec) : `[${bare(option, spec)}]`)),
    ...exclusive.flatMap(group => {
      const texts = group.map(option => bare(option, options[option]!))
      return texts.flatMap((text, index) => {
        const opened = index === 0 ? `[${text}` : text
        return index === texts.length - 1 ? [`${opened}]`] : [opened, '|']
      })
    }),
    ...(name === undefined ? [`{${Object.keys(commands).join(',')}}`, '...'] : []),
  ]
  return wrapped(`usage: ${program}`, parts)
}

function bare(name: string, spec: OptionSpec): string {
  const flag = flagsOf(name, spec)[0]!
  return spec.argument === undefined ? flag : `${flag} ${name.replaceAll('-', '_').toUpperCase()}`
}

function wrapped(start: string, parts: readonly string[]): string[] {
  const indent = ' '.repeat(start.length)
  const lines = [start]
  for (const part of parts) {
    const line = lines.at(-1)!
    if (line !== start && `${line} ${part}`.length > width) lines.push(`${indent} ${part}`)
    else lines[lines.length - 1] = `${line} ${part}`
  }
  return lines
}

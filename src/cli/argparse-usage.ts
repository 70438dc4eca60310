import type { OptionSpec, OptionTable } from './option-table.ts'
import type { ArgparseShape, ExclusiveOptions, Tool } from './tool.ts'

/** What argparse4j takes for the width of a terminal that it knows nothing of. */
export const width = 75

/** `-h`, `--help`: the short ones of these two first, others as Kafka declares them. */
export function flagsOf(name: string, { aliases = [] }: OptionSpec): string[] {
  const flags = [name, ...aliases].map(known => (known.length === 1 ? `-${known}` : `--${known}`))
  return name === 'help' || name === 'version' ? flags.toReversed() : flags
}

/** An option with what stands for its argument. */
export function syntaxOf(flag: string, name: string, { argument, metavar }: OptionSpec): string {
  return argument === undefined ? flag : `${flag} ${metavar ?? name.replaceAll('-', '_').toUpperCase()}`
}

/** What a tool is called where it was called, and which options each of its parsers has besides its own. */
export interface ArgparseCall {
  readonly shape: ArgparseShape
  readonly common: OptionTable
}

/** The usage of a tool, or of one of its commands. */
export function argparseUsage(
  { options, exclusive, commands = {} }: Pick<Tool, 'options' | 'exclusive' | 'commands'>,
  { shape, common }: ArgparseCall,
  name?: string,
): string[] {
  const command = name === undefined ? undefined : commands[name]
  const parts =
    command === undefined
      ? [...optionParts({ ...common, ...options }, exclusive), commandsText(shape, commands), '...']
      : [
          ...optionParts(options, exclusive, true),
          name!,
          ...optionParts({ ...common, ...command.options }, command.exclusive),
        ]
  return wrappedUsage(`usage: ${shape.program}`, parts)
}

/** All the commands, or the word for them. */
export function commandsText({ commandsTitle }: ArgparseShape, commands: NonNullable<Tool['commands']>): string {
  return commandsTitle === undefined ? `{${Object.keys(commands).join(',')}}` : 'COMMAND'
}

function optionParts(
  options: OptionTable,
  exclusive: readonly ExclusiveOptions[] = [],
  requiredOnly = false,
): string[] {
  const inGroup = new Set(exclusive.flatMap(({ names }) => names))
  const bare = (name: string) => syntaxOf(flagsOf(name, options[name]!)[0]!, name, options[name]!)
  const alone = Object.entries(options).filter(
    ([name, { isRequired }]) => !inGroup.has(name) && (isRequired || !requiredOnly),
  )
  const groups = exclusive.filter(({ isRequired }) => isRequired || !requiredOnly)
  return [
    ...alone.map(([name, { isRequired }]) => (isRequired ? bare(name) : `[${bare(name)}]`)),
    ...groups.flatMap(({ names, isRequired }) => {
      const [open, close] = isRequired ? ['(', ')'] : ['[', ']']
      return names.flatMap((name, index) => {
        const opened = index === 0 ? `${open}${bare(name)}` : bare(name)
        return index === names.length - 1 ? [`${opened}${close}`] : [opened, '|']
      })
    }),
  ]
}

function wrappedUsage(start: string, parts: readonly string[]): string[] {
  const indent = ' '.repeat(start.length)
  const lines = [start]
  for (const part of parts) {
    const line = lines.at(-1)!
    if (line !== start && `${line} ${part}`.length > width) lines.push(`${indent} ${part}`)
    else lines[lines.length - 1] = `${line} ${part}`
  }
  return lines
}

import { brokerKeys } from '../../config/broker-keys.ts'
import { topicKeys } from '../../config/keys/topic.ts'
import { helpOption, ownOptions, versionOption } from '../common-options.ts'
import type { OptionSpec, OptionTable } from '../option-table.ts'
import { ownCommands } from '../own-commands.ts'
import { tools } from '../tools.ts'

/** What can be written after `ottla`, as data that each shell's script is made of. */
export interface CompletionModel {
  readonly commands: readonly CompletedCommand[]
  /** What arguments of the form `key=value` begin with. */
  readonly keys: Readonly<Record<'brokerKeys' | 'topicKeys', readonly string[]>>
}

export interface CompletedCommand {
  readonly name: string
  /** Whether it is also a command by itself, as Kafka has it. */
  readonly isKafkas: boolean
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** Words that choose what the command does, with the options that come with each. */
  readonly subcommands: readonly Pick<CompletedCommand, 'name' | 'summary' | 'options'>[]
  readonly words: 'files' | readonly string[]
}

export interface CompletedOption {
  /** With their dashes, the long one first. */
  readonly names: readonly string[]
  readonly help: string
  readonly argument?: CompletedArgument
}

export interface CompletedArgument {
  /** What it stands for, such as `host:port`. */
  readonly label: string
  readonly of: 'brokerKeys' | 'topicKeys' | 'files' | 'anything' | readonly string[]
}

export async function completionModel(): Promise<CompletionModel> {
  const ofTools = await Promise.all(
    tools.map(async ({ name, kafkaName, summary, load }): Promise<CompletedCommand[]> => {
      const { options, commands = {} } = await load()
      const common = { ...helpOption, ...versionOption }
      const subcommands = Object.entries(commands).map(([word, command]) => ({
        name: word,
        summary: command.summary,
        options: completed(command.options),
      }))
      const both = { summary, subcommands, words: [] }
      return [
        { ...both, name, isKafkas: false, options: completed({ ...options, ...common, ...ownOptions }) },
        { ...both, name: kafkaName, isKafkas: true, options: completed({ ...options, ...common }) },
      ]
    }),
  )
  return {
    commands: [
      ...ownCommands.map(command => ({
        ...command,
        options: completed(command.options),
        subcommands: [],
        isKafkas: false,
      })),
      ...ofTools.flat(),
    ],
    keys: { brokerKeys: Object.keys(brokerKeys).sort(), topicKeys: Object.keys(topicKeys).sort() },
  }
}

function completed(options: OptionTable): CompletedOption[] {
  return Object.entries(options).map(([name, spec]) => ({
    names: [name, ...(spec.aliases ?? [])]
      .toSorted((a, b) => b.length - a.length)
      .map(known => (known.length === 1 ? `-${known}` : `--${known}`)),
    help: spec.help,
    ...(spec.argument === undefined ? {} : { argument: completedArgument(spec.argument, spec) }),
  }))
}

function completedArgument(label: string, { choices, completes }: OptionSpec): CompletedArgument {
  return { label, of: choices ?? completes ?? (/file/.test(label) ? 'files' : 'anything') }
}

import type { OptionTable } from './option-table.ts'

/** A command of Ottla's own, as help and completion show it. */
export interface OwnCommand {
  readonly name: string
  /** One line. */
  readonly summary: string
  readonly options: OptionTable
  /** What its words are that are no options: files, or one of these. */
  readonly words: 'files' | readonly string[]
}

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

const everywhere = { help: { aliases: ['h'], help: 'Shows the help.' } } as const

/** Those that are not Kafka's tools. */
export const ownCommands: readonly OwnCommand[] = [
  {
    name: 'start',
    summary: 'Runs a broker until Ctrl-C',
    options: {
      override: { argument: 'key=value', completes: 'brokerKeys', help: "Sets a configuration key of Kafka's." },
      'cluster-id': { argument: 'id', help: 'The cluster that directories must belong to.' },
      seed: { argument: 'file', help: 'What the broker begins with.' },
      ...everywhere,
      version: { aliases: ['v'], help: 'Shows the version.' },
    },
    words: 'files',
  },
  {
    name: 'health',
    summary: 'Asks a broker whether it serves, and exits with 0 or 1',
    options: {
      'bootstrap-server': { argument: 'host:port', help: 'The broker, where no server.properties says it.' },
      ...everywhere,
    },
    words: 'files',
  },
  {
    name: 'completion',
    summary: 'Prints a script that completes command lines, for bash, zsh or fish',
    options: everywhere,
    words: shells,
  },
]

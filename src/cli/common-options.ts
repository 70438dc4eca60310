import { outputs } from './output-format.ts'

/** Of every tool, but those of Kafka's that joptsimple takes apart: they know no short options. */
export const helpOption = { help: { aliases: ['h'], help: 'Shows this.' } } as const
export const longHelpOption = { help: { help: helpOption.help.help } } as const
export const versionOption = { version: { help: 'Shows the version.' } } as const

/** Of every tool under Ottla's own name. */
export const ownOptions = {
  output: {
    argument: 'format',
    choices: outputs,
    help: "table, json, or kafka for what Kafka's own tool prints. On a terminal table, elsewhere kafka.",
  },
} as const

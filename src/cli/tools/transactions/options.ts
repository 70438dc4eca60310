import { clientOptions } from '../../client-options.ts'
import { versionOption } from '../../common-options.ts'
import type { GivenOptions } from '../../option-table.ts'
import { toolOfCommands } from '../../tool.ts'

export const beforeCommands = {
  version: { ...versionOption.version, aliases: ['v'] },
  'command-config': { ...clientOptions['command-config'], metavar: 'FILE' },
  'bootstrap-server': { ...clientOptions['bootstrap-server'], metavar: 'host:port', isRequired: true },
} as const

const topic = { argument: 'name', help: 'The topic.' }
const partition = { argument: 'id', type: 'integer', help: 'The partition.' } as const
const required = { topic: { ...topic, isRequired: true }, partition: { ...partition, isRequired: true } } as const
const broker = {
  argument: 'id',
  type: 'integer',
  help: "The broker to ask, instead of the partition's leader.",
} as const

const newer = 'Brokers on versions 3.0 and above'
const older = 'Brokers on versions older than 3.0'

export const options = {
  list: {
    summary: 'Lists transactional ids',
    options: {
      'duration-filter': {
        argument: 'milliseconds',
        type: 'long',
        help: 'Only transactions that have been open for longer.',
      },
      'transactional-id-pattern': { argument: 'pattern', help: 'Only transactional ids that match.' },
    },
  },
  describe: {
    summary: 'Shows the state of a transactional id',
    options: { 'transactional-id': { argument: 'id', isRequired: true, help: 'Required.' } },
  },
  'describe-producers': {
    summary: 'Shows the producers that a partition knows of',
    options: { 'broker-id': broker, ...required },
  },
  abort: {
    summary: 'Aborts a transaction that hangs in a partition',
    options: {
      ...required,
      'start-offset': { argument: 'offset', type: 'long', group: newer, help: 'Where the transaction begins.' },
      'producer-id': {
        argument: 'id',
        type: 'long',
        group: older,
        help: 'Instead of --start-offset, with the two epochs.',
      },
      'producer-epoch': { argument: 'epoch', type: 'short', group: older, help: 'With --producer-id.' },
      'coordinator-epoch': { argument: 'epoch', type: 'integer', group: older, help: 'With --producer-id.' },
    },
  },
  'find-hanging': {
    summary: 'Finds transactions that no coordinator will end',
    options: {
      'broker-id': broker,
      'max-transaction-timeout': {
        argument: 'minutes',
        type: 'integer',
        help: 'How long a transaction may be open; 15 unless given.',
      },
      topic,
      partition,
    },
  },
  forceTerminateTransaction: {
    summary: 'Aborts what a transactional id has open, by fencing its producer',
    options: { transactionalId: { argument: 'id', isRequired: true, metavar: 'TRANSACTIONALID', help: 'Required.' } },
  },
} as const

type Commands = typeof options
type OptionName =
  | keyof typeof beforeCommands
  | { [Command in keyof Commands]: keyof Commands[Command]['options'] }[keyof Commands]

export type TransactionOptions = GivenOptions<OptionName>

/** A tool of these commands. */
export const transactionsTool = toolOfCommands<typeof beforeCommands, Commands>

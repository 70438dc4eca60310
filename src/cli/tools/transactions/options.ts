import type { clientOptions } from '../../client-options.ts'
import type { GivenOptions } from '../../option-table.ts'
import { toolOfCommands } from '../../tool.ts'

const topic = { argument: 'name', help: 'The topic.' }
const partition = { argument: 'id', type: 'integer', help: 'The partition.' } as const
const broker = {
  argument: 'id',
  type: 'integer',
  help: "The broker to ask, instead of the partition's leader.",
} as const

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
    options: { 'transactional-id': { argument: 'id', help: 'Required.' } },
  },
  'describe-producers': {
    summary: 'Shows the producers that a partition knows of',
    options: { topic, partition, 'broker-id': broker },
  },
  abort: {
    summary: 'Aborts a transaction that hangs in a partition',
    options: {
      topic,
      partition,
      'start-offset': { argument: 'offset', type: 'long', help: 'Where the transaction begins.' },
      'producer-id': { argument: 'id', type: 'long', help: 'Instead of --start-offset, with the two epochs.' },
      'producer-epoch': { argument: 'epoch', type: 'integer', help: 'With --producer-id.' },
      'coordinator-epoch': { argument: 'epoch', type: 'integer', help: 'With --producer-id.' },
    },
  },
  'find-hanging': {
    summary: 'Finds transactions that no coordinator will end',
    options: {
      topic,
      partition,
      'broker-id': broker,
      'max-transaction-timeout': {
        argument: 'minutes',
        type: 'integer',
        help: 'How long a transaction may be open; 15 unless given.',
      },
    },
  },
  forceTerminateTransaction: {
    summary: 'Aborts what a transactional id has open, by fencing its producer',
    options: { transactionalId: { argument: 'id', help: 'Required.' } },
  },
} as const

type Commands = typeof options
type OptionName =
  | keyof typeof clientOptions
  | { [Command in keyof Commands]: keyof Commands[Command]['options'] }[keyof Commands]

export type TransactionOptions = GivenOptions<OptionName>

/** A tool of these commands. */
export const transactionsTool = toolOfCommands<typeof clientOptions, Commands>

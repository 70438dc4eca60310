import { clientOptions } from '../../client-options.ts'
import type { GivenOptions } from '../../option-table.ts'

const ofEntity = (entity: string) => ({ argument: 'name', help: `Short for --entity-type ${entity} --entity-name.` })
const ofDefault = (entity: string) => ({ help: `Short for --entity-type ${entity} --entity-default.` })

export const configOptions = {
  ...clientOptions,
  'bootstrap-controller': { argument: 'host:port', help: 'Controllers to ask instead of brokers.' },
  describe: { help: 'Shows the dynamic configuration.' },
  all: { help: 'With --describe: shows static and default configuration too.' },
  alter: { help: 'Changes the configuration.' },
  'entity-type': {
    argument: 'type',
    choices: ['topics', 'clients', 'users', 'brokers', 'broker-loggers', 'ips', 'client-metrics', 'groups'],
    help: 'What it is the configuration of: topics, brokers, broker-loggers, groups, client-metrics, users, clients or ips.',
  },
  'entity-name': { argument: 'name', help: 'Its name: of a topic or group, the id of a broker.' },
  'entity-default': { help: 'The default of all entities of the type.' },
  'add-config': {
    argument: 'key=value',
    help: 'What to set, separated by commas; square brackets keep a value with commas together: a=1,b=[x,y].',
  },
  'add-config-file': { argument: 'file', help: 'A properties file with what to set.' },
  'delete-config': { argument: 'keys', help: 'Keys whose values to remove, separated by commas.' },
  topic: ofEntity('topics'),
  client: ofEntity('clients'),
  'client-defaults': ofDefault('clients'),
  user: ofEntity('users'),
  'user-defaults': ofDefault('users'),
  broker: ofEntity('brokers'),
  'broker-defaults': ofDefault('brokers'),
  'broker-logger': ofEntity('broker-loggers'),
  ip: ofEntity('ips'),
  'ip-defaults': ofDefault('ips'),
  group: ofEntity('groups'),
  'client-metrics': ofEntity('client-metrics'),
} as const

export type ConfigOptions = GivenOptions<keyof typeof configOptions>

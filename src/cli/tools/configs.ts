import { ClientError } from '../../client/client-error.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { connectToEither } from '../bootstrap-controller.ts'
import { type Tool, ToolError, tool } from '../tool.ts'
import { UsageError } from '../usage-error.ts'
import { alterConfigs } from './configs/alter.ts'
import { parseAddedConfigs, parsePropertiesText } from './configs/arguments.ts'
import { describeConfigs } from './configs/describe.ts'
import { describeHeader, type Entity, entitiesOf, entityFlags } from './configs/entities.ts'
import { type ConfigOptions, configOptions } from './configs/options.ts'

const entityTypes = ['topic', 'client', 'user', 'broker', 'ip', 'client-metric', 'group', 'broker-logger'].map(name =>
  name === 'client-metric' ? 'client-metrics' : `${name}s`,
)

export const configs: Tool = tool({
  options: configOptions,
  examples: [
    ['What holds for a topic, and where it comes from', '--describe --topic orders --all'],
    ['Keep the records of a topic for a day', '--alter --topic orders --add-config retention.ms=86400000'],
    ['Back to the default on every broker', '--alter --broker-defaults --delete-config log.retention.ms'],
  ],
  async run(given, environment) {
    const entities = check(given)
    const client = await connectToEither(given, environment, given.text('command-config'))
    if (given.has('alter') && entities.some(({ name }) => name === undefined)) {
      throw new ToolError('An entity name must be specified for every entity type')
    }
    try {
      if (given.has('describe')) return await describeConfigs(client, entities, given.has('all'))
      const file = given.text('add-config-file')
      const added =
        file === undefined
          ? parseAddedConfigs(given.text('add-config'))
          : parsePropertiesText(await environment.readFile(file))
      const deleted = given.texts('delete-config').flatMap(keys => keys.split(',').map(key => key.trim()))
      const randomBytes = (length: number) => environment.ports.random.bytes(length)
      return await alterConfigs(client, entities, added, deleted, randomBytes)
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      const isOfResource = !['users', 'clients', 'ips'].includes(entities[0]?.type ?? '')
      if (isOfResource && error.code === ErrorCode.UNSUPPORTED_VERSION) throw error
      const words = environment.commandLine.join(' ')
      // Where even the names cannot be had, nothing has been printed yet.
      const isHeaded = given.has('describe') && error.code !== ErrorCode.UNSUPPORTED_ENDPOINT_TYPE
      throw new ToolError(
        `Error while executing config command with args '${words}'\njava.util.concurrent.ExecutionException: ${error.exceptionText}`,
        { cause: error, lines: isHeaded ? describeHeader(entities[0]!, given.has('all')) : [] },
      )
    }
  },
})

const entityOptions = ['entity-type', 'entity-name', 'entity-default'] as const

/** What Kafka's tool refuses before it asks anybody. Yields whose configuration is meant. */
function check(given: ConfigOptions): Entity[] {
  if (given.has('alter') === given.has('describe')) {
    throw new UsageError('Command must include exactly one action: --describe, --alter')
  }
  given.forbid('describe', 'add-config', 'delete-config')
  const entities = entitiesOf(given)
  const types = entities.flatMap(({ type }) => type ?? [])
  const repeated = types.filter((type, index) => types.indexOf(type) !== index)
  if (repeated.length > 0) throw new ToolError(`Duplicate entity type(s) specified: ${repeated.join(',')}`)
  const connections = (['bootstrap-server', 'bootstrap-controller'] as const).filter(name => given.has(name))
  if (connections.length === 0) {
    throw new ToolError('Either --bootstrap-server or --bootstrap-controller must be specified.')
  }
  for (const type of types) {
    if (!entityTypes.includes(type)) {
      throw new ToolError(
        `Invalid entity type ${type}, the entity type must be one of ${entityTypes.join(', ')} with a --bootstrap-server or --bootstrap-controller argument`,
      )
    }
  }
  if (types.length === 0) throw new ToolError('At least one entity type must be specified')
  if (types.length > 1 && !types.every(type => type === 'users' || type === 'clients')) {
    throw new ToolError(`Only 'users' and 'clients' entity types may be specified together`)
  }
  if (entityOptions.some(option => given.has(option)) && entityFlags.some(({ option }) => given.has(option))) {
    throw new ToolError('--entity-{type,name,default} should not be used in conjunction with specific entity flags')
  }
  if (connections.length > 1) {
    throw new ToolError('Only one of --bootstrap-server or --bootstrap-controller can be specified')
  }
  checkNames(given, entities, types)
  return entities
}

function checkNames(given: ConfigOptions, entities: readonly Entity[], types: readonly string[]): void {
  const names = entities.flatMap(({ name }) => name ?? [])
  const hasName = names.some(name => name !== '')
  const isOf = (...some: string[]) => some.some(type => types.includes(type))
  if (isOf('brokers', 'broker-loggers')) {
    const misnamed = names.find(name => name !== '' && !/^[+-]?\d+$/.test(name))
    if (misnamed !== undefined) {
      throw new ToolError(`The entity name for ${types[0]} must be a valid integer broker id, but it is: ${misnamed}`)
    }
  }
  if (given.has('describe')) {
    if (!isOf('users', 'clients', 'brokers', 'ips') && given.has('entity-default')) {
      throw new ToolError(`--entity-default must not be specified with --describe of ${types.join(',')}`)
    }
    if (isOf('broker-loggers') && !hasName) {
      throw new ToolError(`An entity name must be specified with --describe of ${types.join(',')}`)
    }
    return
  }
  if (isOf('users', 'clients', 'brokers', 'ips')) {
    if (names.length === 0) {
      throw new ToolError(
        'An entity-name or default entity must be specified with --alter of users, clients, brokers or ips',
      )
    }
  } else if (!hasName) throw new ToolError(`An entity name must be specified with --alter of ${types.join(',')}`)
  if (given.has('add-config') && given.has('add-config-file')) {
    throw new ToolError('Only one of --add-config or --add-config-file must be specified')
  }
  if (!given.has('add-config') && !given.has('add-config-file') && !given.has('delete-config')) {
    throw new ToolError(
      'At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter',
    )
  }
}

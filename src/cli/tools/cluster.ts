import { ClientError, throwIfError } from '../../client/client-error.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { DescribeCluster } from '../../protocol/apis/describe-cluster.ts'
import { UnregisterBroker } from '../../protocol/apis/unregister-broker.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { connectToEither, tellingExceptions } from '../bootstrap-controller.ts'
import { columnLine } from '../columns.ts'
import { type Tool, ToolError, type ToolResult, toolOfCommands } from '../tool.ts'
import { UsageError } from '../usage-error.ts'

const connection = {
  'bootstrap-server': { argument: 'host:port', aliases: ['b'], help: 'Brokers to ask first, separated by commas.' },
  'bootstrap-controller': { argument: 'host:port', aliases: ['C'], help: 'Controllers to ask instead of brokers.' },
  config: { argument: 'file', help: 'The older name of --command-config.' },
  'command-config': {
    argument: 'file',
    aliases: ['c'],
    help: 'Properties of the client, such as request.timeout.ms.',
  },
} as const

const exclusive = [{ names: ['bootstrap-server', 'bootstrap-controller'], isRequired: true }] as const

export const cluster: Tool = toolOfCommands({
  options: {},
  argparse: { program: 'kafka-cluster', helpExitCode: 1 },
  commands: {
    'cluster-id': { summary: "Shows the cluster's id", options: connection, exclusive },
    unregister: {
      summary: 'Removes the registration of a broker that is gone for good',
      options: {
        ...connection,
        id: { argument: 'id', aliases: ['i'], type: 'integer', isRequired: true, help: 'Of the broker. Required.' },
      },
      exclusive,
    },
    'list-endpoints': {
      summary: 'Lists where brokers can be reached',
      options: { ...connection, 'include-fenced-brokers': { help: 'Those too that serve no clients now.' } },
      exclusive,
    },
  },
  examples: [
    ['The id of the cluster', 'cluster-id'],
    ['Where clients are told that the brokers are', 'list-endpoints'],
  ],
  async run(given, environment) {
    if (given.has('config') && given.has('command-config')) {
      throw new UsageError('--config and --command-config cannot be specified together.')
    }
    const lines = given.has('config')
      ? ['Option --config has been deprecated and will be removed in a future version. Use --command-config instead.']
      : []
    const configFile = given.text('command-config') ?? given.text('config')
    const client = await connectToEither(given, environment, configFile)
    const result = await tellingExceptions(async () => {
      if (given.command === 'cluster-id') return await clusterId(client)
      if (given.command === 'unregister') return await unregister(client, given.integer('id')!)
      const includesFenced = given.has('include-fenced-brokers')
      return await (client.usesControllers ? listControllers : listEndpoints)(client, includesFenced)
    })
    return { ...result, lines: [...lines, ...result.lines] }
  },
})

async function clusterId(client: KafkaClient): Promise<ToolResult> {
  const id = await client.clusterId()
  return { lines: [`Cluster ID: ${id}`], data: { clusterId: id } }
}

async function unregister(client: KafkaClient, brokerId: number): Promise<ToolResult> {
  try {
    const { errorCode, errorMessage } = await client.ask(UnregisterBroker, { brokerId })
    throwIfError(errorCode, errorMessage)
    return { lines: [`Broker ${brokerId} is no longer registered.`] }
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== ErrorCode.UNSUPPORTED_VERSION) throw error
    return { lines: ['The target cluster does not support the broker unregistration API.'] }
  }
}

async function listControllers(client: KafkaClient, includeFencedBrokers: boolean): Promise<ToolResult> {
  if (includeFencedBrokers) {
    throw new ToolError('The option --include-fenced-brokers is only supported with --bootstrap-server option')
  }
  const { brokers } = await client.describeCluster()
  const columns = ['ID', 'HOST', 'PORT', 'RACK', 'ENDPOINT_TYPE']
  const rows = brokers.map(({ brokerId, host, port, rack }) => [brokerId, host, port, String(rack), 'controller'])
  const widths = [10, Math.max(...brokers.map(({ host }) => host.length)), 10, 10, 15]
  return { lines: [columns, ...rows].map(row => columnLine(widths, row)), table: { columns, rows }, data: brokers }
}

async function listEndpoints(client: KafkaClient, includeFencedBrokers: boolean): Promise<ToolResult> {
  const { errorCode, errorMessage, brokers } = await client.ask(DescribeCluster, {
    includeClusterAuthorizedOperations: false,
    ...(includeFencedBrokers ? { includeFencedBrokers } : {}),
  })
  throwIfError(errorCode, errorMessage)
  const columns = ['ID', 'HOST', 'PORT', 'RACK', 'STATE', 'ENDPOINT_TYPE']
  const rows = brokers.map(({ brokerId, host, port, rack, isFenced }) => [
    brokerId,
    host,
    port,
    String(rack),
    isFenced ? 'fenced' : 'unfenced',
    'broker',
  ])
  const racks = brokers.flatMap(({ rack }) => rack?.length ?? [])
  const widths = [
    10,
    Math.max(...brokers.map(({ host }) => host.length)),
    10,
    racks.length === 0 ? 10 : Math.max(...racks),
    10,
    15,
  ]
  return {
    lines: [columns, ...rows].map(row => columnLine(widths, row)),
    table: { columns, rows },
    data: brokers,
  }
}

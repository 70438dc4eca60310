import { throwIfError } from '../../client/client-error.ts'
import type { KafkaClient } from '../../client/kafka-client.ts'
import { DescribeQuorum } from '../../protocol/apis/describe-quorum.ts'
import type { ResponseOf } from '../../protocol/schema/api.ts'
import { ZERO_UUID } from '../../protocol/uuid.ts'
import { connectToEither, tellingExceptions } from '../bootstrap-controller.ts'
import { tabbedLines } from '../columns.ts'
import { type Tool, type ToolEnvironment, ToolError, type ToolResult, toolOfCommands } from '../tool.ts'
import { addController, removeController } from './metadata-quorum/voters.ts'

const dryRun = { help: 'Only says what it would do.' } as const

export const metadataQuorum: Tool = toolOfCommands({
  options: {
    'bootstrap-server': { argument: 'host:port', help: 'Brokers to ask first, separated by commas.' },
    'bootstrap-controller': { argument: 'host:port', help: 'Controllers to ask instead of brokers.' },
    'command-config': { argument: 'file', help: 'Properties of the client, such as request.timeout.ms.' },
  },
  exclusive: [{ names: ['bootstrap-server', 'bootstrap-controller'], isRequired: true }],
  argparse: { program: 'kafka-metadata-quorum' },
  commands: {
    describe: {
      summary: 'Shows the controllers that hold the metadata, and how far each is',
      options: {
        status: { group: 'Status', help: 'A summary.' },
        replication: { group: 'Replication', help: 'Every replica of the metadata log.' },
        'human-readable': { group: 'Replication', help: 'With --replication: times as so long ago.' },
      },
    },
    'add-controller': {
      summary: 'Makes a controller a voter of the quorum; --command-config names its server.properties',
      options: { 'dry-run': dryRun },
    },
    'remove-controller': {
      summary: 'Takes a voter out of the quorum',
      options: {
        'controller-id': {
          argument: 'id',
          aliases: ['i'],
          type: 'integer',
          isRequired: true,
          help: 'The node id of the voter. Required.',
        },
        'controller-directory-id': {
          argument: 'id',
          aliases: ['d'],
          isRequired: true,
          help: 'The id of its metadata directory, as kafka-metadata-quorum describe shows it. Required.',
        },
        'dry-run': dryRun,
      },
    },
  },
  examples: [
    ['How the controllers of the cluster are', 'describe --status'],
    ['How far behind each of them is', 'describe --replication --human-readable'],
  ],
  async run(given, environment) {
    const configFile = given.text('command-config')
    const client = await connectToEither(given, environment, configFile)
    if (given.command === 'add-controller') {
      if (configFile === undefined) {
        throw new ToolError(
          'You must supply the configuration file of the controller you are adding when using add-controller.',
        )
      }
      const properties = await environment.readProperties(configFile)
      return await addController(client, properties, given.has('dry-run'), environment)
    }
    if (given.command === 'remove-controller') {
      const directoryId = given.text('controller-directory-id')!
      return await removeController(client, given.integer('controller-id')!, directoryId, given.has('dry-run'))
    }
    if (given.has('status') && given.has('replication')) {
      throw new ToolError('Only one of --status or --replication should be specified with describe sub-command')
    }
    if (given.has('replication')) {
      return await tellingExceptions(() => describeReplication(client, environment, given.has('human-readable')))
    }
    if (!given.has('status')) {
      throw new ToolError('One of --status or --replication must be specified with describe sub-command')
    }
    if (given.has('human-readable')) {
      throw new ToolError('The option --human-readable is only supported along with --replication')
    }
    return await tellingExceptions(() => describeStatus(client))
  },
})

type Quorum = ResponseOf<typeof DescribeQuorum>
type Replica = Quorum['topics'][number]['partitions'][number]['currentVoters'][number]

async function quorumOf(client: KafkaClient) {
  const response = await client.ask(DescribeQuorum, {
    topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
  })
  throwIfError(response.errorCode, response.errorMessage)
  const partition = response.topics[0]!.partitions[0]!
  throwIfError(partition.errorCode, partition.errorMessage)
  return { ...partition, nodes: response.nodes }
}

async function describeStatus(client: KafkaClient): Promise<ToolResult> {
  const clusterId = await client.clusterId()
  const quorum = await quorumOf(client)
  const leader = quorum.currentVoters.find(({ replicaId }) => replicaId === quorum.leaderId)!
  const slowest = quorum.currentVoters.reduce((a, b) => (b.logEndOffset < a.logEndOffset ? b : a))
  const lag = leader.logEndOffset - slowest.logEndOffset
  const isKnown = leader.lastCaughtUpTimestamp >= 0 && slowest.lastCaughtUpTimestamp >= 0
  const lagTimeMs = leader === slowest ? 0 : isKnown ? leader.lastCaughtUpTimestamp - slowest.lastCaughtUpTimestamp : -1
  const listed = (replicas: readonly Replica[]) =>
    `[${replicas.map(replica => replicaText(replica, quorum.nodes)).join(', ')}]`
  return {
    lines: [
      `ClusterId:              ${clusterId}`,
      `LeaderId:               ${quorum.leaderId}`,
      `LeaderEpoch:            ${quorum.leaderEpoch}`,
      `HighWatermark:          ${quorum.highWatermark}`,
      `MaxFollowerLag:         ${lag}`,
      `MaxFollowerLagTimeMs:   ${lagTimeMs}`,
      `CurrentVoters:          ${listed(quorum.currentVoters)}`,
      `CurrentObservers:       ${listed(quorum.observers)}`,
    ],
    data: {
      clusterId,
      leaderId: quorum.leaderId,
      leaderEpoch: quorum.leaderEpoch,
      highWatermark: quorum.highWatermark,
      maxFollowerLag: lag,
      maxFollowerLagTimeMs: lagTimeMs,
      voters: quorum.currentVoters,
      observers: quorum.observers,
    },
  }
}

function replicaText({ replicaId, replicaDirectoryId }: Replica, nodes: Quorum['nodes']): string {
  const endpoints = nodes.find(({ nodeId }) => nodeId === replicaId)?.listeners ?? []
  const urls = endpoints.map(({ name, host, port }) => `"${name}://${host.includes(':') ? `[${host}]` : host}:${port}"`)
  return [
    `{"id": ${replicaId}`,
    ...(replicaDirectoryId === ZERO_UUID ? [] : [`"directoryId": "${replicaDirectoryId}"`]),
    ...(urls.length === 0 ? [] : [`"endpoints": [${urls.join(', ')}]`]),
  ]
    .join(', ')
    .concat('}')
}

async function describeReplication(
  client: KafkaClient,
  environment: ToolEnvironment,
  isHumanReadable: boolean,
): Promise<ToolResult> {
  const quorum = await quorumOf(client)
  const leader = quorum.currentVoters.find(({ replicaId }) => replicaId === quorum.leaderId)!
  const followers = quorum.currentVoters.filter(voter => voter !== leader)
  const nowMs = environment.nowMs()
  const time = (timestamp: number) => (timestamp >= 0 && isHumanReadable ? `${nowMs - timestamp} ms ago` : timestamp)
  const replicas = [
    { replica: leader, status: 'Leader' },
    ...followers.map(replica => ({ replica, status: 'Follower' })),
    ...quorum.observers.map(replica => ({ replica, status: 'Observer' })),
  ]
  const columns = [
    ...['NodeId', 'DirectoryId', 'LogEndOffset', 'Lag', 'LastFetchTimestamp', 'LastCaughtUpTimestamp', 'Status'],
  ]
  const rows = replicas.map(({ replica, status }) => [
    replica.replicaId,
    replica.replicaDirectoryId,
    replica.logEndOffset,
    leader.logEndOffset - replica.logEndOffset,
    time(replica.lastFetchTimestamp),
    time(replica.lastCaughtUpTimestamp),
    status,
  ])
  return { lines: tabbedLines(columns, rows), table: { columns, rows }, data: replicas }
}

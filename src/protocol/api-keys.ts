import { NO_VERSIONS, type VersionRange } from './schema/field.ts'

export type ListenerType = 'broker' | 'controller'

export interface ApiKeyInfo {
  readonly key: number
  readonly name: string
  /** The stable versions of Kafka 4.3, both ends included: those that are advertised once a handler serves the API. */
  readonly versions: VersionRange
  readonly flexibleSince: number | undefined
  /** Where Kafka serves it: on the listeners of brokers, of controllers, or both. */
  readonly listeners: readonly ListenerType[]
  /** Between the nodes of a cluster: needs CLUSTER_ACTION on the cluster. */
  readonly isClusterAction: boolean
  /** A broker hands it on to the active controller (KIP-590). */
  readonly isForwardable: boolean
}

const BROKER: readonly ListenerType[] = ['broker']
const CONTROLLER: readonly ListenerType[] = ['controller']
const BOTH: readonly ListenerType[] = ['broker', 'controller']
const NEITHER: readonly ListenerType[] = []

/**
 * Every API key of Kafka 4.3, ordered and indexed by key. It repeats what the declarations in `apis/` say about versions,
 * so that a request's header can be read, and ApiVersions answered, with none of them loaded; a test holds the two
 * together.
 */
export const API_KEYS: readonly ApiKeyInfo[] = [
  entry(0, 'Produce', [3, 13], 9, BROKER),
  entry(1, 'Fetch', [4, 18], 12, BOTH),
  entry(2, 'ListOffsets', [1, 11], 6, BROKER),
  entry(3, 'Metadata', [0, 13], 9, BROKER),
  entry(4, 'LeaderAndIsr', NO_VERSIONS, undefined, NEITHER, 'cluster action'),
  entry(5, 'StopReplica', NO_VERSIONS, undefined, NEITHER, 'cluster action'),
  entry(6, 'UpdateMetadata', NO_VERSIONS, undefined, NEITHER, 'cluster action'),
  entry(7, 'ControlledShutdown', NO_VERSIONS, undefined, NEITHER, 'cluster action'),
  entry(8, 'OffsetCommit', [2, 10], 8, BROKER),
  entry(9, 'OffsetFetch', [1, 10], 6, BROKER),
  entry(10, 'FindCoordinator', [0, 6], 3, BROKER),
  entry(11, 'JoinGroup', [0, 9], 6, BROKER),
  entry(12, 'Heartbeat', [0, 4], 4, BROKER),
  entry(13, 'LeaveGroup', [0, 5], 4, BROKER),
  entry(14, 'SyncGroup', [0, 5], 4, BROKER),
  entry(15, 'DescribeGroups', [0, 6], 5, BROKER),
  entry(16, 'ListGroups', [0, 5], 3, BROKER),
  entry(17, 'SaslHandshake', [0, 1], undefined, BOTH),
  entry(18, 'ApiVersions', [0, 4], 3, BOTH),
  entry(19, 'CreateTopics', [2, 7], 5, BOTH, 'forwardable'),
  entry(20, 'DeleteTopics', [1, 6], 4, BOTH, 'forwardable'),
  entry(21, 'DeleteRecords', [0, 2], 2, BROKER),
  entry(22, 'InitProducerId', [0, 5], 2, BROKER),
  entry(23, 'OffsetForLeaderEpoch', [2, 4], 4, BROKER),
  entry(24, 'AddPartitionsToTxn', [0, 5], 3, BROKER),
  entry(25, 'AddOffsetsToTxn', [0, 4], 3, BROKER),
  entry(26, 'EndTxn', [0, 5], 3, BROKER),
  entry(27, 'WriteTxnMarkers', [1, 2], 1, BROKER, 'cluster action'),
  entry(28, 'TxnOffsetCommit', [0, 5], 3, BROKER),
  entry(29, 'DescribeAcls', [1, 3], 2, BOTH),
  entry(30, 'CreateAcls', [1, 3], 2, BOTH, 'forwardable'),
  entry(31, 'DeleteAcls', [1, 3], 2, BOTH, 'forwardable'),
  entry(32, 'DescribeConfigs', [1, 4], 4, BOTH),
  entry(33, 'AlterConfigs', [0, 2], 2, BOTH, 'forwardable'),
  entry(34, 'AlterReplicaLogDirs', [1, 2], 2, BROKER),
  entry(35, 'DescribeLogDirs', [1, 5], 2, BROKER),
  entry(36, 'SaslAuthenticate', [0, 2], 2, BOTH),
  entry(37, 'CreatePartitions', [0, 3], 2, BOTH, 'forwardable'),
  entry(38, 'CreateDelegationToken', [1, 3], 2, BOTH, 'forwardable'),
  entry(39, 'RenewDelegationToken', [1, 2], 2, BOTH, 'forwardable'),
  entry(40, 'ExpireDelegationToken', [1, 2], 2, BOTH, 'forwardable'),
  entry(41, 'DescribeDelegationToken', [1, 3], 2, BOTH),
  entry(42, 'DeleteGroups', [0, 2], 2, BROKER),
  entry(43, 'ElectLeaders', [0, 2], 2, BOTH, 'forwardable'),
  entry(44, 'IncrementalAlterConfigs', [0, 1], 1, BOTH, 'forwardable'),
  entry(45, 'AlterPartitionReassignments', [0, 1], 0, BOTH, 'forwardable'),
  entry(46, 'ListPartitionReassignments', [0, 0], 0, BOTH, 'forwardable'),
  entry(47, 'OffsetDelete', [0, 0], undefined, BROKER),
  entry(48, 'DescribeClientQuotas', [0, 1], 1, BROKER),
  entry(49, 'AlterClientQuotas', [0, 1], 1, BOTH, 'forwardable'),
  entry(50, 'DescribeUserScramCredentials', [0, 0], 0, BOTH),
  entry(51, 'AlterUserScramCredentials', [0, 0], 0, BOTH, 'forwardable'),
  entry(52, 'Vote', [0, 2], 0, CONTROLLER, 'cluster action'),
  entry(53, 'BeginQuorumEpoch', [0, 1], 1, CONTROLLER, 'cluster action'),
  entry(54, 'EndQuorumEpoch', [0, 1], 1, CONTROLLER, 'cluster action'),
  entry(55, 'DescribeQuorum', [0, 2], 0, BOTH, 'cluster action', 'forwardable'),
  entry(56, 'AlterPartition', [2, 3], 0, CONTROLLER, 'cluster action'),
  entry(57, 'UpdateFeatures', [0, 2], 0, BOTH, 'cluster action', 'forwardable'),
  entry(58, 'Envelope', [0, 0], 0, CONTROLLER, 'cluster action'),
  entry(59, 'FetchSnapshot', [0, 1], 0, CONTROLLER),
  entry(60, 'DescribeCluster', [0, 2], 0, BOTH),
  entry(61, 'DescribeProducers', [0, 0], 0, BROKER),
  entry(62, 'BrokerRegistration', [0, 4], 0, CONTROLLER, 'cluster action'),
  entry(63, 'BrokerHeartbeat', [0, 2], 0, CONTROLLER, 'cluster action'),
  entry(64, 'UnregisterBroker', [0, 0], 0, BOTH, 'forwardable'),
  entry(65, 'DescribeTransactions', [0, 0], 0, BROKER),
  entry(66, 'ListTransactions', [0, 2], 0, BROKER),
  entry(67, 'AllocateProducerIds', [0, 0], 0, CONTROLLER, 'cluster action', 'forwardable'),
  entry(68, 'ConsumerGroupHeartbeat', [0, 1], 0, BROKER),
  entry(69, 'ConsumerGroupDescribe', [0, 1], 0, BROKER),
  entry(70, 'ControllerRegistration', [0, 0], 0, CONTROLLER),
  entry(71, 'GetTelemetrySubscriptions', [0, 0], 0, BROKER),
  entry(72, 'PushTelemetry', [0, 0], 0, BROKER),
  entry(73, 'AssignReplicasToDirs', [0, 0], 0, CONTROLLER),
  entry(74, 'ListConfigResources', [0, 1], 0, BROKER),
  entry(75, 'DescribeTopicPartitions', [0, 0], 0, BROKER),
  entry(76, 'ShareGroupHeartbeat', [1, 1], 0, BROKER),
  entry(77, 'ShareGroupDescribe', [1, 1], 0, BROKER),
  entry(78, 'ShareFetch', [1, 2], 0, BROKER),
  entry(79, 'ShareAcknowledge', [1, 2], 0, BROKER),
  entry(80, 'AddRaftVoter', [0, 1], 0, BOTH, 'forwardable'),
  entry(81, 'RemoveRaftVoter', [0, 0], 0, BOTH, 'forwardable'),
  entry(82, 'UpdateRaftVoter', [0, 0], 0, CONTROLLER),
  entry(83, 'InitializeShareGroupState', [0, 0], 0, BROKER, 'cluster action'),
  entry(84, 'ReadShareGroupState', [0, 0], 0, BROKER, 'cluster action'),
  entry(85, 'WriteShareGroupState', [0, 1], 0, BROKER, 'cluster action'),
  entry(86, 'DeleteShareGroupState', [0, 0], 0, BROKER, 'cluster action'),
  entry(87, 'ReadShareGroupStateSummary', [0, 1], 0, BROKER, 'cluster action'),
  entry(88, 'StreamsGroupHeartbeat', [0, 0], 0, BROKER),
  entry(89, 'StreamsGroupDescribe', [0, 0], 0, BROKER),
  entry(90, 'DescribeShareGroupOffsets', [0, 1], 0, BROKER),
  entry(91, 'AlterShareGroupOffsets', [0, 0], 0, BROKER),
  entry(92, 'DeleteShareGroupOffsets', [0, 0], 0, BROKER),
]

/**
 * Produce is advertised from version 0, although 3 is the first served: librdkafka before 2.0 takes compression support
 * from that number (KAFKA-18659). On broker listeners only.
 */
export const PRODUCE_ADVERTISED_VERSION_MIN = 0

type Flag = 'cluster action' | 'forwardable'

function entry(
  key: number,
  name: string,
  versions: VersionRange,
  flexibleSince: number | undefined,
  listeners: readonly ListenerType[],
  ...flags: readonly Flag[]
): ApiKeyInfo {
  const isClusterAction = flags.includes('cluster action')
  return {
    key,
    name,
    versions,
    flexibleSince,
    listeners,
    isClusterAction,
    isForwardable: flags.includes('forwardable'),
  }
}

export function apiKeyInfo(key: number): ApiKeyInfo | undefined {
  return API_KEYS[key]
}

export function hasVersions(info: ApiKeyInfo): boolean {
  return info.versions[0] <= info.versions[1]
}

/** Versions still in development, for brokers with `unstable.api.versions.enable`: two-phase commits (KIP-939). */
const unstableVersions: ReadonlyMap<number, number> = new Map([[22, 6]])

/** The newest version of an API that is served. */
export function maxServedVersion({ key, versions }: ApiKeyInfo, isUnstableServed: boolean): number {
  return (isUnstableServed ? unstableVersions.get(key) : undefined) ?? versions[1]
}

export function isServedVersion(info: ApiKeyInfo, version: number, isUnstableServed = false): boolean {
  return version >= info.versions[0] && version <= maxServedVersion(info, isUnstableServed)
}

function isFlexible(info: ApiKeyInfo, version: number): boolean {
  const { flexibleSince } = info
  // An API that has been flexible from its first version has a flexible header in every version, even unknown ones.
  return flexibleSince !== undefined && (version >= flexibleSince || flexibleSince <= info.versions[0])
}

export function requestHeaderVersion(info: ApiKeyInfo, version: number): number {
  return isFlexible(info, version) ? 2 : 1
}

const API_VERSIONS_KEY = 18

/** ApiVersions keeps header 0 in every version, since a client reads it before it knows what it talks to (KIP-511). */
export function responseHeaderVersion(info: ApiKeyInfo, version: number): number {
  return isFlexible(info, version) && info.key !== API_VERSIONS_KEY ? 1 : 0
}

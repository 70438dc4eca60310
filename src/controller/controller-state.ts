import type { ConfigRules } from './config-rules.ts'
import { FeatureName } from './feature-levels.ts'
import type { BrokerRegistration } from './image/cluster.ts'
import { ConfigResourceType } from './image/configurations.ts'
import type { MetadataImage } from './image/metadata-image.ts'
import type { MetadataRecord } from './metadata-record.ts'
import type { DrawBelow } from './replica-placer.ts'

/** `QuorumController.MAX_RECORDS_PER_USER_OP`: what one request may write, and one batch hold. */
export const recordsPerRequestMax = 10_000

/**
 * `KafkaRaftClient.MAX_BATCH_SIZE_BYTES`, and the least that a segment of the metadata log may be. A request whose
 * records might not fit into one batch is refused: it could not take effect whole.
 */
const recordBytesPerRequestMax = 8 * 1024 * 1024

/** Whether the records are more, in number or in bytes, than one request may write. */
export function isTooLarge(records: readonly MetadataRecord[]): boolean {
  if (records.length > recordsPerRequestMax) return true
  let bytesMax = 0
  for (const record of records) bytesMax += encodedBytesMax(record)
  return bytesMax > recordBytesPerRequestMax
}

/** No less than the record takes in a batch. Clients decide how long configurations are, and who replicates. */
function encodedBytesMax(record: MetadataRecord): number {
  switch (record.name) {
    case 'ConfigRecord': {
      const { name, resourceName, value } = record.message
      return 64 + 3 * (name.length + resourceName.length + (value?.length ?? 0))
    }
    case 'TopicRecord':
      return 64 + record.message.name.length
    case 'PartitionRecord':
      return 128 + 40 * record.message.replicas.length
    case 'UserScramCredentialRecord':
      return 256 + 3 * record.message.name.length + record.message.salt.length
    default:
      return 512
  }
}

export const tooLargeMessage = 'Unable to perform excessively large batch operation.'

/** `ReplicationControlManager.MAX_PARTITIONS_PER_BATCH`: what one CreateTopics may ask for. */
export const partitionsPerRequestMax = 10_000

export interface ControllerSettings {
  readonly nodeId: number
  readonly clusterId: string
  /** `default.replication.factor` */
  readonly defaultReplicationFactor: number
  /** `num.partitions` */
  readonly defaultNumPartitions: number
}

/** Drawn from by whoever makes the controller: a seed decides topic ids and placements. */
export interface ControllerRandom {
  readonly bytes: (length: number) => Uint8Array
  readonly drawBelow: DrawBelow
}

/** What a decision is taken on. `image` may hold records that are not committed yet: later requests build on them. */
export interface ControllerState {
  readonly image: MetadataImage
  /** Topic names by what they become when '.' is written as '_', for those that hold either. */
  readonly collidingNames: ReadonlyMap<string, ReadonlySet<string>>
  readonly rules: ConfigRules
  readonly random: ControllerRandom
  readonly settings: ControllerSettings
}

/** Records to be written, and the answer to be held back until they are committed. */
export interface ControllerResult<Response> {
  readonly records: readonly MetadataRecord[]
  readonly response: Response
}

export function isElrEnabled(image: MetadataImage): boolean {
  return (image.features.finalizedVersions.get(FeatureName.ELIGIBLE_LEADER_REPLICAS_VERSION) ?? 0) > 0
}

/** Registered, not fenced, not on its way out: may lead. */
export function isActive(image: MetadataImage, brokerId: number): boolean {
  const broker = image.cluster.brokers.get(brokerId)
  return broker !== undefined && !broker.fenced && !broker.inControlledShutdown
}

/** Whether the broker has a directory that takes new replicas. */
export function hasUncordonedDirectories(broker: BrokerRegistration): boolean {
  const cordoned = broker.cordonedDirectories
  return (
    broker.directories.length === 0 ||
    cordoned === null ||
    broker.directories.some(directory => !cordoned.includes(directory))
  )
}

/** The dynamic overrides a topic's values are resolved from, besides its own. */
export function nodeOverrides(
  state: ControllerState,
): readonly [cluster: ReadonlyMap<string, string>, node: ReadonlyMap<string, string>] {
  const { configs } = state.image
  return [
    configs.of(ConfigResourceType.BROKER, ''),
    configs.of(ConfigResourceType.BROKER, String(state.settings.nodeId)),
  ]
}

export function effectiveTopicConfig(state: ControllerState, topicName: string, key: string): string {
  const [cluster, node] = nodeOverrides(state)
  return state.rules.effectiveTopicConfig(
    key,
    cluster,
    node,
    state.image.configs.of(ConfigResourceType.TOPIC, topicName),
  )
}

import type { ConfigRules } from './config-rules.ts'
import { FeatureName } from './feature-levels.ts'
import type { BrokerRegistration } from './image/cluster.ts'
import { ConfigResourceType } from './image/configurations.ts'
import type { MetadataImage } from './image/metadata-image.ts'
import type { MetadataRecord } from './metadata-record.ts'
import type { DrawBelow } from './replica-placer.ts'

/** `QuorumController.MAX_RECORDS_PER_USER_OP`: what one request may write, and one batch hold. */
export const recordsPerRequestMax = 10_000

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

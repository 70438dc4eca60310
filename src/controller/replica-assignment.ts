import { DirectoryId, type Uuid } from '../protocol/uuid.ts'
import { type ControllerState, hasUncordonedDirectories, isActive } from './controller-state.ts'
import type { MetadataImage } from './image/metadata-image.ts'
import { LeaderRecoveryState, type PartitionRegistration } from './image/partition.ts'
import { placeReplicas, type UsableBroker } from './replica-placer.ts'

/** The broker's only directory; which of several it takes, it decides itself. */
export function defaultDirectory(image: MetadataImage, brokerId: number): Uuid {
  const broker = image.cluster.brokers.get(brokerId)
  if (broker === undefined) return DirectoryId.UNASSIGNED
  const [first, ...others] = broker.directories
  if (first === undefined) return DirectoryId.MIGRATING
  return others.length === 0 ? first : DirectoryId.UNASSIGNED
}

/** A new partition; led by the first replica that may lead. `isr` is not empty. */
export function newPartition(
  image: MetadataImage,
  replicas: readonly number[],
  isr: readonly number[],
): PartitionRegistration {
  return {
    replicas,
    directories: replicas.map(brokerId => defaultDirectory(image, brokerId)),
    isr,
    removingReplicas: [],
    addingReplicas: [],
    eligibleLeaderReplicas: [],
    lastKnownEligibleLeaderReplicas: [],
    leader: isr[0] as number,
    leaderRecoveryState: LeaderRecoveryState.RECOVERED,
    leaderEpoch: 0,
    partitionEpoch: 0,
  }
}

export function placePartitions(
  state: ControllerState,
  numPartitions: number,
  replicationFactor: number,
): ReturnType<typeof placeReplicas> {
  return placeReplicas(usableBrokers(state.image), numPartitions, replicationFactor, state.random.drawBelow)
}

function* usableBrokers(image: MetadataImage): IterableIterator<UsableBroker> {
  for (const broker of image.cluster.brokers.values()) {
    if (broker.inControlledShutdown || !hasUncordonedDirectories(broker)) continue
    yield { id: broker.brokerId, rack: broker.rack, fenced: broker.fenced }
  }
}

export function activeReplicas(image: MetadataImage, replicas: readonly number[]): readonly number[] {
  return replicas.filter(brokerId => isActive(image, brokerId))
}

/** Why an assignment made by hand cannot stand; undefined where it can. */
export function manualAssignmentFault(
  image: MetadataImage,
  brokerIds: readonly number[],
  replicationFactor: number | undefined,
): string | undefined {
  if (brokerIds.length === 0) return 'The manual partition assignment includes an empty replica list.'
  let previous: number | undefined
  for (const brokerId of [...brokerIds].sort((a, b) => a - b)) {
    const broker = image.cluster.brokers.get(brokerId)
    if (broker === undefined) {
      return `The manual partition assignment includes broker ${brokerId}, but no such broker is registered.`
    }
    if (!hasUncordonedDirectories(broker)) {
      return `The manual partition assignment includes broker ${brokerId}, but all its log directories are cordoned.`
    }
    if (brokerId === previous) {
      return `The manual partition assignment includes the broker ${brokerId} more than once.`
    }
    previous = brokerId
  }
  if (replicationFactor !== undefined && brokerIds.length !== replicationFactor) {
    return (
      `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not ` +
      `consistent with previous partitions, which have ${replicationFactor} replica(s).`
    )
  }
  return undefined
}

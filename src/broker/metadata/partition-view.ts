import type { BrokerRegistration, ClusterImage } from '../../controller/image/cluster.ts'
import type { PartitionRegistration } from '../../controller/image/partition.ts'
import { DirectoryId } from '../../protocol/uuid.ts'
import { nodeOf } from './broker-nodes.ts'

/** Whether clients of the listener can reach the replica's broker. */
export function isReachable(cluster: ClusterImage, brokerId: number, listenerName: string): boolean {
  const broker = cluster.brokers.get(brokerId)
  return broker !== undefined && !broker.fenced && nodeOf(broker, listenerName) !== undefined
}

/** The replicas on brokers that are gone, fenced or without the listener, or in a directory that has failed. */
export function offlineReplicas(
  cluster: ClusterImage,
  partition: PartitionRegistration,
  listenerName: string,
): number[] {
  return partition.replicas.filter((brokerId, index) => {
    const broker = cluster.brokers.get(brokerId)
    if (broker === undefined || !isReachable(cluster, brokerId, listenerName)) return true
    return !hasOnlineDirectory(broker, partition.directories[index] ?? DirectoryId.MIGRATING)
  })
}

/** A broker that has yet to name its directory is taken to have it (`DirectoryId.isOnline`). */
function hasOnlineDirectory(broker: BrokerRegistration, directory: string): boolean {
  if (directory === DirectoryId.UNASSIGNED || directory === DirectoryId.MIGRATING) return true
  if (directory === DirectoryId.LOST || broker.directories.length === 0) return directory !== DirectoryId.LOST
  return broker.directories.some(online => online === directory)
}

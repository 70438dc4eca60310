import { type BrokerRegistration, type ClusterImage, hasOnlineDirectory } from '../../controller/image/cluster.ts'
import type { PartitionRegistration } from '../../controller/image/partition.ts'
import { type BrokerNode, nodeOf } from './broker-nodes.ts'

const none: readonly number[] = []

/** The cluster as clients of one listener see it; made once per answer, since an answer may name 100,000 partitions. */
export class ListenerView {
  readonly #brokers: ReadonlyMap<number, BrokerRegistration>
  readonly #nodes = new Map<number, BrokerNode>()

  constructor(cluster: ClusterImage, listenerName: string) {
    this.#brokers = cluster.brokers
    for (const [brokerId, broker] of cluster.brokers) {
      const node = nodeOf(broker, listenerName)
      if (node !== undefined) this.#nodes.set(brokerId, node)
    }
  }

  isRegistered(brokerId: number): boolean {
    return this.#brokers.has(brokerId)
  }

  /** The broker's node, be it fenced or not; undefined where it has no such listener. */
  node(brokerId: number): BrokerNode | undefined {
    return this.#nodes.get(brokerId)
  }

  isReachable(brokerId: number): boolean {
    return this.#nodes.get(brokerId)?.isFenced === false
  }

  /** The replicas on brokers that are gone, fenced or without the listener, or in a directory that has failed. */
  offlineReplicas({ replicas, directories }: PartitionRegistration): readonly number[] {
    let offline: number[] | undefined
    for (let index = 0; index < replicas.length; index++) {
      const brokerId = replicas[index] as number
      const broker = this.#brokers.get(brokerId)
      if (broker !== undefined && this.isReachable(brokerId) && hasOnlineDirectory(broker, directories[index])) continue
      offline ??= []
      offline.push(brokerId)
    }
    return offline ?? none
  }
}

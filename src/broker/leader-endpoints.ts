import type { ConnectionContext } from '../network/connection-context.ts'
import { nodeOf } from './metadata/broker-nodes.ts'
import type { BrokerServices } from './services.ts'

export interface CurrentLeader {
  readonly leaderId: number
  readonly leaderEpoch: number
}

export interface NodeEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/**
 * Tells a client that came to the wrong broker whom to ask instead (KIP-951): leaders per partition, and the address
 * of each on the listener the request came in on.
 */
export class LeaderEndpoints {
  readonly #services: BrokerServices
  readonly #connection: ConnectionContext
  readonly #byNodeId = new Map<number, NodeEndpoint>()

  constructor(services: BrokerServices, connection: ConnectionContext) {
    this.#services = services
    this.#connection = connection
  }

  get endpoints(): NodeEndpoint[] {
    return [...this.#byNodeId.values()]
  }

  leaderOf(topic: string, partitionIndex: number): CurrentLeader {
    const { image } = this.#services.metadata
    const registration = image.topics.byName(topic)?.partitions[partitionIndex]
    if (registration === undefined) return { leaderId: -1, leaderEpoch: -1 }
    const node = nodeOf(image.cluster.brokers.get(registration.leader), this.#connection.listenerName)
    if (node !== undefined && !node.isFenced) {
      const { id, host, port, rack } = this.#services.clientEndpoints.nodeFor(node, this.#connection)
      this.#byNodeId.set(id, { nodeId: id, host, port, rack })
    }
    return { leaderId: registration.leader, leaderEpoch: registration.leaderEpoch }
  }
}

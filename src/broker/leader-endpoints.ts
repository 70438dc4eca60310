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
  readonly #listenerName: string
  readonly #byNodeId = new Map<number, NodeEndpoint>()

  constructor(services: BrokerServices, listenerName: string) {
    this.#services = services
    this.#listenerName = listenerName
  }

  get endpoints(): NodeEndpoint[] {
    return [...this.#byNodeId.values()]
  }

  leaderOf(topic: string, partitionIndex: number): CurrentLeader {
    const { image } = this.#services.metadata
    const registration = image.topics.byName(topic)?.partitions[partitionIndex]
    if (registration === undefined) return { leaderId: -1, leaderEpoch: -1 }
    const broker = image.cluster.brokers.get(registration.leader)
    const endpoint = broker?.endpoints.find(({ name }) => name === this.#listenerName)
    if (broker !== undefined && endpoint !== undefined && !broker.fenced) {
      const { host, port } = endpoint
      this.#byNodeId.set(broker.brokerId, { nodeId: broker.brokerId, host, port, rack: broker.rack })
    }
    return { leaderId: registration.leader, leaderEpoch: registration.leaderEpoch }
  }
}

import type { BrokerRegistration, ClusterImage } from '../../controller/image/cluster.ts'

/** A broker as clients of one listener reach it. */
export interface BrokerNode {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  readonly isFenced: boolean
}

/** The brokers that have the listener, fenced ones included; told apart by `isFenced`. */
export function brokerNodes(cluster: ClusterImage, listenerName: string): BrokerNode[] {
  const nodes: BrokerNode[] = []
  for (const broker of cluster.brokers.values()) {
    const node = nodeOf(broker, listenerName)
    if (node !== undefined) nodes.push(node)
  }
  return nodes
}

export function nodeOf(broker: BrokerRegistration | undefined, listenerName: string): BrokerNode | undefined {
  const endpoint = broker?.endpoints.find(({ name }) => name === listenerName)
  if (broker === undefined || endpoint === undefined) return undefined
  const { host, port } = endpoint
  return { id: broker.brokerId, host, port, rack: broker.rack, isFenced: broker.fenced }
}

/** Any broker serves for what clients ask of the controller; −1 where none is alive (`getRandomAliveBrokerId`). */
export function anyAliveBrokerId(cluster: ClusterImage, drawn: number): number {
  const alive = [...cluster.brokers.values()].filter(broker => !broker.fenced)
  return alive[drawn % alive.length]?.brokerId ?? -1
}

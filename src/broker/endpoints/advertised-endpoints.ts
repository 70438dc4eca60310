import type { ListenerConfig, ListenerEndpoint } from '../../config/listeners.ts'
import type { Endpoint } from '../../controller/image/cluster.ts'
import { isOnEveryInterface } from './hosts.ts'

/** `SecurityProtocol.id`, as registrations have it. */
const securityProtocolIds = { PLAINTEXT: 0, SSL: 1, SASL_PLAINTEXT: 2, SASL_SSL: 3 } as const

/** Where clients shall connect to, listener by listener: what the broker's registration says, and with it Metadata. */
export function advertisedEndpoints(
  listeners: ListenerConfig,
  boundPort: (listener: ListenerEndpoint) => number,
  hostName: string,
): Endpoint[] {
  return listeners.advertisedBrokerListeners.map(listener => {
    const { name, host, port, securityProtocol } = listener
    const bound = listeners.brokerListeners.find(candidate => candidate.name === name)
    return {
      name,
      host: host === null || isOnEveryInterface(listener) ? hostName : host,
      // A port that the system chose is known only once the listener is bound.
      port: port === 0 && bound !== undefined ? boundPort(bound) : port,
      securityProtocol: securityProtocolIds[securityProtocol],
    }
  })
}

/** Where other nodes reach this controller; none where the node is a cluster by itself and has no such listener. */
export function controllerEndpoints(
  listeners: ListenerConfig,
  boundPort: (listener: ListenerEndpoint) => number,
  hostName: string,
): Endpoint[] {
  return listeners.advertisedControllerListeners.map(listener => ({
    name: listener.name,
    host: listener.host ?? hostName,
    port: listener.port === 0 ? boundPort(listener) : listener.port,
    securityProtocol: securityProtocolIds[listener.securityProtocol],
  }))
}

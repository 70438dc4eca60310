import type { ListenerConfig } from '../../config/listeners.ts'
import type { ConnectionContext } from '../../network/connection-context.ts'
import type { Logger } from '../../ports.ts'
import type { Surroundings } from '../../server-options.ts'
import { derivedHost } from './derived-host.ts'
import { addressText, type HostAndPort, isLoopbackHost, isOnEveryInterface } from './hosts.ts'
import { type Misdirection, misdirection, type Probe } from './misleading-address.ts'

/** Lines that are written in the life of a broker. */
const linesMax = 64
/** Pairs of a client's address and what it was told that are remembered as looked at. */
const lookedAtMax = 1024
/** Names and ports that are being looked up at a time; what comes meanwhile is looked at when it comes again. */
const examinationsMax = 4

export interface ClientEndpointsOptions {
  readonly nodeId: number
  readonly listeners: ListenerConfig
  /** Whether `advertised.listeners` was set: then it is told as it is. */
  readonly isConfigured: boolean
  readonly surroundings: Surroundings
  readonly isRefused: (address: HostAndPort) => Promise<boolean>
  readonly logger: Logger
}

/** Who asks: what is known of a client besides its connection. */
export interface Asking {
  readonly clientId: string
  readonly connection: Pick<
    ConnectionContext,
    'listenerName' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'
  >
}

interface Node extends HostAndPort {
  readonly id: number
}

/**
 * Where clients are told that brokers are. An address that is right on one network is wrong on another, which is how
 * most first attempts with Kafka in containers fail; so this derives what nobody has configured, and says in the log
 * when a client is told what it cannot reach.
 */
export class ClientEndpoints {
  readonly #options: ClientEndpointsOptions
  readonly #probe: Probe
  /** Of the listeners whose clients are told what fits their connection. */
  readonly #derived: ReadonlySet<string>
  readonly #lookedAt = new Set<string>()
  readonly #told = new Set<string>()
  #examinations = 0

  constructor(options: ClientEndpointsOptions) {
    const { surroundings, isRefused, isConfigured, listeners } = options
    this.#options = options
    this.#probe = {
      isContainer: surroundings.isContainer,
      placeOf: address => surroundings.placeOf(address),
      lookUp: host => surroundings.lookUp(host),
      isRefused,
    }
    this.#derived = new Set(
      isConfigured ? [] : listeners.brokerListeners.filter(isOnEveryInterface).map(({ name }) => name),
    )
  }

  /** The node as this client reaches it. */
  nodeFor<Known extends Node>(node: Known, connection: Asking['connection']): Known {
    if (node.id !== this.#options.nodeId || !this.#derived.has(connection.listenerName)) return node
    const host = derivedHost(connection, this.#options.surroundings)
    return host === undefined ? node : { ...node, host, port: connection.localPort }
  }

  /** To be called with what a client was told of brokers that it is going to connect to. */
  told(nodes: readonly HostAndPort[], { clientId, connection }: Asking): void {
    // Who asks from within this process goes on within it.
    if (connection.remotePort === 0 || this.#derived.has(connection.listenerName)) return
    for (const { host, port } of nodes) {
      const { remoteAddress, localAddress, localPort, listenerName } = connection
      // Where the client has come by the very address that it is told, there is nothing to look at.
      if (host === localAddress && port === localPort) continue
      const key = `${remoteAddress} ${listenerName} ${host}:${port}`
      if (this.#lookedAt.has(key) || this.#told.size >= linesMax) continue
      if (this.#lookedAt.size >= lookedAtMax) this.#lookedAt.clear()
      this.#look({ host, port }, key, { clientId, connection })
    }
  }

  #look(told: HostAndPort, key: string, asking: Asking): void {
    if (this.#examinations >= examinationsMax) return
    this.#lookedAt.add(key)
    const found = misdirection(told, asking.connection, this.#probe)
    if (!(found instanceof Promise)) {
      this.#explain(found, told, asking)
      return
    }
    this.#examinations++
    void found.then(later => {
      this.#examinations--
      this.#explain(later, told, asking)
    })
  }

  #explain(found: Misdirection | undefined, told: HostAndPort, asking: Asking): void {
    if (found === undefined) return
    const key = `${networkOf(asking.connection.remoteAddress)} ${addressText(told)}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#options.logger.warn(explanation(found, told, asking, this.#options.listeners))
  }
}

const reasons: Readonly<Record<Misdirection, string>> = {
  itself: 'which means itself to that client, and not this broker',
  nowhere: 'which is no address to connect to',
  unknownName: 'a name that is not known there',
  refused: 'where nothing listens',
  containerName: "a name of the container's network, which machines outside of it do not know",
}

function explanation(
  found: Misdirection,
  told: HostAndPort,
  { clientId, connection }: Asking,
  listeners: ListenerConfig,
): string {
  const { listenerName, localAddress, localPort, remoteAddress } = connection
  const isOutside = found === 'containerName'
  const host = isOutside || isLoopbackHost(localAddress) ? 'localhost' : localAddress
  const other = listeners.advertisedBrokerListeners.find(
    listener => listener.name !== listenerName && listener.host !== null && isLoopbackHost(listener.host) === isOutside,
  )
  const orElse =
    other === undefined
      ? ''
      : `let it connect to ${addressText({ ...other, host: other.host! })} (listener ${other.name}), or `
  return (
    `Client ${clientId} at ${remoteAddress} came to ${addressText({ host: localAddress, port: localPort })} (listener ` +
    `${listenerName}) and was told to go on at ${addressText(told)}, ${reasons[found]}: ${orElse}set advertised.listeners ` +
    `(KAFKA_ADVERTISED_LISTENERS) to an address that it can reach, such as ` +
    `${listenerName}://${addressText({ host, port: localPort })}. See "Why can't my client connect?" in docs/NETWORKING.md.`
  )
}

/** Clients of one network have one problem. Of an IPv6 address, which may be shortened, what is written of its half. */
function networkOf(address: string): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address.split('.').slice(0, 3).join('.')
}

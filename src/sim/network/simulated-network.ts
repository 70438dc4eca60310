import {
  type ListenOptions,
  type SocketAddress,
  type SocketHandler,
  type Transport,
  TransportError,
  type TransportServer,
  type TransportSocket,
} from '../../ports.ts'
import type { Seed } from '../seed.ts'
import type { SimulatedTime } from '../time.ts'
import type { Trace } from '../trace.ts'
import { type NetworkFaults, noNetworkFaults } from './network-faults.ts'
import { type NetworkHost, SimulatedSocket, type SocketEnvironment } from './simulated-socket.ts'

interface Listener {
  readonly host: NetworkHost
  readonly accept: (socket: TransportSocket) => SocketHandler | undefined
}

const firstEphemeralPort = 40_000
const connectMsMax = 3

/** The network between simulated processes: whoever listens on a port is found there by everybody else. */
export class SimulatedNetwork {
  readonly faults: NetworkFaults = { ...noNetworkFaults }
  readonly #environment: SocketEnvironment
  readonly #listeners = new Map<number, Listener>()
  #sockets: SimulatedSocket[] = []
  #nextPort = firstEphemeralPort

  constructor({ time, seed, trace }: { time: SimulatedTime; seed: Seed; trace: Trace }) {
    this.#environment = { time, seed, trace, faults: this.faults }
  }

  /** As `host` sees it. */
  transportOf(host: NetworkHost): Transport {
    return {
      listen: (options, accept) => this.#listen(host, options, accept),
      connect: (_name, port, handlerOf) => this.#connect(host, port, handlerOf),
    }
  }

  /** Its listeners and connections are gone. */
  hostEnded(host: NetworkHost): void {
    for (const [port, listener] of this.#listeners) if (listener.host === host) this.#listeners.delete(port)
    for (const socket of this.#sockets) if (socket.host === host) socket.hostEnded()
    this.#sockets = this.#sockets.filter(socket => socket.isOpen)
  }

  async #listen(host: NetworkHost, options: ListenOptions, accept: Listener['accept']): Promise<TransportServer> {
    if (!host.isAlive) return await new Promise(() => {})
    const port = options.port === 0 ? this.#nextPort++ : options.port
    if (this.#listeners.has(port)) throw new TransportError('EADDRINUSE', `port ${port} is in use`)
    const listener = { host, accept }
    this.#listeners.set(port, listener)
    return {
      port,
      close: async () => {
        if (this.#listeners.get(port) === listener) this.#listeners.delete(port)
      },
    }
  }

  async #connect(
    host: NetworkHost,
    port: number,
    handlerOf: (socket: TransportSocket) => SocketHandler,
  ): Promise<TransportSocket> {
    await this.#pause()
    const listener = this.#listeners.get(port)
    if (listener === undefined || !listener.host.isAlive) {
      throw new TransportError('ECONNREFUSED', `nobody listens on port ${port}`)
    }
    const ours: SocketAddress = { address: host.name, port: this.#nextPort++ }
    const theirs: SocketAddress = { address: listener.host.name, port }
    const near = new SimulatedSocket(host, { local: ours, remote: theirs }, this.#environment)
    const far = new SimulatedSocket(listener.host, { local: theirs, remote: ours }, this.#environment)
    near.peer = far
    far.peer = near
    near.handler = handlerOf(near)
    const handler = listener.accept(far)
    if (handler === undefined) throw new TransportError('ECONNRESET', 'the connection was reset')
    far.handler = handler
    if (this.#sockets.length % 64 === 0) this.#sockets = this.#sockets.filter(socket => socket.isOpen)
    this.#sockets.push(near, far)
    await this.#pause()
    return near
  }

  #pause(): Promise<void> {
    const { time, seed } = this.#environment
    return new Promise(resolve => {
      time.schedule(seed.fraction() * connectMsMax, resolve)
    })
  }
}

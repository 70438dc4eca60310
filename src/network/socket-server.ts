import type { KafkaConfig } from '../config/kafka-config.ts'
import type { ListenerEndpoint } from '../config/listeners.ts'
import type { MemoryBudget } from '../memory/memory-budget.ts'
import {
  type Clock,
  type Logger,
  type Loggers,
  type SocketHandler,
  type Transport,
  TransportError,
  type TransportServer,
  type TransportSocket,
} from '../ports.ts'
import { StartupError } from '../startup-error.ts'
import type { Deadline, Deadlines } from '../timers/deadlines.ts'
import { Connection } from './connection.ts'
import { ConnectionQuotas } from './connection-quotas.ts'
import { SharedReceiveBuffer } from './frame-assembler.ts'
import { FramePool } from './frame-pool.ts'
import type { NetworkShared } from './network-shared.ts'
import type { RequestDispatcher } from './request-dispatcher.ts'
import { RequestMemory } from './request-memory.ts'
import { isLongPoll, RequestQueue } from './request-queue.ts'
import { ResponseHeaders } from './response-queue.ts'

/** While others wait for memory, a client that holds some and has done nothing for this long is sent away. */
const memoryHoldMsMax = 10_000
/** Share of the budget that may lie in connections as bytes received but not looked at yet. */
const keptShare = 1 / 8
/** How long `stop` waits for the answers under way. */
const finishMsMax = 1000

/**
 * Where nobody has set `socket.listen.backlog.size`. Kafka's 50 are enough for a thread that does nothing but accept;
 * here one loop accepts between all else, and the connections of a thousand clients that come at once have to wait.
 */
const backlogSizeUnset = 1024

/** Where nobody has set `socket.send.buffer.bytes`. */
const unsentBytesMaxUnset = 1024 * 1024

export interface SocketServerOptions {
  readonly config: KafkaConfig
  /** What to bind, in order: those of a broker, of a controller, or both. */
  readonly listeners: readonly ListenerEndpoint[]
  readonly transport: Transport
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly budget: MemoryBudget
  readonly loggers: Loggers
}

interface Waiting {
  readonly connection: Connection
  readonly listener: ListenerEndpoint
}

/** The listeners of a node and the connections they have accepted. */
export class SocketServer {
  readonly #options: SocketServerOptions
  readonly #log: Logger
  readonly #quotas: ConnectionQuotas
  readonly #shared: NetworkShared
  readonly #receiveBuffer: SharedReceiveBuffer
  readonly #servers = new Map<string, TransportServer>()
  /** The admitted ones, and where each was accepted. */
  readonly #connections = new Map<Connection, ListenerEndpoint>()
  /** Accepted while there was no room for them, or no dispatcher yet; at most a backlog per listener. */
  #waiting: Waiting[] = []
  /** When the rate of new connections allows the next one that waits. */
  readonly #admission: Deadline
  readonly #memoryCheck: Deadline
  /** Somebody has had to wait since the last check. */
  #isMemoryShort = false
  #dispatcher: RequestDispatcher | undefined
  #connectionIndex = 0
  #isStopping = false
  #reconfiguring: Promise<void> = Promise.resolve()
  /** Those that there shall be, whether or not they could be bound. */
  #listenerNames: ReadonlySet<string>
  #finished: (() => void) | undefined

  constructor(options: SocketServerOptions) {
    const { config, deadlines, clock, budget } = options
    for (const listener of options.listeners) requirePlaintext(listener)
    this.#listenerNames = new Set(options.listeners.map(({ name }) => name))
    const logPrefix = `[SocketServer nodeId=${config.get('node.id')}] `
    this.#options = options
    this.#log = options.loggers.named('kafka.network.SocketServer')
    this.#quotas = new ConnectionQuotas(
      config,
      options.listeners.map(({ name }) => name),
      clock,
    )
    this.#admission = deadlines.unset(() => this.#admitWaiting())
    this.#memoryCheck = deadlines.unset(() => this.#checkMemory())
    this.#receiveBuffer = new SharedReceiveBuffer(bufferBytes(config, 'socket.receive.buffer.bytes'))
    this.#shared = {
      clock,
      deadlines,
      budget,
      requestMemory: new RequestMemory(budget, config.get('queued.max.request.bytes')),
      requestQueue: new RequestQueue(() => config.get('queued.max.requests')),
      framePool: new FramePool(deadlines, () => clock.monotonicMs()),
      receiveBuffer: this.#receiveBuffer,
      responseHeaders: new ResponseHeaders(),
      log: this.#log,
      logPrefix,
      frameBytesMax: config.get('socket.request.max.bytes'),
      unsentBytesMax: bufferBytes(config, 'socket.send.buffer.bytes') ?? unsentBytesMaxUnset,
      idleMsMax: () => config.get('connections.max.idle.ms'),
      connectionClosed: connection => this.#connectionClosed(connection),
      memoryIsShort: () => this.memoryIsShort(),
    }
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** The real port of a bound listener. */
  boundPort(listenerName: string): number {
    const server = this.#servers.get(listenerName)
    if (server === undefined) throw new RangeError(`listener ${listenerName} is not bound`)
    return server.port
  }

  /**
   * Binds the listeners with port 0, whose ports must be known before the node can tell others of itself. The rest is
   * bound by `start`, for whoever takes an open port as a sign of readiness.
   */
  async bindEphemeral(): Promise<void> {
    for (const listener of this.#options.listeners) if (listener.port === 0) await this.#bind(listener)
  }

  /** Binds what is not bound yet, and serves. Rejects with a `StartupError` where an address cannot be had. */
  async start(dispatcher: RequestDispatcher): Promise<void> {
    for (const listener of this.#options.listeners) {
      if (!this.#servers.has(listener.name)) await this.#bind(listener)
    }
    this.#dispatcher = dispatcher
    this.#admitWaiting()
  }

  /**
   * Somebody has to wait for memory that clients hold. Those that hold some and do not move are sent away, unless it has
   * come back by itself.
   */
  memoryIsShort(): void {
    this.#isMemoryShort = true
    if (!this.#memoryCheck.isSet) this.#memoryCheck.set(this.#options.clock.monotonicMs() + memoryHoldMsMax)
  }

  /** To be called when a limit on connections has another value: some may come in now, or others must go. */
  limitsChanged(): void {
    this.#closeExcess()
    this.#admitWaiting()
  }

  /**
   * Opens and closes listeners, by their names, so that these are the ones there are (`DynamicListenerConfig`). As in
   * Kafka one whose address alone is another stays where it is, and one that cannot be bound is told in the log and not
   * tried again.
   */
  reconfigure(listeners: readonly ListenerEndpoint[]): Promise<void> {
    const reconfigured = this.#reconfiguring.then(() => this.#reconfigure(listeners))
    this.#reconfiguring = reconfigured.catch(() => {})
    return reconfigured
  }

  async #reconfigure(listeners: readonly ListenerEndpoint[]): Promise<void> {
    if (this.#isStopping) return
    const before = this.#listenerNames
    this.#listenerNames = new Set(listeners.map(({ name }) => name))
    this.#quotas.listenersChanged([...this.#listenerNames])
    for (const name of before) if (!this.#listenerNames.has(name)) await this.#unbind(name)
    for (const listener of listeners) if (!before.has(listener.name)) await this.#tryToBind(listener)
  }

  async #unbind(listenerName: string): Promise<void> {
    const server = this.#servers.get(listenerName)
    this.#servers.delete(listenerName)
    await server?.close()
    for (const [connection, { name }] of this.#connections) if (name === listenerName) connection.destroy()
  }

  async #tryToBind(listener: ListenerEndpoint): Promise<void> {
    try {
      requirePlaintext(listener)
      await this.#bind(listener)
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      this.#log.error(`${this.#shared.logPrefix}Unable to start acceptor for ${listener.name}: ${error.message}`)
    }
  }

  /** Accepts no more, gives requests under way a moment to be answered, then closes every connection. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#reconfiguring
    this.#memoryCheck.cancel()
    await Promise.all([...this.#servers.values()].map(server => server.close()))
    for (const { connection } of this.#waiting) connection.destroy()
    this.#waiting = []
    for (const connection of this.#connections.keys()) {
      // Nobody waits for those at the end.
      if (isLongPoll(connection.oldestApiKey)) connection.destroy()
      else connection.finish()
    }
    if (this.#connections.size === 0) return
    await new Promise<void>(resolve => {
      this.#finished = resolve
      this.#options.deadlines.after(finishMsMax, () => {
        for (const connection of this.#connections.keys()) connection.destroy()
      })
    })
  }

  async #bind(listener: ListenerEndpoint): Promise<void> {
    const { config, transport } = this.#options
    const host = listener.host ?? ''
    try {
      const listen = { host, port: listener.port, backlogSize: backlogSize(config) }
      const server = await transport.listen(listen, socket => this.#accept(socket, listener))
      this.#servers.set(listener.name, server)
      this.#log.info(`Awaiting socket connections on ${host === '' ? '*' : host}:${server.port}.`)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      throw new StartupError(cannotListen(listener, error), error)
    }
  }

  #accept(socket: TransportSocket, listener: ListenerEndpoint): SocketHandler | undefined {
    if (this.#isStopping) return undefined
    const { local, remote } = socket
    const connection = new Connection(
      socket,
      {
        // The form of Kafka's ServerConnectionId; there is one processor.
        id: `${local.address}:${local.port}-${remote.address}:${remote.port}-0-${this.#connectionIndex++}`,
        listenerName: listener.name,
        securityProtocol: listener.securityProtocol,
      },
      this.#shared,
    )
    const admission = this.#dispatcher === undefined ? 'waits' : this.#quotas.admit(listener.name, remote.address)
    if (admission === 'admitted') this.#open(connection, listener)
    else if (admission === 'refused') {
      this.#refuse(connection)
      return undefined
    } else {
      const waitingMax = backlogSize(this.#options.config) * this.#options.listeners.length
      if (this.#waiting.length >= waitingMax) return undefined
      socket.pause()
      this.#waiting.push({ connection, listener })
      this.#scheduleAdmission()
    }
    return connection
  }

  #open(connection: Connection, listener: ListenerEndpoint): void {
    this.#connections.set(connection, listener)
    this.#shareReceiveBuffer()
    connection.open(this.#dispatcher!)
    this.#closeExcess()
  }

  #refuse(connection: Connection): void {
    const max = this.#quotas.addressMax(connection.remoteAddress)
    this.#log.info(
      `${this.#shared.logPrefix}Rejected connection from /${connection.remoteAddress}, ` +
        `address already has the configured maximum of ${max} connections.`,
    )
  }

  /** More than `max.connections`, since the protected listener took a place of another or the limit was lowered. */
  #closeExcess(): void {
    const excess = this.#quotas.excess()
    if (excess <= 0) return
    const unprotected = [...this.#connections]
      .filter(([, listener]) => !this.#quotas.isProtected(listener.name))
      .map(([connection]) => connection)
      .sort((a, b) => a.lastActiveMs - b.lastActiveMs)
    for (const longestUnused of unprotected.slice(0, excess)) longestUnused.destroy()
  }

  #connectionClosed(connection: Connection): void {
    const listener = this.#connections.get(connection)
    if (listener === undefined) {
      this.#waiting = this.#waiting.filter(waiting => waiting.connection !== connection)
      return
    }
    this.#connections.delete(connection)
    this.#quotas.release(listener.name, connection.remoteAddress)
    this.#shareReceiveBuffer()
    this.#admitWaiting()
    if (this.#isStopping && this.#connections.size === 0) this.#finished?.()
  }

  #admitWaiting(): void {
    if (this.#waiting.length === 0 || this.#dispatcher === undefined || this.#isStopping) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) {
      const admission = this.#quotas.admit(one.listener.name, one.connection.remoteAddress)
      if (admission === 'admitted') this.#open(one.connection, one.listener)
      else if (admission === 'waits') this.#waiting.push(one)
      else {
        this.#refuse(one.connection)
        one.connection.destroy()
      }
    }
    this.#scheduleAdmission()
  }

  #scheduleAdmission(): void {
    if (this.#dispatcher === undefined || this.#admission.isSet) return
    // Each listener has a rate of its own; who waits for a place is let in when one is free.
    const names = new Set(this.#waiting.map(({ listener }) => listener.name))
    const delaysMs = [...names].map(name => this.#quotas.rateDelayMs(name)).filter(delayMs => delayMs > 0)
    if (delaysMs.length > 0) this.#admission.set(this.#options.clock.monotonicMs() + Math.min(...delaysMs))
  }

  #shareReceiveBuffer(): void {
    this.#receiveBuffer.share(this.#options.budget.limitBytes * keptShare, this.#connections.size)
  }

  /** Nobody may keep others waiting by announcing a request and not sending it, or by not reading responses. */
  #checkMemory(): void {
    if (!this.#isMemoryShort && !this.#shared.requestMemory.hasWaiters) return
    this.#isMemoryShort = false
    const nowMs = this.#options.clock.monotonicMs()
    for (const connection of this.#connections.keys()) {
      if (connection.heldBytes === 0 || nowMs - connection.lastActiveMs < memoryHoldMsMax) continue
      this.#log.warn(
        `${this.#shared.logPrefix}Closing socket for ${connection.id}: it holds ${connection.heldBytes} bytes, ` +
          `has not moved for ${memoryHoldMsMax} ms, and others wait for memory`,
      )
      connection.destroy()
    }
    this.#memoryCheck.set(nowMs + memoryHoldMsMax)
  }
}

/** Until TLS and SASL are served: nobody may take for encrypted what is not. */
function requirePlaintext({ name, securityProtocol }: ListenerEndpoint): void {
  if (securityProtocol === 'PLAINTEXT') return
  throw new StartupError(`Listener ${name} asks for ${securityProtocol}, which Ottla does not speak yet: use PLAINTEXT`)
}

/**
 * Node leaves a socket's own buffers to the system, and what the broker keeps beside them is what these keys bound: what
 * is taken from a connection at a time, and what of its answers may be unsent when its next request starts. `undefined`
 * where it is not set, or -1.
 */
function bufferBytes({ values }: KafkaConfig, key: 'socket.receive.buffer.bytes' | 'socket.send.buffer.bytes') {
  return values.isSet(key) && values.get(key) >= 0 ? values.get(key) : undefined
}

function backlogSize({ values }: KafkaConfig): number {
  const key = 'socket.listen.backlog.size'
  return values.isSet(key) ? values.get(key) : backlogSizeUnset
}

function cannotListen(listener: ListenerEndpoint, error: TransportError): string {
  const where = `${listener.name}://${listener.host ?? ''}:${listener.port}`
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${listener.port} is already in use`,
    EACCES: `this user may not open port ${listener.port}`,
    EADDRNOTAVAIL: `${listener.host} is not an address of this machine`,
    ENOTFOUND: `the host ${listener.host} is not known`,
    EAI_AGAIN: `the host ${listener.host} cannot be looked up now`,
  }
  return `Cannot listen on ${where}: ${reasons[error.code] ?? error.message}`
}

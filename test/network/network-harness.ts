import { loadConfig } from '../../src/config/load-config.ts'
import { MemoryBudget } from '../../src/memory/memory-budget.ts'
import type {
  DispatchResult,
  NetworkRequest,
  RequestDispatcher,
  RequestFraming,
} from '../../src/network/request-dispatcher.ts'
import { SocketServer } from '../../src/network/socket-server.ts'
import { LineLoggers } from '../../src/platform/line-loggers.ts'
import type { ListenOptions, SocketHandler, Transport, TransportServer, TransportSocket } from '../../src/ports.ts'
import { Deadlines } from '../../src/timers/deadlines.ts'
import { ManualClock } from '../timers/manual-clock.ts'
import { FakeSocket } from './fake-socket.ts'

type Accept = (socket: TransportSocket) => SocketHandler | undefined

/** Accepts the sockets a test brings. */
export class FakeTransport implements Transport {
  readonly #accepts = new Map<number, Accept>()

  async listen({ port }: ListenOptions, accept: Accept): Promise<TransportServer> {
    this.#accepts.set(port, accept)
    return { port, close: async () => {} }
  }

  connect(): Promise<TransportSocket> {
    throw new Error('nobody connects out')
  }

  accept(socket: FakeSocket): boolean {
    const handler = this.#accepts.get(socket.local.port)!(socket)
    if (handler === undefined) return false
    socket.attach(handler)
    return true
  }
}

/** A request a test has yet to answer. */
export interface PendingRequest {
  readonly request: NetworkRequest
  answer(result: DispatchResult): Promise<void>
  refuse(error: unknown): Promise<void>
}

const framing: RequestFraming = { requestHeaderVersion: 1, responseHeaderVersion: 0 }

/** Hands requests to the test, or answers at once where `respond` is given. */
export class TestDispatcher implements RequestDispatcher {
  readonly pending: PendingRequest[] = []
  readonly seen: NetworkRequest[] = []
  respond: ((request: NetworkRequest) => DispatchResult) | undefined
  /** API keys that are not served. */
  readonly unserved = new Set<number>()

  framing(apiKey: number): RequestFraming | undefined {
    return this.unserved.has(apiKey) ? undefined : framing
  }

  dispatch(request: NetworkRequest): DispatchResult | Promise<DispatchResult> {
    this.seen.push(request)
    if (this.respond !== undefined) return this.respond(request)
    const { promise, resolve, reject } = Promise.withResolvers<DispatchResult>()
    this.pending.push({
      request,
      answer: async result => {
        resolve(result)
        await settled()
      },
      refuse: async error => {
        reject(error)
        await settled()
      },
    })
    return promise
  }

  get seenIds(): number[] {
    return this.seen.map(({ correlationId }) => correlationId)
  }
}

/** Lets everything that waits for promises run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

export interface HarnessOptions {
  readonly config?: Readonly<Record<string, string>>
  readonly budgetBytes?: number
}

/** A socket server on fake sockets, a manual clock and a dispatcher the test controls. */
export async function startHarness({ config = {}, budgetBytes = 64 * 1024 * 1024 }: HarnessOptions = {}) {
  const loaded = loadConfig(new Map(Object.entries({ listeners: 'PLAINTEXT://localhost:9092', ...config })))
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock)
  const transport = new FakeTransport()
  const budget = new MemoryBudget(budgetBytes)
  const lines: string[] = []
  const dispatcher = new TestDispatcher()
  const server = new SocketServer({
    config: loaded.config,
    listeners: loaded.config.listeners.brokerListeners,
    transport,
    clock,
    deadlines,
    budget,
    loggers: new LineLoggers(clock, line => lines.push(line)),
  })
  await server.start(dispatcher)
  let port = 50_000
  const connect = (address = '127.0.0.1', listenerPort = 9092): FakeSocket => {
    const socket = new FakeSocket({ address: '127.0.0.1', port: listenerPort }, { address, port: port++ })
    if (!transport.accept(socket)) socket.isDestroyed = true
    return socket
  }
  const setConfig = (key: string, value: string) => {
    const changed = new Map([...loaded.config.values.originals, [key, value]])
    loaded.config.replaceValues(loadConfig(changed).config.values)
    server.limitsChanged()
  }
  return { setConfig, server, clock, deadlines, budget, dispatcher, lines, connect }
}

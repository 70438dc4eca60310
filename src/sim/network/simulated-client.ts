import { type SocketHandler, type Transport, TransportError, type TransportSocket } from '../../ports.ts'
import { decodeResponseFrame, encodeRequestFrame, FRAME_SIZE_BYTES } from '../../protocol/frame.ts'
import type { Api } from '../../protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../protocol/schema/field.ts'
import type { SimulatedTime } from '../time.ts'
import type { Trace } from '../trace.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { NetworkHost } from './simulated-socket.ts'

/** No answer came: the broker was not reached, or took the request and could not say so, or will take it yet. */
export class CallLost extends Error {
  override readonly name = 'CallLost'
  /** Whether the request left at all: if not, it has no effect. */
  readonly wasSent: boolean

  constructor(message: string, wasSent: boolean) {
    super(message)
    this.wasSent = wasSent
  }
}

interface Waiting {
  readonly correlationId: number
  readonly answered: (frame: Uint8Array) => void
  readonly lost: (reason: string) => void
}

export interface SimulatedClientOptions {
  readonly name: string
  readonly port: number
  readonly network: SimulatedNetwork
  readonly time: SimulatedTime
  readonly trace: Trace
}

/**
 * A client: one connection at a time, made when it is needed and given up when an answer is late. Once it is dead its
 * promises stay open for ever, as those of a killed process.
 */
export class SimulatedClient implements NetworkHost {
  readonly name: string
  readonly #port: number
  readonly #network: SimulatedNetwork
  readonly #transport: Transport
  readonly #time: SimulatedTime
  readonly #trace: Trace
  #connection: ClientConnection | undefined
  #connecting: Promise<ClientConnection> | undefined
  #correlationId = 0
  #isAlive = true

  constructor(options: SimulatedClientOptions) {
    this.name = options.name
    this.#port = options.port
    this.#network = options.network
    this.#time = options.time
    this.#trace = options.trace
    this.#transport = options.network.transportOf(this)
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Killed: nobody hears of it but by the end of its connection. */
  die(): void {
    this.#isAlive = false
    this.#network.hostEnded(this)
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#time.schedule(ms, () => {
        if (this.#isAlive) resolve()
      })
    })
  }

  /** What is under way is lost. */
  disconnect(): void {
    this.#connection?.destroy('it hangs up')
  }

  /** Rejects with `CallLost`. Calls of one connection are sent and answered in their order. */
  async call<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
    timeoutMs = 10_000,
  ): Promise<DecodedOf<Response>> {
    const connection = await this.#connected()
    const correlationId = this.#correlationId++
    const header = { correlationId, clientId: this.name }
    const frame = encodeRequestFrame(api, version, header, request)
    if (this.#trace.isOn) this.#trace.add(`${this.name} → ${api.name} v${version} ${brief(request)}`)
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      const timer = this.#time.schedule(timeoutMs, () => connection.destroy(`${api.name} is not answered`))
      connection.send(frame, {
        correlationId,
        answered: bytes => {
          timer.cancel()
          if (this.#isAlive) resolve(bytes)
        },
        lost: reason => {
          timer.cancel()
          if (this.#trace.isOn) this.#trace.add(`${this.name} ← ${api.name} lost: ${reason}`)
          if (this.#isAlive) reject(new CallLost(reason, true))
        },
      })
    })
    const frameOf = decodeResponseFrame(api, version, answer)
    if (frameOf.correlationId !== correlationId) throw new Error(`${api.name} was answered out of order`)
    const response = api.response.decode(frameOf.body, version)
    if (this.#trace.isOn) this.#trace.add(`${this.name} ← ${api.name} ${brief(response)}`)
    return response
  }

  async #connected(): Promise<ClientConnection> {
    if (this.#connection?.isOpen === true) return this.#connection
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return await this.#connecting
  }

  async #connect(): Promise<ClientConnection> {
    try {
      const connection = new ClientConnection()
      connection.socket = await this.#transport.connect('broker', this.#port, () => connection)
      this.#connection = connection
      if (!this.#isAlive) await new Promise(() => {})
      return connection
    } catch (error) {
      if (!this.#isAlive) await new Promise(() => {})
      if (error instanceof TransportError) throw new CallLost(error.code, false)
      throw error
    }
  }
}

class ClientConnection implements SocketHandler {
  socket: TransportSocket | undefined
  readonly #waiting: Waiting[] = []
  readonly #buffer = new Uint8Array(4096)
  #received = new Uint8Array(0)
  #isClosed = false

  get isOpen(): boolean {
    return !this.#isClosed
  }

  send(frame: readonly Uint8Array[], waiting: Waiting): void {
    if (this.#isClosed) {
      waiting.lost('the connection is closed')
      return
    }
    this.#waiting.push(waiting)
    this.socket?.write(frame)
  }

  destroy(reason: string): void {
    if (this.#isClosed) return
    this.socket?.destroy()
    this.#end(reason)
  }

  receiveBuffer(): Uint8Array {
    return this.#buffer
  }

  received(length: number): void {
    const bytes = new Uint8Array(this.#received.length + length)
    bytes.set(this.#received)
    bytes.set(this.#buffer.subarray(0, length), this.#received.length)
    this.#received = bytes
    while (this.#received.length >= FRAME_SIZE_BYTES) {
      const view = new DataView(this.#received.buffer, this.#received.byteOffset)
      const end = FRAME_SIZE_BYTES + view.getInt32(0)
      if (this.#received.length < end) return
      const frame = this.#received.subarray(FRAME_SIZE_BYTES, end)
      this.#received = this.#received.subarray(end)
      this.#waiting.shift()?.answered(frame)
    }
  }

  ended(): void {
    this.destroy('the broker hung up')
  }

  sent(): void {}

  closed(cause: Error | undefined): void {
    this.#end(cause?.message ?? 'the connection was closed')
  }

  #end(reason: string): void {
    this.#isClosed = true
    for (const waiting of this.#waiting.splice(0)) waiting.lost(reason)
  }
}

/** One line for people. */
function brief(value: unknown): string {
  const text = JSON.stringify(value, (_key, field: unknown) => {
    if (field instanceof Uint8Array) return `<${field.length} bytes>`
    return typeof field === 'bigint' ? Number(field) : field
  })
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

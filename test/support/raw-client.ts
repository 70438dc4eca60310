import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeResponseFrame, encodeRequestFrame, FRAME_SIZE_BYTES } from '../../src/protocol/frame.ts'
import type { Api } from '../../src/protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../src/protocol/schema/field.ts'

interface Waiting {
  readonly api: { readonly key: number }
  readonly version: number
  readonly correlationId: number
  resolve(body: Uint8Array): void
  reject(error: Error): void
}

/**
 * One connection that speaks Ottla's own codec and nothing more: no retries, no metadata, no version negotiation.
 * Requests may be sent before earlier ones are answered.
 */
export class RawClient {
  readonly socket: Socket
  readonly clientId: string
  /** Resolves when the connection is gone, whoever closed it. */
  readonly closed: Promise<void>
  #received: Buffer = Buffer.alloc(0)
  readonly #waiting: Waiting[] = []
  #correlationId = 0

  private constructor(socket: Socket, clientId: string) {
    this.socket = socket
    this.clientId = clientId
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => {})
    this.closed = new Promise(resolve => {
      socket.on('close', () => {
        for (const waiting of this.#waiting.splice(0)) waiting.reject(new Error('the broker closed the connection'))
        resolve()
      })
    })
  }

  static async connect(port: number, options: { host?: string; clientId?: string } = {}): Promise<RawClient> {
    const socket = connect({ port, host: options.host ?? '127.0.0.1' })
    await once(socket, 'connect')
    return new RawClient(socket, options.clientId ?? 'raw-client')
  }

  /** Rejects if the connection closes before the response is there. */
  async send<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ): Promise<DecodedOf<Response>> {
    const correlationId = this.sendOnly(api, version, request)
    const body = await new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting.push({ api, version, correlationId, resolve, reject })
    })
    return api.response.decode(body, version)
  }

  /** For what gets no response: Produce with acks=0. Returns the correlation id. */
  sendOnly<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ): number {
    const correlationId = this.#correlationId++
    const header = { correlationId, clientId: this.clientId }
    this.socket.write(Buffer.concat(encodeRequestFrame(api, version, header, request)))
    return correlationId
  }

  /** Sends bytes as they are; the next response frame is given back undecoded, without its size. */
  sendBytes(bytes: Uint8Array): Promise<Uint8Array> {
    this.socket.write(bytes)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ api: { key: -1 }, version: -1, correlationId: -1, resolve, reject })
    })
  }

  async close(): Promise<void> {
    this.socket.destroy()
    await this.closed
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    while (this.#received.length >= FRAME_SIZE_BYTES) {
      const end = FRAME_SIZE_BYTES + this.#received.readInt32BE(0)
      if (this.#received.length < end) return
      const frame = this.#received.subarray(FRAME_SIZE_BYTES, end)
      this.#received = this.#received.subarray(end)
      const waiting = this.#waiting.shift()
      if (waiting === undefined) throw new Error('a response nobody asked for')
      if (waiting.api.key === -1) waiting.resolve(frame)
      else this.#answer(waiting, frame)
    }
  }

  #answer(waiting: Waiting, frame: Uint8Array): void {
    const { correlationId, body } = decodeResponseFrame(waiting.api, waiting.version, frame)
    if (correlationId === waiting.correlationId) waiting.resolve(body)
    else waiting.reject(new Error(`response ${correlationId} came instead of ${waiting.correlationId}`))
  }
}

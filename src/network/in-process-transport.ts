import { assert } from '../assertion.ts'
import type { Clock, SocketHandler, Transport, TransportSocket } from '../ports.ts'
import { RequestHeader } from '../protocol/header.ts'
import { Reader } from '../protocol/schema/reader.ts'
import type { ConnectionContext } from './connection-context.ts'
import { InvalidRequestError, type NetworkResponse, type RequestDispatcher } from './request-dispatcher.ts'
import { ResponseHeaders } from './response-queue.ts'

export interface InProcessListener {
  /** As whose client requests count. */
  readonly listenerName: string
  readonly securityProtocol: ConnectionContext['securityProtocol']
}

const loopback = { address: '127.0.0.1', port: 0 }

/**
 * Leads a client straight to a dispatcher, whatever address it asks for: the way to this node before it listens. No
 * port is opened, so nobody else can come this way.
 */
export function inProcessTransport(
  dispatcher: RequestDispatcher,
  clock: Clock,
  listener: InProcessListener,
): Transport {
  let connectionIndex = 0
  return {
    listen: () => Promise.reject(new TypeError('nobody listens within a process')),
    async connect(_host, _port, handlerOf) {
      const id = `127.0.0.1:0-127.0.0.1:0-0-in-process-${connectionIndex++}`
      return new InProcessSocket(dispatcher, clock, { ...listener, id }, handlerOf)
    },
  }
}

/** Both ends of a connection at once: what the client writes is dispatched, what is answered it receives. */
class InProcessSocket implements TransportSocket, ConnectionContext {
  readonly id: string
  readonly listenerName: string
  readonly securityProtocol: ConnectionContext['securityProtocol']
  readonly principal = 'User:ANONYMOUS'
  readonly local = loopback
  readonly remote = loopback
  readonly remoteAddress = loopback.address
  readonly remotePort = loopback.port
  readonly localAddress = loopback.address
  readonly localPort = loopback.port
  readonly unsentBytes = 0
  clientSoftwareName = ''
  clientSoftwareVersion = ''
  isClosed = false
  readonly #dispatcher: RequestDispatcher
  readonly #clock: Clock
  readonly #handler: SocketHandler
  readonly #responseHeaders = new ResponseHeaders()
  readonly #closeListeners = new Set<() => void>()
  /** The answers so far: each request waits for those before it. */
  #answered: Promise<void> = Promise.resolve()

  constructor(
    dispatcher: RequestDispatcher,
    clock: Clock,
    identity: InProcessListener & { readonly id: string },
    handlerOf: (socket: TransportSocket) => SocketHandler,
  ) {
    this.id = identity.id
    this.listenerName = identity.listenerName
    this.securityProtocol = identity.securityProtocol
    this.#dispatcher = dispatcher
    this.#clock = clock
    this.#handler = handlerOf(this)
  }

  /** One whole frame, as the client writes them. */
  write(chunks: readonly Uint8Array[]): void {
    const frame = joined(chunks).subarray(4)
    this.#answered = this.#answered
      .then(() => (this.isClosed ? undefined : this.#serve(frame)))
      .catch(error => this.#close(error instanceof Error ? error : new Error(String(error))))
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.#close(undefined)
  }

  destroy(): void {
    this.#close(undefined)
  }

  onClosed(listener: () => void): () => void {
    if (this.isClosed) listener()
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  async #serve(frame: Uint8Array): Promise<void> {
    const start = new Reader(frame)
    const apiKey = start.int16()
    const apiVersion = start.int16()
    const framing = this.#dispatcher.framing(apiKey, apiVersion, this)
    if (framing === undefined) throw new InvalidRequestError(`version ${apiVersion} of API key ${apiKey} is not served`)
    const reader = new Reader(frame)
    const { correlationId, clientId } = RequestHeader.decodeFrom(reader, framing.requestHeaderVersion)
    const response = await this.#dispatcher.dispatch({
      connection: this,
      apiKey,
      apiVersion,
      correlationId,
      clientId: clientId ?? '',
      body: frame.subarray(reader.position),
      frameBytes: frame.length,
      receivedAtMs: this.#clock.monotonicMs(),
      // The frame is nobody else's.
      retain() {},
      release() {},
    })
    if (response !== null) this.#answer(framing.responseHeaderVersion, correlationId, response)
  }

  #answer(headerVersion: 0 | 1, correlationId: number, { chunks, sent }: NetworkResponse): void {
    const bodyBytes = chunks.reduce((sum, { length }) => sum + length, 0)
    const header = this.#responseHeaders.encode(headerVersion, correlationId, bodyBytes)
    if (!this.isClosed) for (const chunk of [header, ...chunks]) this.#deliver(chunk)
    sent?.()
  }

  #deliver(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const buffer = this.#handler.receiveBuffer()
      assert(buffer.length > 0, 'the client has no room for what it is sent')
      const part = bytes.subarray(at, at + buffer.length)
      buffer.set(part)
      this.#handler.received(part.length)
      at += part.length
    }
  }

  #close(cause: Error | undefined): void {
    if (this.isClosed) return
    this.isClosed = true
    for (const listener of this.#closeListeners) listener()
    this.#closeListeners.clear()
    this.#handler.closed(cause)
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

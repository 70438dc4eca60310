import type { Logger, SocketHandler, TransportSocket } from '../ports.ts'
import { RequestHeader } from '../protocol/header.ts'
import { ProtocolError } from '../protocol/schema/protocol-error.ts'
import { Reader } from '../protocol/schema/reader.ts'
import type { Deadline } from '../timers/deadlines.ts'
import type { ConnectionContext } from './connection-context.ts'
import { FrameAssembler, type FrameOwner, produceKey } from './frame-assembler.ts'
import type { FrameBuffer } from './frame-pool.ts'
import { InFlightRequest, type Outcome } from './in-flight-request.ts'
import type { NetworkShared } from './network-shared.ts'
import { type DispatchResult, InvalidRequestError, type RequestDispatcher } from './request-dispatcher.ts'
import { ResponseQueue } from './response-queue.ts'

/** Requests a connection may have under way at a time; only Produce overlaps at all. */
const inFlightRequestsMax = 64
/** A member that joins again calls its whole group to: see `#mayStart`. */
const joinGroupKey = 11
/** What a connection may start before it lets others have their turn of the loop. */
const turnRequestsMax = 128
const turnBytesMax = 1024 * 1024

export type SecurityProtocol = ConnectionContext['securityProtocol']

export interface ConnectionIdentity {
  readonly id: string
  readonly listenerName: string
  readonly securityProtocol: SecurityProtocol
}

/**
 * One client. Its requests are answered in their order. As in Kafka a request starts when the earlier ones are
 * answered, except that a Produce may start while earlier Produces are under way: their order is settled when they are
 * enqueued, and only the disk is waited for.
 *
 * What cannot start yet stays in the socket: the connection keeps at most what one read has brought, and stops reading.
 */
export class Connection implements ConnectionContext, SocketHandler, FrameOwner {
  readonly id: string
  readonly listenerName: string
  readonly securityProtocol: SecurityProtocol
  readonly principal = 'User:ANONYMOUS'
  clientSoftwareName = ''
  clientSoftwareVersion = ''
  lastActiveMs: number
  readonly #socket: TransportSocket
  readonly #shared: NetworkShared
  readonly #log: Logger
  readonly #assembler: FrameAssembler
  readonly #responses: ResponseQueue
  readonly #idle: Deadline
  #dispatcher: RequestDispatcher | undefined
  #oldest: InFlightRequest | undefined
  #newest: InFlightRequest | undefined
  #inFlightCount = 0
  #turnRequests = 0
  #turnBytes = 0
  /** A frame is here that may not start yet, so nothing is read. */
  #isHeld = false
  #isYielding = false
  #isConsuming = false
  /** What comes next had to wait for an answer that came in this turn of the loop. */
  #isSettling = false
  /** Takes back the wait for room among the requests of all connections. */
  #cancelRoom: (() => void) | undefined
  /** Takes back the wait for the budget. */
  #cancelReserve: (() => void) | undefined
  /** Granted by the budget to the next frame. */
  #grantedBytes = 0
  /** The client sends no more. */
  #hasEnded = false
  #isFinishing = false
  /** Nothing more is read: the client has sent what cannot be answered. */
  #hasFailed = false
  /** The same, to be told when what is under way has been answered. */
  #failure: string | undefined
  #isClosed = false
  #closeListeners: Set<() => void> | undefined

  constructor(socket: TransportSocket, identity: ConnectionIdentity, shared: NetworkShared) {
    this.id = identity.id
    this.listenerName = identity.listenerName
    this.securityProtocol = identity.securityProtocol
    this.#socket = socket
    this.#shared = shared
    this.#log = shared.log
    this.lastActiveMs = shared.clock.monotonicMs()
    this.#assembler = new FrameAssembler(this, shared.framePool, shared.receiveBuffer, shared.frameBytesMax)
    this.#responses = new ResponseQueue(socket, shared.budget, shared.responseHeaders)
    this.#idle = shared.deadlines.unset(() => this.#closeIfIdle())
  }

  get remoteAddress(): string {
    return this.#socket.remote.address
  }

  get remotePort(): number {
    return this.#socket.remote.port
  }

  get localAddress(): string {
    return this.#socket.local.address
  }

  get localPort(): number {
    return this.#socket.local.port
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The API key of the request that has waited longest for its answer. */
  get oldestApiKey(): number | undefined {
    return this.#oldest?.apiKey
  }

  /** Memory of the budget that only the client can set free: by sending the rest of a request, or reading responses. */
  get heldBytes(): number {
    return this.#assembler.partialBytes + this.#responses.unsentBytes
  }

  /** Admits the connection: from now on requests are read and handed to `dispatcher`. */
  open(dispatcher: RequestDispatcher): void {
    this.#dispatcher = dispatcher
    this.lastActiveMs = this.#shared.clock.monotonicMs()
    this.#idle.set(this.lastActiveMs + this.#shared.idleMsMax())
    this.#socket.resume()
  }

  onClosed(listener: () => void): () => void {
    if (this.#isClosed) {
      listener()
      return () => {}
    }
    this.#closeListeners ??= new Set()
    this.#closeListeners.add(listener)
    return () => this.#closeListeners?.delete(listener)
  }

  /** Reads nothing more, answers what is under way, then closes. */
  finish(): void {
    if (this.#isClosed) return
    this.#isFinishing = true
    this.#socket.pause()
    if (this.#oldest === undefined) this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  receiveBuffer(): Uint8Array {
    return this.#assembler.receiveBuffer()
  }

  received(length: number): void {
    this.lastActiveMs = this.#shared.clock.monotonicMs()
    if (this.#hasFailed || this.#isFinishing) return
    this.#isConsuming = true
    this.#assembler.received(length)
    this.#isConsuming = false
  }

  ended(): void {
    this.#hasEnded = true
    this.#endIfDone()
  }

  sent(): void {
    this.lastActiveMs = this.#shared.clock.monotonicMs()
    this.#responses.sent()
    if (this.#isHeld) this.#proceed()
  }

  closed(cause: Error | undefined): void {
    this.#isClosed = true
    if (cause !== undefined) this.#log.debug(`Connection ${this.id} broke: ${cause.message}`)
    this.#idle.cancel()
    this.#cancelRoom?.()
    this.#cancelReserve?.()
    this.#shared.requestMemory.release(this.#assembler.partialBytes)
    this.#shared.requestMemory.release(this.#grantedBytes)
    this.#assembler.close()
    this.#responses.close()
    // What is under way gives back its memory when it is answered.
    const listeners = this.#closeListeners ?? []
    this.#closeListeners = undefined
    for (const listener of listeners) listener()
    this.#shared.connectionClosed(this)
  }

  mayTake(length: number, apiKey: number): boolean {
    if (this.#mayStart(apiKey) && this.#reserve(length)) return true
    this.#isHeld = true
    this.#socket.pause()
    return false
  }

  take(frame: Uint8Array, buffer: FrameBuffer | undefined): void {
    this.#turnRequests++
    this.#turnBytes += frame.length
    let request: InFlightRequest
    try {
      request = this.#readHeader(frame, buffer)
    } catch (error) {
      buffer?.release()
      this.#shared.requestMemory.release(frame.length)
      this.#fail(describe(error))
      return
    }
    if (this.#newest === undefined) this.#oldest = request
    else this.#newest.next = request
    this.#newest = request
    this.#inFlightCount++
    this.#shared.requestQueue.enter(request.apiKey)
    let result: DispatchResult | Promise<DispatchResult>
    try {
      result = this.#dispatcher!.dispatch(request)
    } catch (failure) {
      this.#settle(request, { failure })
      return
    }
    if (result instanceof Promise) {
      result.then(
        answer => this.#settle(request, { result: answer }),
        failure => this.#settle(request, { failure }),
      )
    } else this.#settle(request, { result })
  }

  malformed(reason: string): void {
    this.#fail(reason)
  }

  /** Whether a request of that API may start now, apart from its memory. */
  #mayStart(apiKey: number): boolean {
    if (this.#isClosed || this.#isFinishing || this.#hasFailed || this.#isYielding) return false
    if (this.#responses.unsentBytes > this.#shared.unsentBytesMax) return false
    if (this.#oldest !== undefined) {
      const overlaps = apiKey === produceKey && this.#oldest.apiKey === produceKey
      if (!overlaps || this.#inFlightCount >= inFlightRequestsMax) return false
    }
    if (!this.#hasRoom(apiKey)) return false
    // Kafka reads a connection's next request in a later poll than the one that sent its last answer. What others have sent
    // by then comes first, as the SyncGroup of followers whose leader has sent a JoinGroup right behind its own.
    const isJoinBehindAnswer = this.#isSettling && apiKey === joinGroupKey
    if (!isJoinBehindAnswer && this.#turnRequests < turnRequestsMax && this.#turnBytes < turnBytesMax) return true
    this.#isYielding = true
    this.#shared.clock.schedule(0, () => {
      this.#isYielding = false
      this.#turnRequests = 0
      this.#turnBytes = 0
      this.#proceed()
    })
    return false
  }

  #hasRoom(apiKey: number): boolean {
    const { requestQueue } = this.#shared
    if (requestQueue.admits(apiKey)) return true
    this.#cancelRoom ??= requestQueue.awaitRoom(() => {
      this.#cancelRoom = undefined
      this.#proceed()
    })
    return false
  }

  #reserve(length: number): boolean {
    if (this.#grantedBytes > 0) {
      this.#grantedBytes = 0
      return true
    }
    if (this.#cancelReserve !== undefined) return false
    const { requestMemory } = this.#shared
    if (requestMemory.tryReserve(length)) return true
    this.#cancelReserve = requestMemory.reserveLater(length, () => {
      this.#cancelReserve = undefined
      this.#grantedBytes = length
      this.#proceed()
    })
    this.#shared.memoryIsShort()
    return false
  }

  /** Tries again what was held back. */
  #proceed(): void {
    if (this.#isClosed || this.#isConsuming || this.#hasFailed || this.#isFinishing) return
    this.#isHeld = false
    this.#isConsuming = true
    this.#assembler.proceed()
    this.#isConsuming = false
    if (this.#isHeld) return
    this.#socket.resume()
    this.#endIfDone()
  }

  #readHeader(frame: Uint8Array, buffer: FrameBuffer | undefined): InFlightRequest {
    const reader = new Reader(frame)
    const apiKey = reader.int16()
    const apiVersion = reader.int16()
    const framing = this.#dispatcher!.framing(apiKey, apiVersion, this)
    if (framing === undefined) {
      throw new InvalidRequestError(`Received request for api with key ${apiKey} and unsupported version ${apiVersion}`)
    }
    const headerReader = new Reader(frame)
    const header = RequestHeader.decodeFrom(headerReader, framing.requestHeaderVersion)
    return new InFlightRequest(this, {
      apiKey,
      apiVersion,
      correlationId: header.correlationId,
      clientId: header.clientId ?? '',
      body: frame.subarray(headerReader.position),
      frameBytes: frame.length,
      receivedAtMs: this.lastActiveMs,
      responseHeaderVersion: framing.responseHeaderVersion,
      buffer,
    })
  }

  #settle(request: InFlightRequest, outcome: Outcome): void {
    request.outcome = outcome
    if (request !== this.#oldest) return
    let oldest: InFlightRequest | undefined = request
    while (oldest?.outcome !== undefined) {
      this.#oldest = oldest.next
      if (this.#oldest === undefined) this.#newest = undefined
      this.#inFlightCount--
      this.#answer(oldest, oldest.outcome)
      oldest.release()
      // Last, since either may let the next request start, of this connection too.
      this.#shared.requestQueue.leave(oldest.apiKey)
      this.#shared.requestMemory.release(oldest.frameBytes)
      oldest = this.#oldest
    }
    if (this.#isClosed || this.#isConsuming) return
    if (this.#oldest === undefined) {
      if (this.#failure !== undefined) this.#closeFailed(this.#failure)
      else if (this.#isFinishing) this.#socket.end(true)
      else this.#endIfDone()
    }
    if (!this.#isHeld) return
    this.#isSettling = true
    this.#proceed()
    this.#isSettling = false
  }

  #answer(request: InFlightRequest, outcome: Outcome): void {
    if ('failure' in outcome) {
      if (!this.#isClosed) this.#requestFailed(request, outcome.failure)
      return
    }
    const { result } = outcome
    if (result === null) return
    if (this.#isClosed) result.sent?.()
    else this.#responses.write(request.responseHeaderVersion, request.correlationId, result)
  }

  /** The request at the head of the line got an exception: what came after it is not answered any more. */
  #requestFailed(request: InFlightRequest, error: unknown): void {
    if (this.#hasFailed && this.#failure === undefined) return
    this.#hasFailed = true
    this.#failure = undefined
    const what = `request with key ${request.apiKey} and version ${request.apiVersion}`
    if (isClientsFault(error)) this.#closeFailed(`${what}: ${describe(error)}`)
    else {
      this.#log.error(`${this.#shared.logPrefix}Closing socket for ${this.id} because of error in ${what}`, error)
      this.#socket.end(true)
    }
  }

  /** The stream cannot be read on; what came before is answered still. */
  #fail(reason: string): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#socket.pause()
    if (this.#oldest === undefined) this.#closeFailed(reason)
    else this.#failure = reason
  }

  #closeFailed(reason: string): void {
    this.#failure = undefined
    this.#log.warn(`${this.#shared.logPrefix}Closing socket for ${this.id} because of error: ${reason}`)
    this.#socket.end(true)
  }

  #endIfDone(): void {
    if (!this.#hasEnded || this.#isHeld || this.#oldest !== undefined || this.#hasFailed) return
    if (this.#assembler.isMidFrame) {
      this.#log.info(`${this.#shared.logPrefix}Client of ${this.id} went away in the middle of a request`)
    }
    this.#socket.end()
  }

  #closeIfIdle(): void {
    const idleMs = this.#shared.clock.monotonicMs() - this.lastActiveMs
    const idleMsMax = this.#shared.idleMsMax()
    if (idleMs < idleMsMax) {
      this.#idle.set(this.lastActiveMs + idleMsMax)
      return
    }
    this.#log.debug(`${this.#shared.logPrefix}Closing ${this.id}, idle for ${Math.round(idleMs)} ms`)
    this.#socket.destroy()
  }
}

function isClientsFault(error: unknown): boolean {
  return error instanceof InvalidRequestError || error instanceof ProtocolError
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

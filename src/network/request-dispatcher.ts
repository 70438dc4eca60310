/**
 * Where the network room ends: it assembles frames and reads request headers, whoever implements `RequestDispatcher`
 * decodes bodies and answers, and the network room writes the answers in request order.
 */

import type { ConnectionContext } from './connection-context.ts'

/** How one (API key, version) is framed. */
export interface RequestFraming {
  /** 1: without tagged fields. 2: with them. */
  readonly requestHeaderVersion: 1 | 2
  /** 0: the correlation id alone (ApiVersions, whatever its version). 1: with tagged fields. */
  readonly responseHeaderVersion: 0 | 1
}

export interface NetworkRequest {
  readonly connection: ConnectionContext
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /** Null on the wire counts as empty, as in Kafka. */
  readonly clientId: string
  /** What follows the header. */
  readonly body: Uint8Array
  /** The frame without its length field. */
  readonly frameBytes: number
  /** On the monotonic clock. */
  readonly receivedAtMs: number
  /**
   * Only the frames of Produce are recycled, once their request is answered: whoever keeps a view of `body` for
   * longer calls `retain` before answering, and `release` when done with it. For other APIs both do nothing, and
   * views may be kept freely.
   */
  retain(): void
  release(): void
}

export interface NetworkResponse {
  /** The body in order; sent without being copied, so it must not change before `sent`. */
  readonly chunks: readonly Uint8Array[]
  /** Called once when the operating system has taken the last byte or the connection is gone. */
  readonly sent?: () => void
}

/** `null`: nothing is sent, and the connection goes on (Produce with acks=0). */
export type DispatchResult = NetworkResponse | null

export interface RequestDispatcher {
  /**
   * `undefined` for what is not served on the connection's listener: the connection is then closed, as Kafka does.
   * ApiVersions has a framing at any version, since the answer to one that is not known is version 0 with error 35.
   */
  framing(apiKey: number, apiVersion: number, connection: ConnectionContext): RequestFraming | undefined
  /**
   * Called in order on each connection; again before an earlier answer is there only when both are Produce. An answer
   * that needs no waiting is best returned as it is, not as a promise.
   *
   * Throwing or rejecting closes that connection with one log line: `InvalidRequestError` for what a client did wrong
   * (a body that does not decode, a failed acks=0 write), anything else is logged as an error with its stack.
   */
  dispatch(request: NetworkRequest): DispatchResult | Promise<DispatchResult>
}

/** The request cannot be answered; its connection is closed. The message ends up in the log line. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError'
}

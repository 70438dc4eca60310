import type { ConnectionContext } from './connection-context.ts'
import type { FrameBuffer } from './frame-pool.ts'
import type { DispatchResult, NetworkRequest } from './request-dispatcher.ts'

/** What became of a request: an answer, or why its connection must be closed. */
export type Outcome = { readonly result: DispatchResult } | { readonly failure: unknown }

/** A request from its frame to its answer; the requests of a connection form a list in the order they came. */
export class InFlightRequest implements NetworkRequest {
  readonly connection: ConnectionContext
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string
  readonly body: Uint8Array
  readonly frameBytes: number
  readonly receivedAtMs: number
  readonly responseHeaderVersion: 0 | 1
  outcome: Outcome | undefined
  next: InFlightRequest | undefined
  readonly #buffer: FrameBuffer | undefined

  constructor(
    connection: ConnectionContext,
    fields: {
      apiKey: number
      apiVersion: number
      correlationId: number
      clientId: string
      body: Uint8Array
      frameBytes: number
      receivedAtMs: number
      responseHeaderVersion: 0 | 1
      buffer: FrameBuffer | undefined
    },
  ) {
    this.connection = connection
    this.apiKey = fields.apiKey
    this.apiVersion = fields.apiVersion
    this.correlationId = fields.correlationId
    this.clientId = fields.clientId
    this.body = fields.body
    this.frameBytes = fields.frameBytes
    this.receivedAtMs = fields.receivedAtMs
    this.responseHeaderVersion = fields.responseHeaderVersion
    this.#buffer = fields.buffer
  }

  retain(): void {
    this.#buffer?.retain()
  }

  release(): void {
    this.#buffer?.release()
  }
}

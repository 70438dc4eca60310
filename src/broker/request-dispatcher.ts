import type { ConnectionContext } from './handler.ts'

/** A request whose header is decoded. */
export interface RequestFrame {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** What follows the header. Valid until the result settles; then the buffer may be used again. */
  readonly body: Uint8Array
}

/** A whole response frame in order: length prefix, header, body. Record sets are chunks of their own. */
export type ResponseFrame = readonly Uint8Array[]

/** The one thing `network` calls. */
export interface RequestDispatcher {
  /**
   * Which header the client used, so that `network` can decode it: the request header's version, or -1 where the
   * API or version is not served (the connection is closed, except for ApiVersions, which is read as its v0).
   */
  requestHeaderVersion(apiKey: number, apiVersion: number): number
  /** Whether requests that follow on the connection may start before this one is answered: Produce alone. */
  mayOverlap(apiKey: number): boolean
  /**
   * Serves one request: the response frame, or `null` where none is sent, at once where nothing has to be waited
   * for. Throws or rejects with `CloseConnectionError` alone; a bug goes to the broker's `closed` instead.
   */
  dispatch(request: RequestFrame, connection: ConnectionContext): ResponseFrame | null | Promise<ResponseFrame | null>
  /** The socket is gone: whatever waits for this connection may be forgotten. */
  connectionClosed(connection: ConnectionContext): void
}

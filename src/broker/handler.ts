import type { ConnectionContext } from '../network/connection-context.ts'
import type { Reader } from '../protocol/schema/reader.ts'
import type { BrokerServices } from './services.ts'

/** One request, apart from its body. The header fields are Kafka's. */
export interface RequestContext {
  readonly apiVersion: number
  readonly correlationId: number
  /** Empty where the header held null. */
  readonly clientId: string
  readonly connection: ConnectionContext
  /** Calls `callback` once, when the answer has been taken by the operating system or nobody will read it. */
  onSent(callback: () => void): void
}

/** What a handler returns: the response; `null` where the protocol sends none (Produce with acks=0). */
export type Answer<Response> = Response | null

/**
 * Serves one API. It is called in the order requests arrive and decides what it can before its first `await`; where
 * it has nothing to wait for it returns the response itself, not a promise.
 *
 * Views into `request` (record sets, bytes) stay valid until the answer is given; what outlives it is copied.
 * Protocol outcomes are error codes in the response. It throws `InvalidRequestError` of `network` where Kafka
 * closes the connection; any other exception is answered by `errorResponse` where the API has one.
 */
export type Handle<Request, Response> = (
  services: BrokerServices,
  request: Request,
  context: RequestContext,
) => Answer<Response> | Promise<Answer<Response>>

/** The codec of one API as the dispatcher uses it: what `api(…)` of `protocol/schema` yields. */
export interface ApiCodec<Request, Response> {
  readonly key: number
  readonly name: string
  readonly request: {
    decode(bytes: Uint8Array, version: number): Request
    /** As `decode`, whatever follows the request. */
    decodeFrom(reader: Reader, version: number): Request
  }
  readonly response: { encode(value: Response, version: number): readonly Uint8Array[] }
}

export interface HandlerOptions<Request, Response> {
  /**
   * The response that reports `errorCode` for everything the request asked, as Kafka's
   * `AbstractRequest.getErrorResponse`; without it, or where it yields `null`, the connection is closed.
   */
  readonly errorResponse?: (request: Request, errorCode: number, version: number) => Answer<Response>
}

/** One API and what serves it: the export `handler` of each file in `broker/handlers/`. */
export interface Handler<Request = unknown, Response = unknown> extends HandlerOptions<Request, Response> {
  readonly api: ApiCodec<Request, Response>
  readonly handle: Handle<Request, Response>
}

/** Ties an API to its handler; request and response types follow from the API's schema. */
export function handlerOf<Request, Response>(
  api: ApiCodec<Request, Response>,
  handle: Handle<Request, Response>,
  options: HandlerOptions<Request, Response> = {},
): Handler {
  // The dispatcher gives `handle` only what the same codec decoded, so the types may be forgotten here.
  return { ...options, api, handle } as Handler<Request, Response> as unknown as Handler
}

import type { Shape, VersionRange } from './field.ts'
import { type Decoded, type Encodable, Message } from './message.ts'

export interface ApiOptions<Request extends Shape, Response extends Shape> {
  /** Every version with a codec; what is advertised is in `api-keys.ts`. */
  readonly versions: VersionRange
  readonly flexibleSince?: number
  readonly request: Request
  readonly response: Response
}

/** A request and its response under one API key. */
export interface Api<Request extends Shape, Response extends Shape> {
  readonly key: number
  readonly name: string
  readonly versions: VersionRange
  readonly request: Message<Request>
  readonly response: Message<Response>
}

export type AnyApi = Api<Shape, Shape>

export type RequestOf<A extends AnyApi> = Decoded<A['request']>
export type ResponseOf<A extends AnyApi> = Decoded<A['response']>
export type EncodableRequestOf<A extends AnyApi> = Encodable<A['request']>
export type EncodableResponseOf<A extends AnyApi> = Encodable<A['response']>

export function api<const Request extends Shape, const Response extends Shape>(
  key: number,
  name: string,
  options: ApiOptions<Request, Response>,
): Api<Request, Response> {
  const { request, response, ...common } = options
  return {
    key,
    name,
    versions: options.versions,
    request: new Message(`${name}Request`, { ...common, fields: request }),
    response: new Message(`${name}Response`, { ...common, fields: response }),
  }
}

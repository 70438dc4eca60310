import { type ApiKeyInfo, apiKeyInfo, hasVersions, requestHeaderVersion, responseHeaderVersion } from './api-keys.ts'
import { RequestHeader, ResponseHeader } from './header.ts'
import type { Api } from './schema/api.ts'
import type { EncodableOf, Shape } from './schema/field.ts'
import { ProtocolError } from './schema/protocol-error.ts'
import { Reader } from './schema/reader.ts'
import { Writer } from './schema/writer.ts'

/** Every frame begins with the number of bytes that follow, an int32. */
export const FRAME_SIZE_BYTES = 4

/** The header of a request, and where in its frame the body begins. */
export interface RequestFrame {
  readonly api: ApiKeyInfo
  readonly apiVersion: number
  readonly correlationId: number
  /** Nullable on the wire; brokers take null for empty. */
  readonly clientId: string
  readonly body: Uint8Array
}

/**
 * Splits a request, without its size, into header and body. The API key and version come first and say which version
 * of the header this is. Whether that version of the API is served is for the caller to judge: of ApiVersions every
 * version must get an answer.
 */
export function decodeRequestFrame(frame: Uint8Array): RequestFrame {
  const start = new Reader(frame)
  const key = start.int16()
  const apiVersion = start.int16()
  const api = apiKeyInfo(key)
  if (api === undefined || !hasVersions(api)) throw new ProtocolError(`API key ${key} is not one that can be served`)
  const reader = new Reader(frame)
  const header = RequestHeader.decodeFrom(reader, requestHeaderVersion(api, apiVersion))
  return {
    api,
    apiVersion,
    correlationId: header.correlationId,
    clientId: header.clientId ?? '',
    body: frame.subarray(reader.position),
  }
}

/** A request to be sent, size first. */
export function encodeRequestFrame<Request extends Shape, Response extends Shape>(
  api: Api<Request, Response>,
  apiVersion: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  request: EncodableOf<Request>,
): Uint8Array[] {
  const writer = beginFrame()
  RequestHeader.encodeTo(
    writer,
    { requestApiKey: api.key, requestApiVersion: apiVersion, ...header },
    requestHeaderVersion(infoOf(api.key), apiVersion),
  )
  api.request.encodeTo(writer, request, apiVersion)
  return writer.finishFrame()
}

/** A response to be sent, size first. */
export function encodeResponseFrame<Request extends Shape, Response extends Shape>(
  api: Api<Request, Response>,
  apiVersion: number,
  correlationId: number,
  response: EncodableOf<Response>,
): Uint8Array[] {
  const writer = beginFrame()
  ResponseHeader.encodeTo(writer, { correlationId }, responseHeaderVersion(infoOf(api.key), apiVersion))
  api.response.encodeTo(writer, response, apiVersion)
  return writer.finishFrame()
}

/** Splits a response, without its size. The caller knows by the correlation id which request it answers. */
export function decodeResponseFrame(
  api: { readonly key: number },
  apiVersion: number,
  frame: Uint8Array,
): { readonly correlationId: number; readonly body: Uint8Array } {
  const reader = new Reader(frame)
  const header = ResponseHeader.decodeFrom(reader, responseHeaderVersion(infoOf(api.key), apiVersion))
  return { correlationId: header.correlationId, body: frame.subarray(reader.position) }
}

function beginFrame(): Writer {
  const writer = new Writer()
  writer.int32(0, 'size')
  return writer
}

function infoOf(key: number): ApiKeyInfo {
  const info = apiKeyInfo(key)
  if (info === undefined) throw new TypeError(`there is no API key ${key}`)
  return info
}

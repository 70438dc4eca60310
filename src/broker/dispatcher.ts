import { AssertionError } from '../assertion.ts'
import { LogDirOfflineError } from '../log/partition-log.ts'
import type { ConnectionContext } from '../network/connection-context.ts'
import {
  type DispatchResult,
  InvalidRequestError,
  type NetworkRequest,
  type NetworkResponse,
  type RequestDispatcher,
  type RequestFraming,
} from '../network/request-dispatcher.ts'
import {
  type ApiKeyInfo,
  apiKeyInfo,
  isServedVersion,
  requestHeaderVersion,
  responseHeaderVersion,
} from '../protocol/api-keys.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { ProtocolError } from '../protocol/schema/protocol-error.ts'
import { Reader } from '../protocol/schema/reader.ts'
import type { Answer, Handler, RequestContext } from './handler.ts'
import { type HandlerEntry, handlerEntries } from './handlers.ts'
import type { BrokerServices } from './services.ts'

const METADATA_KEY = 3
const API_VERSIONS_KEY = 18

/** An API of this broker: its handler once it is loaded. */
interface Slot {
  readonly info: ApiKeyInfo
  readonly load: HandlerEntry['load']
  handler: Handler | undefined
  loading: Promise<Handler> | undefined
}

/** Finds the handler of each request, decodes what it gets and encodes what it answers. Kafka's `KafkaApis.handle`. */
export class Dispatcher implements RequestDispatcher {
  readonly #services: BrokerServices
  /** By API key. */
  readonly #slots: (Slot | undefined)[] = []

  constructor(services: BrokerServices, entries: readonly HandlerEntry[] = handlerEntries) {
    this.#services = services
    for (const entry of entries) {
      const info = apiKeyInfo(entry.key)
      if (info === undefined) throw new AssertionError(`there is no API key ${entry.key}`)
      this.#slots[entry.key] = { info, load: entry.load, handler: undefined, loading: undefined }
    }
  }

  framing(apiKey: number, apiVersion: number, _connection: ConnectionContext): RequestFraming | undefined {
    const info = this.#slots[apiKey]?.info
    if (info === undefined) return undefined
    const isServed =
      isServedVersion(info, apiVersion) ||
      apiKey === API_VERSIONS_KEY ||
      isServedVersion(info, apiVersion, this.#services.config.get('unstable.api.versions.enable'))
    if (!isServed) return undefined
    return {
      requestHeaderVersion: requestHeaderVersion(info, apiVersion) === 2 ? 2 : 1,
      responseHeaderVersion: responseHeaderVersion(info, apiVersion) === 1 ? 1 : 0,
    }
  }

  dispatch(request: NetworkRequest): DispatchResult | Promise<DispatchResult> {
    const slot = this.#slots[request.apiKey]
    if (slot === undefined) throw new InvalidRequestError(`API key ${request.apiKey} is not served`)
    if (slot.handler !== undefined) return this.#serve(slot.handler, request)
    slot.loading ??= slot.load().then(({ handler }) => {
      slot.handler = handler
      return handler
    })
    return slot.loading.then(handler => this.#serve(handler, request))
  }

  #serve(handler: Handler, request: NetworkRequest): DispatchResult | Promise<DispatchResult> {
    const isUnknownVersion =
      request.apiKey === API_VERSIONS_KEY && !isServedVersion(apiVersionsInfo(), request.apiVersion)
    const context = new HandlerContext(request)
    let decoded: unknown
    try {
      // A client cannot know what this broker speaks before it has asked: read and answered as version 0 (KIP-511).
      decoded = isUnknownVersion ? {} : decodeRequest(handler, request)
    } catch (error) {
      if (error instanceof ProtocolError) throw new InvalidRequestError(error.message)
      throw error
    }
    const version = isUnknownVersion ? 0 : request.apiVersion
    let answer: Answer<unknown> | Promise<Answer<unknown>>
    try {
      answer = handler.handle(this.#services, decoded, context)
      if (!(answer instanceof Promise)) return encode(handler, answer, version, context)
    } catch (error) {
      return this.#afterError(error, handler, decoded, version, context)
    }
    return answer
      .then(value => encode(handler, value, version, context))
      .catch((error: unknown) => this.#afterError(error, handler, decoded, version, context))
  }

  #afterError(
    error: unknown,
    handler: Handler,
    decoded: unknown,
    version: number,
    context: HandlerContext,
  ): DispatchResult {
    context.settle()
    if (error instanceof InvalidRequestError) throw error
    if (error instanceof AssertionError) {
      this.#services.fail(error)
      throw new InvalidRequestError('the broker has failed')
    }
    let errorCode: number = ErrorCode.KAFKA_STORAGE_ERROR
    if (!(error instanceof LogDirOfflineError)) {
      errorCode = ErrorCode.UNKNOWN_SERVER_ERROR
      const { connection, clientId } = context
      this.#services.loggers
        .named('kafka.server.KafkaApis')
        .error(
          `Unexpected error handling request ${handler.api.name} v${version} of client ${clientId}, connection ${connection.id}`,
          error,
        )
    }
    const answer = handler.errorResponse?.(decoded, errorCode, version) ?? null
    if (answer === null) throw new InvalidRequestError(`${handler.api.name} failed with error ${errorCode}`)
    return encode(handler, answer, version, context)
  }
}

/**
 * Kafka ignores what follows a request; here it is a reason to close the connection, as it speaks of a client that means something
 * else. Metadata is the exception: librdkafka asks for all topics of version 9 and above with the length of an array too many.
 */
function decodeRequest(handler: Handler, { apiKey, apiVersion, body }: NetworkRequest): unknown {
  const { request } = handler.api
  return apiKey === METADATA_KEY ? request.decodeFrom(new Reader(body), apiVersion) : request.decode(body, apiVersion)
}

function apiVersionsInfo(): ApiKeyInfo {
  return apiKeyInfo(API_VERSIONS_KEY)!
}

function encode(handler: Handler, answer: Answer<unknown>, version: number, context: HandlerContext): DispatchResult {
  if (answer === null) {
    context.settle()
    return null
  }
  const chunks = handler.api.response.encode(answer, version)
  return context.response(chunks)
}

class HandlerContext implements RequestContext {
  readonly #request: NetworkRequest
  #sent: (() => void) | undefined

  constructor(request: NetworkRequest) {
    this.#request = request
  }

  get apiVersion(): number {
    return this.#request.apiVersion
  }

  get correlationId(): number {
    return this.#request.correlationId
  }

  get clientId(): string {
    return this.#request.clientId
  }

  get connection(): ConnectionContext {
    return this.#request.connection
  }

  onSent(callback: () => void): void {
    const earlier = this.#sent
    this.#sent =
      earlier === undefined
        ? callback
        : () => {
            earlier()
            callback()
          }
  }

  /** There will be no answer, or another one than was meant. */
  settle(): void {
    this.#sent?.()
    this.#sent = undefined
  }

  response(chunks: readonly Uint8Array[]): NetworkResponse {
    return this.#sent === undefined ? { chunks } : { chunks, sent: this.#sent }
  }
}

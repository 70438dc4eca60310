import type { Clock, SocketHandler, Timer, Transport, TransportSocket } from '../ports.ts'
import { apiKeyInfo } from '../protocol/api-keys.ts'
import { ApiVersions } from '../protocol/apis/api-versions.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../protocol/frame.ts'
import type { Api } from '../protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape, VersionRange } from '../protocol/schema/field.ts'
import { ClientError } from './client-error.ts'
import { ResponseFrames } from './response-frames.ts'

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

export interface ConnectionOptions {
  readonly clientId: string
  /** How long a request may wait for its answer (`request.timeout.ms`). */
  readonly requestTimeoutMs: number
}

interface Pending {
  readonly api: { readonly key: number }
  readonly version: number
  readonly timer: Timer
  resolve(body: Uint8Array): void
  reject(error: ClientError): void
}

/**
 * One connection to a broker. Requests may overlap; each is sent in the newest version both sides have. A request that
 * is not answered in time ends the connection, as what comes later could no longer be told apart.
 */
export class BrokerConnection implements SocketHandler {
  readonly address: BrokerAddress
  readonly #clock: Clock
  readonly #options: ConnectionOptions
  readonly #frames = new ResponseFrames()
  readonly #pending = new Map<number, Pending>()
  #socket: TransportSocket | undefined
  #versions: ReadonlyMap<number, VersionRange> = new Map()
  #nextCorrelationId = 0
  #failure: ClientError | undefined

  private constructor(address: BrokerAddress, clock: Clock, options: ConnectionOptions) {
    this.address = address
    this.#clock = clock
    this.#options = options
  }

  /** Connects and asks which versions the broker has. Rejects with a `ClientError`. */
  static async open(
    transport: Transport,
    clock: Clock,
    address: BrokerAddress,
    options: ConnectionOptions,
  ): Promise<BrokerConnection> {
    const connection = new BrokerConnection(address, clock, options)
    try {
      connection.#socket = await transport.connect(address.host, address.port, () => connection)
    } catch (error) {
      throw connectionError(address, 'could not be established', error)
    }
    try {
      connection.#versions = await connection.#askVersions()
    } catch (error) {
      connection.close()
      throw error
    }
    return connection
  }

  get isOpen(): boolean {
    return this.#failure === undefined
  }

  /** What the broker says it has, by API key. */
  get brokerVersions(): ReadonlyMap<number, VersionRange> {
    return this.#versions
  }

  /** The newest version of `api` that both sides have, at most `versionMax`. Throws UNSUPPORTED_VERSION. */
  versionOf(api: { readonly key: number; readonly name: string }, versionMax = Number.POSITIVE_INFINITY): number {
    const own = apiKeyInfo(api.key)!.versions
    const theirs = this.#versions.get(api.key)
    if (theirs === undefined) {
      throw new ClientError(ErrorCode.UNSUPPORTED_VERSION, `The node does not support ${enumName(api.name)}`)
    }
    const version = Math.min(own[1], theirs[1], versionMax)
    if (version < own[0] || version < theirs[0]) {
      throw new ClientError(
        ErrorCode.UNSUPPORTED_VERSION,
        `The node does not support ${enumName(api.name)} with version in range [${own[0]},${own[1]}]. The supported range is [${theirs[0]},${theirs[1]}].`,
      )
    }
    return version
  }

  /** Rejects with a `ClientError`: NETWORK_EXCEPTION, REQUEST_TIMED_OUT or UNSUPPORTED_VERSION. */
  async send<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    request: EncodableOf<Request>,
    versionMax?: number,
  ): Promise<DecodedOf<Response>> {
    return await this.#sendVersion(api, this.versionOf(api, versionMax), request)
  }

  close(): void {
    this.#fail(connectionError(this.address, 'was closed'))
    this.#socket?.destroy()
  }

  receiveBuffer(): Uint8Array {
    return this.#frames.receiveBuffer()
  }

  received(length: number): void {
    try {
      for (const frame of this.#frames.received(length)) this.#take(frame)
    } catch (error) {
      this.#fail(connectionError(this.address, 'sent what is no response', error))
      this.#socket?.destroy()
    }
  }

  ended(): void {
    this.#socket?.destroy()
  }

  sent(): void {}

  closed(cause: Error | undefined): void {
    this.#fail(connectionError(this.address, 'was closed by the broker', cause))
  }

  async #askVersions(): Promise<ReadonlyMap<number, VersionRange>> {
    const newest = apiKeyInfo(ApiVersions.key)!.versions[1]
    const software = { clientSoftwareName: 'ottla', clientSoftwareVersion: '0' }
    const answer = await this.#sendVersion(ApiVersions, newest, software).catch(error => {
      // A broker that is older answers in the layout of version 0, whatever was asked (KIP-511).
      if (error instanceof ClientError) throw error
      return this.#sendVersion(ApiVersions, 0, {})
    })
    const understood =
      answer.errorCode === ErrorCode.UNSUPPORTED_VERSION ? await this.#sendVersion(ApiVersions, 0, {}) : answer
    if (understood.errorCode !== 0) throw new ClientError(understood.errorCode)
    return new Map(understood.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]))
  }

  async #sendVersion<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
  ): Promise<DecodedOf<Response>> {
    if (this.#failure !== undefined) throw this.#failure
    const correlationId = this.#nextCorrelationId++ | 0
    const frame = encodeRequestFrame(api, version, { correlationId, clientId: this.#options.clientId }, request)
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const timer = this.#clock.schedule(this.#options.requestTimeoutMs, () => this.#timedOut(api.name))
    this.#pending.set(correlationId, { api, version, timer, resolve, reject })
    this.#socket!.write(frame)
    return api.response.decode(await promise, version)
  }

  #take(frame: Uint8Array): void {
    const correlationId = new DataView(frame.buffer, frame.byteOffset).getInt32(0)
    const pending = this.#pending.get(correlationId)
    if (pending === undefined) throw new RangeError(`no request has the correlation id ${correlationId}`)
    this.#pending.delete(correlationId)
    pending.timer.cancel()
    pending.resolve(decodeResponseFrame(pending.api, pending.version, frame).body)
  }

  #timedOut(apiName: string): void {
    const { host, port } = this.address
    this.#fail(new ClientError(ErrorCode.REQUEST_TIMED_OUT, `${host}:${port} did not answer ${apiName} in time`))
    this.#socket?.destroy()
  }

  #fail(error: ClientError): void {
    this.#failure ??= error
    for (const pending of this.#pending.values()) {
      pending.timer.cancel()
      pending.reject(error)
    }
    this.#pending.clear()
  }
}

/** As Kafka's `ApiKeys` has it. */
function enumName(apiName: string): string {
  return apiName.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}

function connectionError({ host, port }: BrokerAddress, what: string, cause?: unknown): ClientError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new ClientError(ErrorCode.NETWORK_EXCEPTION, `The connection to ${host}:${port} ${what}${reason}`, cause)
}

import type { Clock, Transport } from '../ports.ts'
import { apiKeyInfo } from '../protocol/api-keys.ts'
import { AlterClientQuotas } from '../protocol/apis/alter-client-quotas.ts'
import { AlterUserScramCredentials } from '../protocol/apis/alter-user-scram-credentials.ts'
import { DescribeCluster } from '../protocol/apis/describe-cluster.ts'
import { FindCoordinator } from '../protocol/apis/find-coordinator.ts'
import { Metadata } from '../protocol/apis/metadata.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Api, ResponseOf } from '../protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../protocol/schema/field.ts'
import { type BrokerAddress, BrokerConnection, type ConnectionOptions } from './broker-connection.ts'
import { ClientError, throwIfError } from './client-error.ts'

export interface KafkaClientOptions extends ConnectionOptions {
  readonly bootstrapServers: readonly BrokerAddress[]
  /** Whether those are controllers: then the active one is asked, and no broker (KIP-919). */
  readonly usesControllers?: boolean
  /** How long one operation may go on trying (`default.api.timeout.ms`). */
  readonly apiTimeoutMs: number
  /** Told when no bootstrap server can be reached, once until one can. */
  readonly unreachable?: (error: ClientError) => void
}

export type DescribeClusterResponse = ResponseOf<typeof DescribeCluster>
export type MetadataResponse = ResponseOf<typeof Metadata>
export type CoordinatorKind = 'group' | 'transaction'

/** `EndpointType.CONTROLLER` of DescribeCluster. */
const controllerEndpoints = 2

/** Controllers serve these, but Kafka's admin client sends them to brokers only. */
const ofBrokersOnly: readonly number[] = [AlterClientQuotas.key, AlterUserScramCredentials.key]

function isOfControllers(apiKey: number): boolean {
  return apiKeyInfo(apiKey)?.listeners.includes('controller') === true && !ofBrokersOnly.includes(apiKey)
}

function notOfControllers(): ClientError {
  return new ClientError(
    ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
    'This Admin API is not yet supported when communicating directly with the controller quorum.',
  )
}

const retryBackoffMs = 100
const retryBackoffMsMax = 1000

/**
 * A client of a whole cluster: finds brokers, leaders and coordinators, and tries again where Kafka's own clients do.
 * Every method rejects with a `ClientError`; after `apiTimeoutMs` of trying with the last one met.
 */
export class KafkaClient {
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #options: KafkaClientOptions
  /** By `host:port`. */
  readonly #connections = new Map<string, Promise<BrokerConnection>>()
  /** Or controllers, where those are asked. */
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map()

  constructor(transport: Transport, clock: Clock, options: KafkaClientOptions) {
    this.#transport = transport
    this.#clock = clock
    this.#options = options
  }

  /** A connection to some broker: of those given at the start, the first that answers. Or to the active controller. */
  async any(): Promise<BrokerConnection> {
    return this.usesControllers ? await this.#activeController() : await this.#bootstrap()
  }

  async #activeController(): Promise<BrokerConnection> {
    return await this.retrying(async () => {
      const { controllerId } = await this.describeCluster()
      const active = this.#brokers.get(controllerId)
      if (active === undefined) throw new ClientError(ErrorCode.NOT_CONTROLLER)
      return await this.#connect(active)
    })
  }

  #bootstrap(): Promise<BrokerConnection> {
    let isTold = false
    return this.retrying(async () => {
      let failure: ClientError | undefined
      for (const address of this.#options.bootstrapServers) {
        try {
          return await this.#connect(address)
        } catch (error) {
          if (!(error instanceof ClientError)) throw error
          failure = error
        }
      }
      if (!isTold) this.#options.unreachable?.(failure!)
      isTold = true
      throw failure!
    })
  }

  /** Asks whichever broker answers. */
  async ask<Request extends Shape, Response extends Shape>(
    api: Api<Request, Response>,
    request: EncodableOf<Request>,
    versionMax?: number,
  ): Promise<DecodedOf<Response>> {
    if (this.usesControllers && !isOfControllers(api.key)) throw notOfControllers()
    const connection = await this.any()
    return await connection.send(api, request, versionMax)
  }

  get usesControllers(): boolean {
    return this.#options.usesControllers ?? false
  }

  /** Null where the cluster is older than ids of clusters. */
  async clusterId(): Promise<string | null> {
    return (await (this.usesControllers ? this.describeCluster() : this.metadata([]))).clusterId
  }

  /** The cluster's id and its brokers, or its controllers where those are asked. */
  async describeCluster(): Promise<DescribeClusterResponse> {
    const connection = await this.#bootstrap()
    const response = await connection.send(DescribeCluster, {
      includeClusterAuthorizedOperations: false,
      ...(this.usesControllers ? { endpointType: controllerEndpoints } : {}),
    })
    throwIfError(response.errorCode, response.errorMessage)
    this.#brokers = new Map(response.brokers.map(({ brokerId, host, port }) => [brokerId, { host, port }]))
    return response
  }

  /** A connection to one broker, by its id. BROKER_NOT_AVAILABLE where the cluster has no such broker. */
  async broker(nodeId: number): Promise<BrokerConnection> {
    if (!this.#brokers.has(nodeId)) await (this.usesControllers ? this.describeCluster() : this.metadata([]))
    const address = this.#brokers.get(nodeId)
    if (address === undefined) {
      throw new ClientError(ErrorCode.BROKER_NOT_AVAILABLE, `The cluster has no broker ${nodeId}`)
    }
    return await this.#connect(address)
  }

  /** Of the named topics, of all for `null`; never creates one. */
  async metadata(topics: readonly string[] | null): Promise<MetadataResponse> {
    const named = topics === null ? null : topics.map(name => ({ name }))
    const response = await this.ask(Metadata, { topics: named, allowAutoTopicCreation: false })
    this.#brokers = new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    return response
  }

  /** Every broker's id, in order. */
  async brokerIds(): Promise<number[]> {
    await this.metadata([])
    return [...this.#brokers.keys()].sort((a, b) => a - b)
  }

  /** The ids of brokers or controllers, whichever are asked, in order. */
  async nodeIds(): Promise<number[]> {
    if (!this.usesControllers) return await this.brokerIds()
    await this.describeCluster()
    return [...this.#brokers.keys()].sort((a, b) => a - b)
  }

  /** The coordinator of a group or a transactional id. */
  coordinator(kind: CoordinatorKind, key: string): Promise<BrokerConnection> {
    return this.retrying(async () => {
      const keyType = kind === 'group' ? 0 : 1
      const connection = await this.any()
      const isBatched = connection.versionOf(FindCoordinator) >= 4
      const response = await connection.send(
        FindCoordinator,
        isBatched ? { keyType, coordinatorKeys: [key] } : { keyType, key },
      )
      const found = isBatched ? response.coordinators[0]! : response
      throwIfError(found.errorCode, found.errorMessage)
      return await this.#connect(found)
    })
  }

  /** Runs `attempt` again, after a growing pause, while it throws what may pass. */
  async retrying<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const deadlineMs = this.#clock.monotonicMs() + this.#options.apiTimeoutMs
    for (let backoffMs = retryBackoffMs; ; backoffMs = Math.min(2 * backoffMs, retryBackoffMsMax)) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof ClientError) || !error.isRetriable) throw error
        if (this.#clock.monotonicMs() + backoffMs > deadlineMs) throw error
      }
      await this.pause(backoffMs)
    }
  }

  pause(delayMs: number): Promise<void> {
    return new Promise(resolve => this.#clock.schedule(delayMs, resolve))
  }

  async close(): Promise<void> {
    for (const connection of await Promise.allSettled(this.#connections.values())) {
      if (connection.status === 'fulfilled') connection.value.close()
    }
    this.#connections.clear()
  }

  async #connect({ host, port }: BrokerAddress): Promise<BrokerConnection> {
    const name = `${host}:${port}`
    const known = await this.#connections.get(name)?.catch(() => undefined)
    if (known?.isOpen) return known
    const opening = BrokerConnection.open(this.#transport, this.#clock, { host, port }, this.#options)
    this.#connections.set(name, opening)
    return await opening
  }
}

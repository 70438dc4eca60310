/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The package export `ottla/testcontainers`: Ottla's image as a module of Testcontainers for Node.js, the package
 * `testcontainers`, which is to be installed beside it.
 *
 *     import { OttlaContainer } from 'ottla/testcontainers'
 *
 *     await using ottla = await new OttlaContainer().withTopics('orders').start()
 *     const kafka = new Kafka({ brokers: [ottla.getBootstrapServers()] })
 *
 * Where no other container is to reach the broker, `startBroker()` of the package `ottla` does it without Docker.
 */

import {
  AbstractStartedContainer,
  GenericContainer,
  type StartedTestContainer,
  type WaitStrategy,
} from 'testcontainers'
import { version } from './cli/version.ts'
import type { Seed } from './seed/seed.ts'
import { AdvertiseThenWait, entrypoint, networkHost } from './testcontainers/advertise-then-wait.ts'
import { copiesOf } from './testcontainers/seed-copies.ts'
import { UntilHealthy } from './testcontainers/until-healthy.ts'

const networkPort = 9092
const hostPort = 9093
const controllerPort = 9094

export type {
  Seed,
  SeedBroker,
  SeedBytes,
  SeedConfigs,
  SeedConfigValue,
  SeedGroup,
  SeedHeader,
  SeedOffset,
  SeedRecord,
  SeedRecordFile,
  SeedTopic,
} from './seed/seed.ts'

/** A topic to create, where its name is not enough. What has other configurations goes into a seed. */
export interface TopicToCreate {
  readonly name: string
  /** One by default. */
  readonly partitions?: number
  /** Kafka's `cleanup.policy`; `delete` by default. */
  readonly cleanupPolicy?: 'delete' | 'compact' | 'compact,delete'
}

/**
 * A broker in a container. All that `GenericContainer` has is there: `withEnvironment({ KAFKA_NUM_PARTITIONS: '3' })`
 * sets Kafka's keys as in Kafka's own image, and in a network (`withNetwork`) the first of `withNetworkAliases` is what
 * other containers know the broker by.
 *
 * `start()` resolves when clients are served and the seed and all topics are there. It rejects with the end of the
 * broker's log where the broker does not start, because a seed is wrong for instance.
 */
export class OttlaContainer extends GenericContainer {
  readonly #topics: TopicToCreate[] = []
  #seed: Seed | string | undefined

  /** The image of the same version as this package by default. */
  constructor(image = `ottla:${version}`) {
    super(image)
    this.withExposedPorts(hostPort)
    this.withEntrypoint([...entrypoint])
    this.withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `PLAINTEXT://:${hostPort},BROKER://:${networkPort},CONTROLLER://:${controllerPort}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@localhost:${controllerPort}`,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    this.withWaitStrategy(new UntilHealthy())
  }

  /**
   * What the broker holds when it has started: topics, configurations, records, offsets of groups. An object, or the path
   * of a seed file on this machine; the files of records that it names are looked for beside it, or beside the running
   * program for an object, and go into the container too. `start()` rejects before anything is started where it is wrong.
   */
  withSeed(seed: Seed | string): this {
    this.#seed = seed
    return this
  }

  /** Topics that are there once the container has started. May be called again for more, and beside `withSeed`. */
  withTopics(...topics: readonly (string | TopicToCreate)[]): this {
    this.#topics.push(...topics.map(topic => (typeof topic === 'string' ? { name: topic } : topic)))
    return this
  }

  /** Waits for something else than the image's health check. */
  override withWaitStrategy(waitStrategy: WaitStrategy): this {
    const listeners = () => ({ hostPort, networkPort, networkAlias: this.networkAliases[0] })
    return super.withWaitStrategy(new AdvertiseThenWait(listeners, waitStrategy))
  }

  override async start(): Promise<StartedOttlaContainer> {
    return new StartedOttlaContainer(await super.start(), this.networkAliases[0])
  }

  protected override async beforeContainerCreated(): Promise<void> {
    if (this.#topics.length > 0) this.withEnvironment({ KAFKA_CREATE_TOPICS: this.#topics.map(createTopic).join(',') })
    if (this.#seed === undefined) return
    const { contents, files, digest } = await copiesOf(this.#seed)
    this.withCopyContentToContainer(contents).withCopyFilesToContainer(files)
    // By its labels, not by its files, a container is found again that may be reused.
    this.withLabels({ 'ottla.seed': digest })
  }
}

/** `name:partitions:replicas[:policy]`, as the image takes it. */
function createTopic({ name, partitions = 1, cleanupPolicy }: TopicToCreate): string {
  return [name, partitions, 1, ...(cleanupPolicy === undefined ? [] : [cleanupPolicy])].join(':')
}

/** A broker that runs in a container. `stop()` removes both, as does the end of an `await using`. */
export class StartedOttlaContainer extends AbstractStartedContainer {
  readonly #networkAlias: string | undefined

  constructor(started: StartedTestContainer, networkAlias?: string) {
    super(started)
    this.#networkAlias = networkAlias
  }

  /** For clients on this machine: `localhost:54321`. Another one after `restart()`. */
  getBootstrapServers(): string {
    return `${this.getHost()}:${this.getMappedPort(hostPort)}`
  }

  /** For clients in containers of the same network: `alias:9092`. */
  getNetworkBootstrapServers(): string {
    const addresses = Object.fromEntries(this.getNetworkNames().map(name => [name, this.getIpAddress(name)]))
    return `${networkHost(this.#networkAlias, this.getId(), addresses)}:${networkPort}`
  }

  // Not every version of Testcontainers that will do brings it.
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

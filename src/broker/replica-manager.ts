import type { TopicConfig, TopicConfigs } from '../config/topic-config.ts'
import { ConfigResourceType } from '../controller/image/configurations.ts'
import type { MetadataDelta } from '../controller/image/metadata-delta.ts'
import type { MetadataImage } from '../controller/image/metadata-image.ts'
import type { PartitionRegistration } from '../controller/image/partition.ts'
import type { TopicImage } from '../controller/image/topic.ts'
import { forEachBounded } from '../log/for-each-bounded.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Uuid } from '../protocol/uuid.ts'
import { isInternalTopic } from './internal-topics.ts'
import type { LogDirs } from './log-dirs/log-dirs.ts'
import type { MetadataListener } from './metadata/metadata-listener.ts'
import { Partition } from './partition.ts'

/** Topics that are opened at a time, and logs of each: creating is waiting for the disk. */
const openingTopicsMax = 8
const openingLogsMax = 16

/** A topic with partitions here. */
export interface HostedTopic {
  readonly name: string
  readonly id: Uuid
  readonly isInternal: boolean
  /** By partition id; undefined where another broker has it, or its log could not be opened. */
  readonly partitions: readonly (Partition | undefined)[]
}

/** Told which partitions of one internal topic this broker begins and ceases to lead. */
export interface LeadershipListener {
  readonly topic: string
  elected(partition: Partition): void
  /** Without `leaderEpoch` the topic is gone. */
  resigned(partitionIndex: number, leaderEpoch: number | undefined): void
}

export interface ReplicaManagerOptions {
  readonly nodeId: number
  readonly logs: LogManager
  readonly logDirs: LogDirs
  readonly topicConfigs: TopicConfigs
  readonly logger: Logger
}

/**
 * The partitions this broker has a replica of, kept as the metadata log says. Kafka's `ReplicaManager`.
 *
 * A topic is found here from the moment its logs stand, and no longer from the moment its deletion is committed; the
 * request that asked for either is answered after that.
 */
export class ReplicaManager implements MetadataListener {
  readonly name = 'ReplicaManager'
  readonly #nodeId: number
  readonly #logs: LogManager
  readonly #logDirs: LogDirs
  readonly #topicConfigs: TopicConfigs
  readonly #logger: Logger
  readonly #byName = new Map<string, HostedTopic & { partitions: (Partition | undefined)[] }>()
  readonly #byId = new Map<Uuid, HostedTopic>()
  readonly #listeners = new Map<string, LeadershipListener>()
  #image: MetadataImage | undefined
  #areLogsLoaded = false

  constructor(options: ReplicaManagerOptions) {
    this.#nodeId = options.nodeId
    this.#logs = options.logs
    this.#logDirs = options.logDirs
    this.#topicConfigs = options.topicConfigs
    this.#logger = options.logger
  }

  /** Before the first delta. */
  addLeadershipListener(listener: LeadershipListener): void {
    this.#listeners.set(listener.topic, listener)
  }

  topicByName(name: string): HostedTopic | undefined {
    return this.#byName.get(name)
  }

  topicById(id: Uuid): HostedTopic | undefined {
    return this.#byId.get(id)
  }

  /** Of a topic anywhere in the cluster. */
  topicNameOf(id: Uuid): string | undefined {
    return this.#byId.get(id)?.name ?? this.#image?.topics.byId(id)?.name
  }

  find(topic: string, partitionIndex: number): Partition | undefined {
    return this.#byName.get(topic)?.partitions[partitionIndex]
  }

  /** Whether the cluster has the partition, here or elsewhere. */
  exists(topic: string, partitionIndex: number): boolean {
    return this.#image?.topics.byName(topic)?.partitions[partitionIndex] !== undefined
  }

  /** Why `find` yields nothing: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER or KAFKA_STORAGE_ERROR. */
  errorCodeOfMissing(topic: string, partitionIndex: number): number {
    const registration = this.#image?.topics.byName(topic)?.partitions[partitionIndex]
    if (registration === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return registration.replicas.includes(this.#nodeId)
      ? ErrorCode.KAFKA_STORAGE_ERROR
      : ErrorCode.NOT_LEADER_OR_FOLLOWER
  }

  async onMetadataUpdate(delta: MetadataDelta): Promise<void> {
    this.#image = delta.after
    if (!this.#areLogsLoaded) await this.#loadLogs(delta.after)
    for (const topic of delta.deletedTopics.values()) await this.#delete(topic)
    await forEachBounded(delta.changedTopics.values(), openingTopicsMax, ({ after, partitions }) =>
      this.#apply(after, partitions, delta.after),
    )
    this.#applyConfigs(delta)
  }

  /** The directory has failed: whoever waits for its partitions is told. */
  onLogDirFailure(logDir: string): void {
    this.#logDirs.onLogDirFailure(logDir)
    for (const topic of this.#byName.values()) {
      for (const [index, partition] of topic.partitions.entries()) {
        if (partition?.log.logDir !== logDir) continue
        const leaderEpoch = partition.leaderEpoch
        partition.ended(ErrorCode.KAFKA_STORAGE_ERROR)
        this.#listeners.get(topic.name)?.resigned(index, leaderEpoch)
      }
    }
  }

  /** The broker stops: parked requests are let go. The logs are closed by who opened them. */
  async close(): Promise<void> {
    for (const topic of this.#byName.values()) {
      for (const partition of topic.partitions) partition?.ended(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    }
    await this.#logDirs.close()
  }

  async #loadLogs(image: MetadataImage): Promise<void> {
    const configOf = (topicId: string, topic: string, partitionIndex: number) => {
      const known = image.topics.byName(topic)
      const isOurs = known?.id === topicId && known.partitions[partitionIndex]?.replicas.includes(this.#nodeId)
      return isOurs ? this.#topicConfigOf(topic, image) : undefined
    }
    await this.#logs.loadLogs(configOf, (topic, partitionIndex) => {
      const registration = image.topics.byName(topic)?.partitions[partitionIndex]
      return registration && this.#logDirs.assignedDirOf(registration)
    })
    this.#areLogsLoaded = true
  }

  async #delete(topic: TopicImage): Promise<void> {
    const hosted = this.#byName.get(topic.name)
    if (hosted?.id !== topic.id) return
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
    const listener = this.#listeners.get(topic.name)
    for (const [index, partition] of hosted.partitions.entries()) {
      if (partition === undefined) continue
      partition.ended(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      listener?.resigned(index, undefined)
      await this.#logDirs.leaving(partition)
      await this.#logs.delete(topic.name, index)
    }
  }

  async #apply(
    topic: TopicImage,
    changed: ReadonlyMap<number, PartitionRegistration>,
    image: MetadataImage,
  ): Promise<void> {
    const config = this.#topicConfigOf(topic.name, image)
    const ours = [...changed].filter(([, registration]) => registration.replicas.includes(this.#nodeId))
    const known = this.#byName.get(topic.name)
    const opened: { index: number; partition: Partition | undefined; registration: PartitionRegistration }[] = []
    for (let start = 0; start < ours.length; start += openingLogsMax) {
      const slice = ours.slice(start, start + openingLogsMax).map(async ([index, registration]) => {
        const partition = known?.partitions[index] ?? (await this.#open(topic, index, registration, config))
        return { index, partition, registration }
      })
      opened.push(...(await Promise.all(slice)))
    }

    const hosted = known ?? { name: topic.name, id: topic.id, isInternal: isInternalTopic(topic.name), partitions: [] }
    const listener = this.#listeners.get(topic.name)
    for (const { index, partition, registration } of opened) {
      while (hosted.partitions.length < index) hosted.partitions.push(undefined)
      hosted.partitions[index] = partition
      if (partition === undefined) continue
      if (registration.leader === this.#nodeId) {
        const isElected = partition.leaderEpoch !== registration.leaderEpoch
        partition.becameLeader({ ...registration, minInSyncReplicas: config.minInsyncReplicas })
        if (isElected) listener?.elected(partition)
      } else {
        partition.ended(ErrorCode.NOT_LEADER_OR_FOLLOWER)
        listener?.resigned(index, registration.leaderEpoch)
      }
      this.#logDirs.hosted(partition, registration)
    }
    this.#byName.set(topic.name, hosted)
    this.#byId.set(topic.id, hosted)
  }

  async #open(
    topic: TopicImage,
    partitionIndex: number,
    registration: PartitionRegistration,
    config: TopicConfig,
  ): Promise<Partition | undefined> {
    const isThere = this.#logs.get(topic.name, partitionIndex) !== undefined
    if (!isThere && !this.#logDirs.mayCreate(registration)) {
      this.#logger.warn(`${topic.name}-${partitionIndex} is not created: it may lie in a directory that is offline`)
      return undefined
    }
    try {
      const log = await this.#logs.getOrCreate({
        topic: topic.name,
        partition: partitionIndex,
        topicId: topic.id,
        config,
        logDir: this.#logDirs.assignedDirOf(registration),
      })
      return new Partition(this.#nodeId, log)
    } catch (cause) {
      this.#logger.error(`Error while creating log for ${topic.name}-${partitionIndex}`, cause)
      return undefined
    }
  }

  /** Overrides of a topic, of this broker and of all brokers change what logs are kept by. */
  #applyConfigs(delta: MetadataDelta): void {
    const concernsAll = delta.changedConfigs.some(({ type }) => type === ConfigResourceType.BROKER)
    const names = concernsAll
      ? [...this.#byName.keys()]
      : delta.changedConfigs.filter(({ type }) => type === ConfigResourceType.TOPIC).map(({ name }) => name)
    for (const name of names) {
      const topic = this.#byName.get(name)
      if (topic === undefined) continue
      const config = this.#topicConfigOf(name, delta.after)
      this.#logs.updateConfig(name, config)
      for (const [index, partition] of topic.partitions.entries()) {
        const registration = delta.after.topics.byName(name)?.partitions[index]
        if (partition === undefined || registration?.leader !== this.#nodeId || partition.errorCode !== 0) continue
        partition.becameLeader({ ...registration, minInSyncReplicas: config.minInsyncReplicas })
      }
    }
  }

  #topicConfigOf(topic: string, image: MetadataImage): TopicConfig {
    return this.#topicConfigs.of(image.configs.of(ConfigResourceType.TOPIC, topic))
  }
}

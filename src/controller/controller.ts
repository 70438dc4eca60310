import { assert } from '../assertion.ts'
import type { Uuid } from '../protocol/uuid.ts'
import { abortRecords, firstActivationRecords } from './activation.ts'
import { incrementalAlterConfigs, legacyAlterConfigs } from './alter-configs.ts'
import type { ApiError } from './api-error.ts'
import {
  type BrokerRegistrationRequest,
  controlledShutdown,
  directoriesCordoned,
  fenceBroker,
  registerBroker,
  registerController,
  unfenceBroker,
} from './broker-registration.ts'
import type { ConfigRules } from './config-rules.ts'
import type { ControllerRandom, ControllerResult, ControllerSettings, ControllerState } from './controller-state.ts'
import { createPartitions } from './create-partitions.ts'
import { createTopics } from './create-topics.ts'
import { deleteTopics } from './delete-topics.ts'
import {
  type AssignReplicasToDirsRequest,
  type AssignReplicasToDirsResult,
  assignReplicasToDirs,
  directoriesOffline,
} from './directory-assignment.ts'
import type { ControllerRegistration } from './image/cluster.ts'
import type { ConfigResource } from './image/configurations.ts'
import type { MetadataDelta } from './image/metadata-delta.ts'
import type { MetadataImage, MetadataProvenance } from './image/metadata-image.ts'
import type { MetadataReplay } from './image/metadata-replay.ts'
import type { MetadataRecord } from './metadata-record.ts'
import { allocateProducerIds, allocateProducerIdsFor, type ProducerIdsBlock } from './producer-ids.ts'
import type { ConfigChange, CreatePartitionsTopic, CreateTopicsRequest, CreateTopicsResult } from './requests.ts'
import { type AlterScramRequest, alterUserScramCredentials, type ScramResult } from './scram-credentials.ts'
import { hasCollisionCharacters, unifyCollisionCharacters } from './topic-names.ts'

export interface ControllerOptions {
  readonly settings: ControllerSettings
  readonly rules: ConfigRules
  readonly random: ControllerRandom
  /** Everything that is committed, or replayed up to the end of the log by a new leader. */
  readonly replay: MetadataReplay
}

/**
 * The active controller: requests in, records and answers out (Kafka's QuorumController).
 *
 *   request ──► { records, response } ──► appended, `replay`ed ──► on stable storage ──► response sent
 *
 * `replay` alone changes what the next decision is taken on, so a request may build on records that are not committed
 * yet. A controller that loses its leadership is dropped; the next one is made from the committed image.
 */
export class Controller {
  readonly #settings: ControllerSettings
  readonly #rules: ConfigRules
  readonly #random: ControllerRandom
  readonly #replay: MetadataReplay
  readonly #collidingNames = new Map<string, Set<string>>()

  constructor(options: ControllerOptions) {
    this.#settings = options.settings
    this.#rules = options.rules
    this.#random = options.random
    this.#replay = options.replay
    for (const topic of this.image.topics.all()) this.#addName(topic.name)
  }

  /** The image at the end of the log, uncommitted records included. */
  get image(): MetadataImage {
    return this.#replay.image
  }

  /** What a new leader writes before it serves: the bootstrap records into an empty log, the end of a broken transaction. */
  activate(bootstrapRecords: readonly MetadataRecord[], minInsyncReplicas: number): readonly MetadataRecord[] {
    const abortsTransaction = this.#replay.isInTransaction
    if (this.image.features.metadataVersion === 0) {
      return firstActivationRecords(bootstrapRecords, { minInsyncReplicas, abortsTransaction })
    }
    return abortsTransaction ? abortRecords : []
  }

  /** One batch, in the order of the log. */
  replay(records: readonly MetadataRecord[], provenance: MetadataProvenance): MetadataDelta | undefined {
    assert(
      provenance.lastContainedOffset > this.image.provenance.lastContainedOffset,
      'a metadata batch is replayed out of order',
    )
    const delta = this.#replay.replay(records, provenance)
    if (delta === undefined) return undefined
    for (const topic of delta.deletedTopics.values()) this.#removeName(topic.name)
    for (const { before, after } of delta.changedTopics.values()) if (before === undefined) this.#addName(after.name)
    return delta
  }

  createTopics(request: CreateTopicsRequest): ControllerResult<CreateTopicsResult> {
    return createTopics(this.#state(), request)
  }

  deleteTopics(topicIds: readonly Uuid[]): ControllerResult<readonly ApiError[]> {
    return deleteTopics(this.#state(), topicIds)
  }

  createPartitions(
    topics: readonly CreatePartitionsTopic[],
    validateOnly: boolean,
  ): ControllerResult<readonly ApiError[]> {
    return createPartitions(this.#state(), topics, validateOnly)
  }

  incrementalAlterConfigs(
    changes: readonly ConfigChange[],
    validateOnly: boolean,
  ): ControllerResult<readonly ApiError[]> {
    return incrementalAlterConfigs(this.#state(), changes, validateOnly)
  }

  legacyAlterConfigs(
    changes: readonly { readonly resource: ConfigResource; readonly configs: ReadonlyMap<string, string | null> }[],
    validateOnly: boolean,
  ): ControllerResult<readonly ApiError[]> {
    return legacyAlterConfigs(this.#state(), changes, validateOnly)
  }

  alterUserScramCredentials(request: AlterScramRequest): ControllerResult<readonly ScramResult[]> {
    return alterUserScramCredentials(this.#state(), request)
  }

  allocateProducerIds(): ControllerResult<ProducerIdsBlock> {
    return allocateProducerIds(this.#state())
  }

  allocateProducerIdsFor(brokerId: number, brokerEpoch: number): ControllerResult<ProducerIdsBlock | ApiError> {
    return allocateProducerIdsFor(this.#state(), brokerId, brokerEpoch)
  }

  registerController(registration: ControllerRegistration): ControllerResult<void> {
    return { records: registerController(this.#state(), registration), response: undefined }
  }

  registerBroker(request: BrokerRegistrationRequest): ControllerResult<ApiError | undefined> {
    return registerBroker(this.#state(), request)
  }

  unfenceBroker(brokerId: number): ControllerResult<void> {
    return { records: unfenceBroker(this.#state(), brokerId), response: undefined }
  }

  controlledShutdown(brokerId: number): ControllerResult<void> {
    return { records: controlledShutdown(this.#state(), brokerId), response: undefined }
  }

  fenceBroker(brokerId: number): ControllerResult<void> {
    return { records: fenceBroker(this.#state(), brokerId), response: undefined }
  }

  assignReplicasToDirs(request: AssignReplicasToDirsRequest): ControllerResult<AssignReplicasToDirsResult> {
    return assignReplicasToDirs(this.#state(), request)
  }

  directoriesCordoned(brokerId: number, cordoned: readonly Uuid[]): ControllerResult<void> {
    return { records: directoriesCordoned(this.#state(), brokerId, cordoned), response: undefined }
  }

  directoriesOffline(brokerId: number, offline: readonly Uuid[]): ControllerResult<void> {
    return { records: directoriesOffline(this.#state(), brokerId, offline), response: undefined }
  }

  #state(): ControllerState {
    return {
      image: this.image,
      collidingNames: this.#collidingNames,
      rules: this.#rules,
      random: this.#random,
      settings: this.#settings,
    }
  }

  #addName(name: string): void {
    if (!hasCollisionCharacters(name)) return
    const unified = unifyCollisionCharacters(name)
    const names = this.#collidingNames.get(unified)
    if (names === undefined) this.#collidingNames.set(unified, new Set([name]))
    else names.add(name)
  }

  #removeName(name: string): void {
    const unified = unifyCollisionCharacters(name)
    const names = this.#collidingNames.get(unified)
    names?.delete(name)
    if (names?.size === 0) this.#collidingNames.delete(unified)
  }
}

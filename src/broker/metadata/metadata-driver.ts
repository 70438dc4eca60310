import { assert } from '../../assertion.ts'
import type { ApiError } from '../../controller/api-error.ts'
import type { BrokerRegistrationRequest } from '../../controller/broker-registration.ts'
import type { ConfigRules } from '../../controller/config-rules.ts'
import { Controller } from '../../controller/controller.ts'
import {
  type ControllerResult,
  type ControllerSettings,
  recordsPerRequestMax,
} from '../../controller/controller-state.ts'
import type { AssignReplicasToDirsRequest, AssignReplicasToDirsResult } from '../../controller/directory-assignment.ts'
import type { ControllerRegistration } from '../../controller/image/cluster.ts'
import type { ConfigResource } from '../../controller/image/configurations.ts'
import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'
import type { MetadataImage } from '../../controller/image/metadata-image.ts'
import { type MetadataRecord, metadataRecord } from '../../controller/metadata-record.ts'
import type { ProducerIdsBlock } from '../../controller/producer-ids.ts'
import { Raft, type RaftEvent } from '../../controller/raft/raft.ts'
import type {
  ConfigChange,
  CreatePartitionsTopic,
  CreateTopicsRequest,
  CreateTopicsResult,
} from '../../controller/requests.ts'
import type { AlterScramRequest, ScramResult } from '../../controller/scram-credentials.ts'
import type { PartitionLog } from '../../log/partition-log.ts'
import type { Checksum, Clock, Disk, Logger, Random } from '../../ports.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import { joinPath } from '../../storage/join-path.ts'
import type { Deadline, Deadlines } from '../../timers/deadlines.ts'
import type { ControllerClient } from './controller-client.ts'
import { EventPerformanceMonitor, type EventPerformanceSettings } from './event-performance-monitor.ts'
import type { MetadataCache } from './metadata-cache.ts'
import type { MetadataListener } from './metadata-listener.ts'
import { MetadataBatchTooLargeError, MetadataLog } from './metadata-log.ts'
import { deltaFromEmpty, MetadataPublisher } from './metadata-publisher.ts'
import { MetadataSnapshots, type SnapshotSettings } from './metadata-snapshots.ts'
import type { MetadataQuorum, QuorumInfo } from './quorum-info.ts'
import { QuorumStateFile, type QuorumStateVersion } from './quorum-state-file.ts'
import { SnapshotStore } from './snapshot-store.ts'

export interface MetadataDriverOptions {
  readonly settings: ControllerSettings
  readonly snapshots: SnapshotSettings
  readonly writes: MetadataWriteSettings
  readonly performance: EventPerformanceSettings
  /** `min.insync.replicas` as configured: what a new cluster starts with. */
  readonly minInsyncReplicas: number
  /** What `formatDirectories` found in `bootstrap.checkpoint`. */
  readonly bootstrapRecords: readonly MetadataRecord[]
  /** Of the metadata log directory. */
  readonly directoryId: Uuid
  readonly log: PartitionLog
  /** `<metadata.log.dir>/__cluster_metadata-0` */
  readonly logPath: string
  readonly rules: ConfigRules
  readonly disk: Disk
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly checksum: Checksum
  readonly random: Random
  readonly logger: Logger
  /** The metadata log has failed, or a listener has: this node cannot go on. */
  fail(error: unknown): void
}

export interface MetadataWriteSettings {
  /** `controller.quorum.append.linger.ms`: how long more records are waited for before a sync. */
  readonly appendLingerMs: number
  /** `metadata.max.idle.interval.ms`: how often a record that says nothing is written; 0 for never. */
  readonly maxIdleIntervalMs: number
}

/** A steady stream of requests must not keep the first of them from its answer. */
const batchesPerSyncMax = 1000

interface Uncommitted {
  readonly endOffset: number
  /** Undefined within a metadata transaction. */
  readonly delta: MetadataDelta | undefined
  readonly written: Promise<void> | undefined
  readonly committed: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Joins the raft and controller machines to the metadata log and to the rest of the broker.
 *
 * A request is decided on, appended and replayed in one synchronous step, so that the next one sees its effect. Then
 * one loop, for all that has been appended meanwhile: write, sync, commit, publish to the listeners, answer.
 */
export class MetadataDriver implements MetadataCache, ControllerClient, MetadataQuorum {
  readonly #options: MetadataDriverOptions
  readonly #raft: Raft
  readonly #log: MetadataLog
  readonly #quorumState: QuorumStateFile
  readonly #quorumStateVersion: QuorumStateVersion
  readonly #snapshots: MetadataSnapshots
  readonly #performance: EventPerformanceMonitor
  readonly #idle: Deadline
  readonly #controller: Controller
  readonly #publisher = new MetadataPublisher()
  readonly #uncommitted: Uncommitted[] = []
  #committedImage: MetadataImage
  #isPublishing = false
  #isCommitting = false
  #committing: Promise<void> | undefined
  #failure: unknown

  private constructor(
    options: MetadataDriverOptions,
    parts: {
      readonly log: MetadataLog
      readonly quorumState: QuorumStateFile
      readonly quorumStateVersion: QuorumStateVersion
      readonly snapshots: MetadataSnapshots
      readonly controller: Controller
    },
  ) {
    this.#options = options
    this.#raft = new Raft(options.settings.nodeId)
    this.#log = parts.log
    this.#quorumState = parts.quorumState
    this.#quorumStateVersion = parts.quorumStateVersion
    this.#snapshots = parts.snapshots
    this.#controller = parts.controller
    this.#committedImage = parts.controller.image
    const { clock, deadlines, logger } = options
    this.#performance = new EventPerformanceMonitor(options.performance, clock, deadlines, logger)
    this.#idle = deadlines.unset(() => this.#writeNoOp())
  }

  /** Loads what is committed, wins the election and writes what a new controller writes. Nothing is published yet. */
  static async open(options: MetadataDriverOptions): Promise<MetadataDriver> {
    const { disk, checksum, clock, rules, settings, random } = options
    const log = new MetadataLog(options.log, clock, checksum)
    const store = await SnapshotStore.open(disk, options.logPath, checksum)
    const replay = await log.load(store, {
      isSupportedConfig: (resourceType, key) => rules.isSupported(resourceType, key),
    })
    const quorumState = new QuorumStateFile(disk, joinPath(options.logPath, 'quorum-state'))
    const persisted = await quorumState.read()
    const driver = new MetadataDriver(options, {
      log,
      quorumState,
      quorumStateVersion: persisted?.version ?? (log.kraftVersion > 0 ? 1 : 0),
      snapshots: new MetadataSnapshots({ ...options, store, log, settings: options.snapshots }),
      controller: new Controller({
        settings,
        rules,
        replay,
        random: { bytes: length => random.bytes(length), drawBelow: bound => random.uint32() % bound },
      }),
    })
    await driver.#step({
      type: 'started',
      state: persisted?.election,
      logEndOffset: log.endOffset,
      logEndEpoch: log.lastEpoch,
    })
    const first = driver.#controller.activate(options.bootstrapRecords, options.minInsyncReplicas)
    await driver.#write({ records: first, response: undefined })
    driver.#scheduleNoOp()
    return driver
  }

  get image(): MetadataImage {
    return this.#publisher.image
  }

  /** What is committed, whether or not the listeners have been told: for those who prepare before the first delta. */
  get committedImage(): MetadataImage {
    return this.#committedImage
  }

  get quorum(): QuorumInfo {
    return {
      leaderId: this.#raft.leaderId,
      leaderEpoch: this.#raft.epoch,
      highWatermark: this.#raft.highWatermark,
      logEndOffset: this.#log.endOffset,
      directoryId: this.#options.directoryId,
      kraftVersion: this.#log.kraftVersion,
    }
  }

  addListener(listener: MetadataListener): void {
    assert(!this.#isPublishing, `the listener ${listener.name} comes too late`)
    this.#publisher.addListener(listener)
  }

  /** Gives the listeners all that was loaded; from here on they are told of each change. */
  async startPublishing(): Promise<void> {
    await this.#committing
    this.#isPublishing = true
    await this.#publisher.publish(deltaFromEmpty(this.#committedImage))
  }

  async registerController(registration: ControllerRegistration): Promise<void> {
    await this.#decide('registerController', controller => controller.registerController(registration))
  }

  /** Registers this broker and lets it lead. Its listeners are bound: their addresses stand in the registration. */
  async registerBroker(request: BrokerRegistrationRequest): Promise<ApiError | undefined> {
    const registration = this.#performance.measured('registerBroker', () => this.#controller.registerBroker(request))
    if (registration.response !== undefined) return registration.response
    const registered = this.#write(registration)
    // Decided on the registration just appended; one sync serves both.
    await Promise.all([
      registered,
      this.#decide('unfenceBroker', controller => controller.unfenceBroker(request.brokerId)),
    ])
    return undefined
  }

  /** Hands the broker's partitions over, which on a single node leaves them without a leader, and fences it. */
  async controlledShutdown(): Promise<void> {
    const { nodeId } = this.#options.settings
    const handedOver = this.#decide('controlledShutdown', controller => controller.controlledShutdown(nodeId))
    await Promise.all([handedOver, this.#decide('fenceBroker', controller => controller.fenceBroker(nodeId))])
  }

  /** Waits for what is under way. The log itself is closed by who opened it. */
  async close(): Promise<void> {
    this.#idle.cancel()
    this.#performance.close()
    await this.#committing
    await this.#snapshots.close()
    this.#raft.step({ type: 'shutdown' })
  }

  createTopics(request: CreateTopicsRequest): Promise<CreateTopicsResult> {
    return this.#decide('createTopics', controller => controller.createTopics(request))
  }

  deleteTopics(topicIds: readonly Uuid[]): Promise<readonly ApiError[]> {
    return this.#decide('deleteTopics', controller => controller.deleteTopics(topicIds))
  }

  createPartitions(topics: readonly CreatePartitionsTopic[], validateOnly: boolean): Promise<readonly ApiError[]> {
    return this.#decide('createPartitions', controller => controller.createPartitions(topics, validateOnly))
  }

  incrementalAlterConfigs(changes: readonly ConfigChange[], validateOnly: boolean): Promise<readonly ApiError[]> {
    return this.#decide('incrementalAlterConfigs', controller =>
      controller.incrementalAlterConfigs(changes, validateOnly),
    )
  }

  legacyAlterConfigs(
    changes: readonly { readonly resource: ConfigResource; readonly configs: ReadonlyMap<string, string | null> }[],
    validateOnly: boolean,
  ): Promise<readonly ApiError[]> {
    return this.#decide('legacyAlterConfigs', controller => controller.legacyAlterConfigs(changes, validateOnly))
  }

  alterUserScramCredentials(request: AlterScramRequest): Promise<readonly ScramResult[]> {
    return this.#write(this.#controller.alterUserScramCredentials(request))
  }

  allocateProducerIds(): Promise<ProducerIdsBlock> {
    return this.#decide('allocateProducerIds', controller => controller.allocateProducerIds())
  }

  allocateProducerIdsFor(brokerId: number, brokerEpoch: number): Promise<ProducerIdsBlock | ApiError> {
    return this.#write(this.#controller.allocateProducerIdsFor(brokerId, brokerEpoch))
  }

  assignReplicasToDirs(request: AssignReplicasToDirsRequest): Promise<AssignReplicasToDirsResult> {
    return this.#decide('assignReplicasToDirs', controller => controller.assignReplicasToDirs(request))
  }

  directoriesCordoned(directoryIds: readonly Uuid[]): Promise<void> {
    const { nodeId } = this.#options.settings
    return this.#decide('directoriesCordoned', controller => controller.directoriesCordoned(nodeId, directoryIds))
  }

  directoriesOffline(directoryIds: readonly Uuid[]): Promise<void> {
    const { nodeId } = this.#options.settings
    return this.#decide('directoriesOffline', controller => controller.directoriesOffline(nodeId, directoryIds))
  }

  #decide<Response>(name: string, decide: (controller: Controller) => ControllerResult<Response>): Promise<Response> {
    return this.#write(this.#performance.measured(name, () => decide(this.#controller)))
  }

  /** Resolves with the response once the records, and all that the decision saw, are committed and published. */
  #write<Response>({ records, response }: ControllerResult<Response>): Promise<Response> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (records.length === 0 && this.#uncommitted.length === 0) return Promise.resolve(response)
    return new Promise<Response>((resolve, reject) => {
      const committed = () => resolve(response)
      if (records.length === 0) {
        this.#uncommitted.push({ endOffset: 0, delta: undefined, written: undefined, committed, failed: reject })
        return
      }
      try {
        this.#append(records, committed, reject)
      } catch (error) {
        reject(error as Error)
        if (!(error instanceof MetadataBatchTooLargeError)) this.#failed(error)
        return
      }
      this.#commitSoon()
    })
  }

  #scheduleNoOp(): void {
    const { clock, writes } = this.#options
    if (writes.maxIdleIntervalMs > 0) this.#idle.set(clock.monotonicMs() + writes.maxIdleIntervalMs)
  }

  /** What those who follow the log see that it is alive by (KIP-835). */
  #writeNoOp(): void {
    // A failure has been told to whoever ends the node.
    this.#write({ records: [metadataRecord('NoOpRecord', 0, {})], response: undefined }).catch(() => {})
    this.#scheduleNoOp()
  }

  /** More than a batch may hold comes only from results that need not be atomic: registrations and shutdowns. */
  #append(records: readonly MetadataRecord[], committed: () => void, failed: (error: unknown) => void): void {
    for (let from = 0; from < records.length; from += recordsPerRequestMax) {
      const batch = records.slice(from, from + recordsPerRequestMax)
      const { provenance, written } = this.#log.append(this.#raft.epoch, batch)
      // Looked at when its turn comes; until then a rejection is nobody's fault.
      written?.catch(() => {})
      const isLast = from + recordsPerRequestMax >= records.length
      this.#uncommitted.push({
        endOffset: provenance.lastContainedOffset + 1,
        delta: this.#controller.replay(batch, provenance),
        written,
        committed: isLast ? committed : () => {},
        failed,
      })
    }
  }

  #failed(error: unknown): void {
    this.#failure ??= error
    for (const { failed } of this.#uncommitted.splice(0)) failed(error)
    this.#options.fail(error)
  }

  #commitSoon(): void {
    if (this.#isCommitting) return
    this.#isCommitting = true
    this.#committing = this.#commit().catch((error: unknown) => this.#failed(error))
  }

  async #commit(): Promise<void> {
    const { appendLingerMs } = this.#options.writes
    for (;;) {
      if (appendLingerMs > 0) await new Promise<void>(resolve => this.#options.deadlines.after(appendLingerMs, resolve))
      let endOffset = 0
      // What is appended while the writes are awaited goes out with the same sync.
      for (let index = 0; index < Math.min(this.#uncommitted.length, batchesPerSyncMax); index++) {
        const entry = this.#uncommitted[index] as Uncommitted
        if (entry.written !== undefined) await entry.written
        endOffset = Math.max(endOffset, entry.endOffset)
      }
      if (endOffset > this.#raft.highWatermark) {
        await this.#log.flush()
        await this.#step({ type: 'flushed', endOffset })
      }
      while ((this.#uncommitted[0]?.endOffset ?? Number.POSITIVE_INFINITY) <= this.#raft.highWatermark) {
        const entry = this.#uncommitted[0] as Uncommitted
        if (entry.delta !== undefined) await this.#publish(entry.delta)
        this.#uncommitted.shift()
        entry.committed()
      }
      if (this.#uncommitted.length > 0) continue
      // In the turn that found nothing left: what comes after it starts the loop anew.
      this.#isCommitting = false
      return
    }
  }

  async #publish(delta: MetadataDelta): Promise<void> {
    this.#committedImage = delta.after
    if (this.#isPublishing) await this.#publisher.publish(delta)
    this.#snapshots.imageCommitted(delta.after)
  }

  /** Carries out what the raft machine asks for, in its order, until it asks for nothing more. */
  async #step(event: RaftEvent): Promise<void> {
    const effects = this.#raft.step(event)
    if (effects.persist !== undefined) {
      const { nodeId } = this.#options.settings
      const state = {
        version: this.#quorumStateVersion,
        election: effects.persist,
        votedDirectoryId: this.#options.directoryId,
      }
      await this.#quorumState.write(state, [nodeId])
      await this.#step({ type: 'persisted', state: effects.persist })
    }
    if (effects.lead !== undefined) {
      const { epoch } = effects.lead
      const { provenance, written } = this.#log.appendLeaderChange(epoch, this.#options.settings.nodeId)
      this.#controller.replay([], provenance)
      await written
      await this.#log.flush()
      await this.#step({ type: 'flushed', endOffset: provenance.lastContainedOffset + 1 })
    }
    if (effects.highWatermark !== undefined) this.#log.updateHighWatermark(effects.highWatermark)
  }
}

import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { MetadataDelta } from '../../controller/image/metadata-delta.ts'
import { emptyMetadataImage } from '../../controller/image/metadata-image.ts'
import { internalPartitionOf } from '../../coordinator/java-string-hash.ts'
import type { PartitionAssignor } from '../../groups/assignors/assignor.ts'
import type {
  JoinGroupRequest,
  JoinGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../../groups/classic/answers.ts'
import type { GroupClient } from '../../groups/classic/classic-groups.ts'
import type { DescribedGroup, ListedGroup } from '../../groups/classic/describe.ts'
import type { LeaveGroupRequest, LeaveGroupResponse } from '../../groups/classic/leave.ts'
import { refusedJoin, refusedSync } from '../../groups/classic/refusals.ts'
import { type DescribedConsumerGroup, refusedDescription } from '../../groups/consumer/describe.ts'
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  heartbeatRequestError,
  refusedHeartbeat,
} from '../../groups/consumer/heartbeat-request.ts'
import type { ConsumerGroupConfigs } from '../../groups/dynamic-group-configs.ts'
import type { GroupConfig } from '../../groups/group-config.ts'
import { type DeletedGroup, GroupCoordinatorShard } from '../../groups/group-coordinator-shard.ts'
import type { GroupRecord } from '../../groups/group-record.ts'
import { groupRecordSerde } from '../../groups/group-record-serde.ts'
import type { GroupTopics } from '../../groups/group-topics.ts'
import { migrationPolicyOf } from '../../groups/migration/migration-policy.ts'
import {
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  refusedOffsetCommit,
} from '../../groups/offsets/offset-commit.ts'
import {
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
  refusedOffsetDelete,
} from '../../groups/offsets/offset-delete.ts'
import type { FetchedGroup, OffsetFetchGroup } from '../../groups/offsets/offset-fetch.ts'
import {
  refusedTxnOffsetCommit,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
} from '../../groups/offsets/txn-offset-commit.ts'
import { Refusal } from '../../groups/refusal.ts'
import type { CompileTopicPattern } from '../../groups/regex/topic-pattern.ts'
import { coordinatorErrorOf } from '../../groups/write-error.ts'
import type { Checksum, Clock, Compression, Loggers, Random } from '../../ports.ts'
import type { Heartbeat } from '../../protocol/apis/heartbeat.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { CompressionType, isCompressionType } from '../../protocol/records/compression-type.ts'
import { noSequence } from '../../protocol/records/record-batch.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import type { Deadlines } from '../../timers/deadlines.ts'
import { GROUP_METADATA_TOPIC } from '../internal-topics.ts'
import type { MetadataCache } from '../metadata/metadata-cache.ts'
import type { MetadataListener } from '../metadata/metadata-listener.ts'
import type { Partition } from '../partition.ts'
import type { LeadershipListener } from '../replica-manager.ts'
import type { PartitionVerification } from '../transactions/partition-verification.ts'
import type { TransactionSupportedOperation } from '../transactions/transaction-verifier.ts'
import { consumerGroupAssignors } from './consumer-group-assignors.ts'
import { CoordinatorLoader } from './coordinator-loader.ts'
import { CoordinatorRuntime } from './coordinator-runtime.ts'
import { ImageTopics, topicsChangeOf } from './image-topics.ts'
import { LedPartition } from './led-partition.ts'
import { mapAnswer } from './map-answer.ts'
import type { EndedTransaction } from './shard-context.ts'

export interface GroupCoordinatorOptions {
  readonly config: KafkaConfig
  readonly metadata: MetadataCache
  readonly groupConfigs: ConsumerGroupConfigs
  /** Asks the coordinator of a transaction before offsets are committed in it. */
  readonly verification: Pick<PartitionVerification, 'verifyOne'>
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly random: Random
  readonly loggers: Loggers
  readonly checksum: Checksum
  readonly compression: Compression
  /** A batch of `__consumer_offsets` that would become larger is not loaded. */
  readonly decompressedBatchBytesMax: number
  readonly fail: (error: unknown) => void
}

type Later<Response> = Response | Promise<Response>

/**
 * The group coordinator of this broker: which shard a group is in, what is wrong with a request before any shard is
 * asked, and how an error reads as a response. Kafka's `GroupCoordinatorService`.
 */
export class GroupCoordinator implements LeadershipListener, MetadataListener {
  readonly name = 'GroupCoordinator'
  readonly topic = GROUP_METADATA_TOPIC
  readonly #config: KafkaConfig
  readonly #metadata: MetadataCache
  readonly #verification: GroupCoordinatorOptions['verification']
  readonly #runtime: CoordinatorRuntime<GroupRecord, GroupCoordinatorShard>
  readonly #assignors: readonly PartitionAssignor[]
  #topics: GroupTopics = new ImageTopics(emptyMetadataImage)
  /** Comes with the first heartbeat of the consumer protocol: brokers that see none need not load it. */
  #compileTopicPattern: CompileTopicPattern = notLoaded

  constructor(options: GroupCoordinatorOptions) {
    const { config, clock, deadlines, random, checksum, compression, fail } = options
    this.#config = config
    this.#metadata = options.metadata
    this.#verification = options.verification
    this.#assignors = consumerGroupAssignors(config)
    const shardLogger = options.loggers.named('org.apache.kafka.coordinator.group.GroupMetadataManager')
    const logger = options.loggers.named('org.apache.kafka.coordinator.group.GroupCoordinatorService')
    const shardConfig = groupConfigOf(config)
    const codec = config.get('offsets.topic.compression.codec')
    this.#runtime = new CoordinatorRuntime({
      newShard: () =>
        new GroupCoordinatorShard({
          config: shardConfig,
          groupConfigs: options.groupConfigs,
          topics: this.#topics,
          assignors: this.#assignors,
          compileTopicPattern: pattern => this.#compileTopicPattern(pattern),
          random,
          logger: shardLogger,
        }),
      serde: groupRecordSerde,
      loader: new CoordinatorLoader(groupRecordSerde, {
        clock,
        compression,
        logger,
        bufferBytes: config.get('offsets.load.buffer.size'),
        decompressedBatchBytesMax: options.decompressedBatchBytesMax,
      }),
      clock,
      deadlines,
      logger,
      checksum,
      compression,
      compressionType: isCompressionType(codec) ? codec : CompressionType.NONE,
      appendLingerMs: config.get('group.coordinator.append.linger.ms'),
      writeTimeoutMs: config.get('offsets.commit.timeout.ms'),
      fail,
    })
  }

  /** The partition of `__consumer_offsets` that holds the group. */
  partitionFor(groupId: string): number {
    const topic = this.#metadata.image.topics.byName(GROUP_METADATA_TOPIC)
    return internalPartitionOf(groupId, topic?.partitions.length ?? this.#config.get('offsets.topic.num.partitions'))
  }

  consumerGroupHeartbeat(
    request: ConsumerGroupHeartbeatRequest,
    client: GroupClient,
    compileTopicPattern: CompileTopicPattern,
  ): Later<ConsumerGroupHeartbeatResponse> {
    this.#compileTopicPattern = compileTopicPattern
    const invalid = heartbeatRequestError(request, client.apiVersion, this.#assignors)
    if (invalid !== undefined) return refusedHeartbeat(invalid)
    return this.#runtime.write(
      this.partitionFor(request.groupId),
      (shard, now) => shard.consumerGroupHeartbeat(request, client, now),
      errorCode => refusedHeartbeat(new Refusal(coordinatorErrorOf(errorCode))),
    )
  }

  describeConsumerGroup(groupId: string): Later<DescribedConsumerGroup> {
    if (groupId === '') return refusedDescription(groupId, new Refusal(ErrorCode.INVALID_GROUP_ID))
    return this.#runtime.read(
      this.partitionFor(groupId),
      shard => shard.describeConsumerGroup(groupId),
      errorCode => refusedDescription(groupId, new Refusal(coordinatorErrorOf(errorCode))),
    )
  }

  joinGroup(request: JoinGroupRequest, client: GroupClient): Later<JoinGroupResponse> {
    if (request.groupId === '') return refusedJoin(request.memberId, ErrorCode.INVALID_GROUP_ID)
    const { sessionTimeoutMs } = request
    const isWithinBounds =
      sessionTimeoutMs >= this.#config.get('group.min.session.timeout.ms') &&
      sessionTimeoutMs <= this.#config.get('group.max.session.timeout.ms')
    if (!isWithinBounds) return refusedJoin(request.memberId, ErrorCode.INVALID_SESSION_TIMEOUT)
    return this.#runtime.writeAndAwait(
      this.partitionFor(request.groupId),
      (shard, now, answer) => shard.joinGroup(request, client, now, answer),
      errorCode => refusedJoin('', coordinatorErrorOf(errorCode)),
    )
  }

  syncGroup(request: SyncGroupRequest): Later<SyncGroupResponse> {
    if (request.groupId === '') return refusedSync(ErrorCode.INVALID_GROUP_ID)
    return this.#runtime.writeAndAwait(
      this.partitionFor(request.groupId),
      (shard, now, answer) => shard.syncGroup(request, now, answer),
      errorCode => refusedSync(coordinatorErrorOf(errorCode)),
    )
  }

  /** Answers with an error code. */
  heartbeat(request: RequestOf<typeof Heartbeat>): Later<number> {
    if (request.groupId === '') return ErrorCode.INVALID_GROUP_ID
    return this.#runtime.write(
      this.partitionFor(request.groupId),
      (shard, now) => shard.heartbeat(request, now),
      // Whether the member is one will be known when the group is loaded; until then it may go on.
      code => (code === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : coordinatorErrorOf(code)),
    )
  }

  leaveGroup(groupId: string, members: LeaveGroupRequest['members']): Later<LeaveGroupResponse> {
    if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID, members: [] }
    return this.#runtime.write(
      this.partitionFor(groupId),
      (shard, now) => shard.leaveGroup(groupId, members, now),
      errorCode => ({ errorCode: coordinatorErrorOf(errorCode), members: [] }),
    )
  }

  describeGroup(groupId: string, apiVersion: number): Later<DescribedGroup> {
    return this.#runtime.read(
      this.partitionFor(groupId),
      shard => shard.describeGroup(groupId, apiVersion),
      errorCode => ({
        errorCode: coordinatorErrorOf(errorCode),
        groupId,
        groupState: '',
        protocolType: '',
        protocolData: '',
        members: [],
      }),
    )
  }

  /** The groups of every shard led here; an error of one is an error of all. */
  async listGroups(
    isWanted: (group: ListedGroup) => boolean,
  ): Promise<{ readonly errorCode: number; readonly groups: readonly ListedGroup[] }> {
    const shards = await this.#runtime.readAll<readonly ListedGroup[] | number>(
      shard => shard.listGroups(isWanted),
      // What was given up meanwhile is another coordinator's to list.
      code => (code === ErrorCode.NOT_COORDINATOR ? [] : coordinatorErrorOf(code)),
    )
    const groups: ListedGroup[] = []
    for (const shard of shards) {
      if (typeof shard === 'number') return { errorCode: shard, groups: [] }
      groups.push(...shard)
    }
    return { errorCode: ErrorCode.NONE, groups }
  }

  deleteGroup(groupId: string): Later<DeletedGroup> {
    return this.#runtime.write(
      this.partitionFor(groupId),
      shard => shard.deleteGroup(groupId),
      errorCode => ({ groupId, errorCode: coordinatorErrorOf(errorCode) }),
    )
  }

  commitOffsets(request: OffsetCommitRequest, apiVersion: number): Later<OffsetCommitResponse> {
    return this.#runtime.write(
      this.partitionFor(request.groupId),
      (shard, now) => shard.commitOffsets(request, apiVersion, now),
      errorCode => refusedOffsetCommit(request, coordinatorErrorOf(errorCode)),
    )
  }

  async commitTransactionalOffsets(
    request: TxnOffsetCommitRequest,
    supportedOperation: TransactionSupportedOperation,
  ): Promise<TxnOffsetCommitResponse> {
    const refused = (errorCode: number) => refusedTxnOffsetCommit(request, coordinatorErrorOf(errorCode))
    if (request.groupId === '') return refusedTxnOffsetCommit(request, ErrorCode.INVALID_GROUP_ID)
    const partition = this.partitionFor(request.groupId)
    const { transactionalId, producerId, producerEpoch } = request
    const { errorCode, guard } = await this.#verification.verifyOne(
      { transactionalId, producerId, producerEpoch, supportedOperation },
      { topic: this.topic, partition, baseSequence: noSequence },
    )
    if (errorCode !== 0) return refused(errorCode)
    return this.#runtime.writeInTransaction(
      partition,
      { producerId, producerEpoch, verificationGuard: guard },
      (shard, now) => shard.commitTransactionalOffsets(request, now),
      refused,
    )
  }

  /** Ends a transaction that committed offsets in one partition; answers with an error code as WriteTxnMarkers has it. */
  endTransaction(partition: number, transaction: EndedTransaction): number | Promise<number> {
    return mapAnswer(this.#runtime.endTransaction(partition, transaction), errorCode =>
      // The transaction coordinator knows leaders that are not there yet, but no group coordinators.
      isCoordinatorMissing(errorCode) ? ErrorCode.NOT_LEADER_OR_FOLLOWER : errorCode,
    )
  }

  /** A number is the error of the whole group. */
  fetchOffsets(request: OffsetFetchGroup, requireStable: boolean): Later<FetchedGroup | number> {
    return this.#runtime.read<FetchedGroup | number>(
      this.partitionFor(request.groupId),
      shard => {
        const errorCode = shard.offsetFetchError(request)
        return errorCode === ErrorCode.NONE ? shard.fetchOffsets(request, requireStable) : errorCode
      },
      offsetFetchErrorOf,
    )
  }

  deleteOffsets(request: OffsetDeleteRequest): Later<OffsetDeleteResponse> {
    if (request.groupId === '') return refusedOffsetDelete(ErrorCode.INVALID_GROUP_ID)
    return this.#runtime.write(
      this.partitionFor(request.groupId),
      shard => shard.deleteOffsets(request),
      errorCode => refusedOffsetDelete(coordinatorErrorOf(errorCode)),
    )
  }

  elected(partition: Partition): void {
    this.#runtime.elected(new LedPartition(partition))
  }

  resigned(partitionIndex: number, leaderEpoch: number | undefined): void {
    this.#runtime.resigned(partitionIndex, leaderEpoch)
  }

  onMetadataUpdate(delta: MetadataDelta): void {
    const topics = new ImageTopics(delta.after)
    this.#topics = topics
    const change = topicsChangeOf(delta)
    this.#runtime.tellAll(shard => shard.topicsChanged(topics, change))
  }

  /**
   * Offsets of deleted topics go with them: whoever deletes a topic is answered when they are gone. Not before: as long
   * as the topic is in sight offsets are committed for it.
   */
  async onMetadataPublished(delta: MetadataDelta): Promise<void> {
    if (delta.deletedTopics.size === 0) return
    const topics = Array.from(delta.deletedTopics.values(), ({ name, id }) => ({ name, topicId: id }))
    await this.#runtime.writeAll(shard => shard.topicsDeleted(topics))
  }

  close(): void {
    this.#runtime.close()
  }
}

/**
 * COORDINATOR_NOT_AVAILABLE is not something consumers before 3.9 expect of OffsetFetch: they are sent to look for
 * the coordinator instead (Kafka's `handleOffsetFetchException`).
 */
function offsetFetchErrorOf(errorCode: number): number {
  const answered = coordinatorErrorOf(errorCode)
  return answered === ErrorCode.COORDINATOR_NOT_AVAILABLE ? ErrorCode.NOT_COORDINATOR : answered
}

function isCoordinatorMissing(errorCode: number): boolean {
  return (
    errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE ||
    errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ||
    errorCode === ErrorCode.NOT_COORDINATOR
  )
}

function groupConfigOf(config: KafkaConfig): GroupConfig {
  return {
    initialRebalanceDelayMs: config.get('group.initial.rebalance.delay.ms'),
    groupSizeMax: config.get('group.max.size'),
    consumerGroupSizeMax: config.get('group.consumer.max.size'),
    migrationPolicy: migrationPolicyOf(config.get('group.consumer.migration.policy')),
    regexRefreshIntervalMs: config.get('group.consumer.regex.refresh.interval.ms'),
    offsetMetadataLengthMax: config.get('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.get('offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: config.get('offsets.retention.check.interval.ms'),
  }
}

function notLoaded(): never {
  throw new TypeError('Patterns are compiled for heartbeats, which bring the compiler.')
}

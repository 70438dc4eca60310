import type { AppendAccepted, AppendOutcome, AppendRejected } from '../../log/partition-log.ts'
import { InvalidRequestError } from '../../network/request-dispatcher.ts'
import type { Produce } from '../../protocol/apis/produce.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RecordBatch } from '../../protocol/records/record-batch.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import type { Answer, RequestContext } from '../handler.ts'
import { LeaderEndpoints } from '../leader-endpoints.ts'
import type { Partition } from '../partition.ts'
import type { HostedTopic } from '../replica-manager.ts'
import type { BrokerServices } from '../services.ts'
import type { PartitionToVerify, Verification } from '../transactions/partition-verification.ts'
import { supportedOperationOfProduce } from '../transactions/transaction-verifier.ts'
import { batchAt, framingErrorCode } from './batch-framing.ts'
import { unverifiedProduce } from './unverified-produce.ts'

export type ProduceRequest = RequestOf<typeof Produce>
export type ProduceResponse = EncodableResponseOf<typeof Produce>

type TopicResponse = ProduceResponse['responses'][number]

/** The only client that may write to internal topics: Kafka's own tools. */
const adminClientId = '__admin_client'

const topicIdsSince = 13
const currentLeaderSince = 10
const ACKS_ALL = -1

type RecordErrors = NonNullable<TopicResponse['partitionResponses'][number]['recordErrors']>

const noRecordErrors: RecordErrors = []
const noLeader = { leaderId: -1, leaderEpoch: -1 }

/** What became of one partition's batch: an entry of the response, filled in as it turns out. */
class PartitionResult {
  readonly index: number
  readonly topic: string
  errorCode: number
  baseOffset = -1
  logAppendTimeMs = -1
  logStartOffset = -1
  recordErrors = noRecordErrors
  errorMessage: string | null = null
  currentLeader = noLeader

  constructor(topic: string, index: number, errorCode: number) {
    this.topic = topic
    this.index = index
    this.errorCode = errorCode
  }
}

/** Appends what one Produce request holds, each partition on its own, and answers when as many replicas have it as `acks` asks. */
export class ProduceOperation {
  readonly #services: BrokerServices
  readonly #request: ProduceRequest
  readonly #context: RequestContext
  readonly #results: PartitionResult[] = []
  readonly #responses: TopicResponse[] = []
  #waits: Promise<void>[] | undefined
  /** By topic and partition; `undefined` where the request is no transaction's. */
  #verifications: ReadonlyMap<string, Verification> | undefined

  constructor(services: BrokerServices, request: ProduceRequest, context: RequestContext) {
    this.#services = services
    this.#request = request
    this.#context = context
  }

  /** Without a transaction every append is decided when this returns, in the order of the request. */
  run(): Answer<ProduceResponse> | Promise<Answer<ProduceResponse>> {
    const { transactionalId } = this.#request
    const verified = transactionalId === null ? undefined : this.#verify(transactionalId)
    return verified === undefined ? this.#appendAll() : verified.then(() => this.#appendAll())
  }

  /** Has the transaction's coordinator asked about what is transactional; a promise where that takes time. */
  #verify(transactionalId: string): Promise<void> | undefined {
    const partitions: PartitionToVerify[] = []
    let producer: RecordBatch | undefined
    for (const { name, topicId, partitionData } of this.#request.topicData) {
      const hosted = this.#hosted(name, topicId)
      const topic = this.#nameOf(hosted, name, topicId)
      for (const { index, records } of partitionData) {
        const batch = records === null ? undefined : transactionalBatch(records)
        if (records === null || batch === undefined || this.#malformed(topic, hosted, index, records) !== 0) continue
        producer ??= batch
        partitions.push({ topic, partition: index, baseSequence: batch.baseSequence })
      }
    }
    if (producer === undefined) return undefined
    const { producerId, producerEpoch } = producer
    const supportedOperation = supportedOperationOfProduce(this.#context.apiVersion)
    const write = { transactionalId, producerId, producerEpoch, supportedOperation, partitions }
    const verified = this.#services.partitionVerification.verify(write)
    const known = (verifications: readonly Verification[]): void => {
      this.#verifications = new Map(partitions.map((partition, at) => [keyOf(partition), verifications[at]!]))
    }
    if (verified instanceof Promise) return verified.then(known)
    known(verified)
    return undefined
  }

  #hosted(name: string, topicId: Uuid): HostedTopic | undefined {
    const { replicas } = this.#services
    return this.#usesTopicIds ? replicas.topicById(topicId) : replicas.topicByName(name)
  }

  /** Empty where nobody knows the id. */
  #nameOf(hosted: HostedTopic | undefined, name: string, topicId: Uuid): string {
    return hosted?.name ?? this.#services.replicas.topicNameOf(topicId) ?? name
  }

  #appendAll(): Answer<ProduceResponse> | Promise<Answer<ProduceResponse>> {
    for (const { name, topicId, partitionData } of this.#request.topicData) {
      const hosted = this.#hosted(name, topicId)
      const topic = this.#nameOf(hosted, name, topicId)
      const partitionResponses: PartitionResult[] = []
      for (const { index, records } of partitionData) {
        if (records !== null) partitionResponses.push(this.#append(topic, hosted, index, records))
      }
      this.#results.push(...partitionResponses)
      // A topic is answered for its partitions' sake.
      if (partitionResponses.length > 0) this.#responses.push({ name, topicId, partitionResponses })
    }
    if (this.#waits === undefined) return this.#answer()
    const all = this.#waits.length === 1 ? this.#waits[0]! : Promise.all(this.#waits)
    return all.then(() => this.#answer())
  }

  get #usesTopicIds(): boolean {
    return this.#context.apiVersion >= topicIdsSince
  }

  #append(topic: string, hosted: HostedTopic | undefined, index: number, records: Uint8Array): PartitionResult {
    const malformed = this.#malformed(topic, hosted, index, records)
    if (malformed !== 0) return new PartitionResult(topic, index, malformed)
    const verification = this.#verifications?.get(keyOf({ topic, partition: index }))
    if (verification !== undefined && verification.errorCode !== 0) return this.#unverified(topic, index, verification)
    const partition = hosted?.partitions[index]
    const errorCode = this.#refusal(topic, hosted, partition, index)
    const result = new PartitionResult(topic, index, errorCode)
    if (errorCode !== 0 || partition === undefined) return result
    const outcome = partition.produce(records, this.#request.acks === ACKS_ALL, verification?.guard)
    const wait =
      outcome instanceof Promise
        ? outcome.then(later => this.#settle(partition, later, result))
        : this.#settle(partition, outcome, result)
    if (wait !== undefined) this.#wait(wait)
    return result
  }

  /** What is wrong before anybody is asked, in the order in which Kafka looks; 0 if nothing is. */
  #malformed(topic: string, hosted: HostedTopic | undefined, index: number, records: Uint8Array): number {
    if (topic === '' && this.#usesTopicIds) return ErrorCode.UNKNOWN_TOPIC_ID
    if (hosted?.partitions[index] === undefined && !this.#services.replicas.exists(topic, index)) {
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    return framingErrorCode(records, this.#context.apiVersion)
  }

  #unverified(topic: string, index: number, { errorCode }: Verification): PartitionResult {
    const addsPartitions = supportedOperationOfProduce(this.#context.apiVersion) === 'add-partition'
    const refusal = unverifiedProduce(errorCode, addsPartitions)
    const result = new PartitionResult(topic, index, refusal.errorCode)
    result.errorMessage = refusal.errorMessage
    return result
  }

  /** Why nothing is appended to a partition whose records are sound, in Kafka's order; 0 if nothing speaks against it. */
  #refusal(topic: string, hosted: HostedTopic | undefined, partition: Partition | undefined, index: number): number {
    if (this.#request.acks < ACKS_ALL || this.#request.acks > 1) return ErrorCode.INVALID_REQUIRED_ACKS
    if (hosted?.isInternal === true && this.#context.clientId !== adminClientId) {
      return ErrorCode.INVALID_TOPIC_EXCEPTION
    }
    return partition === undefined ? this.#services.replicas.errorCodeOfMissing(topic, index) : 0
  }

  /** `undefined` where nothing has to be waited for. */
  #settle(partition: Partition, outcome: AppendOutcome, result: PartitionResult): Promise<void> | undefined {
    if (outcome.errorCode !== 0) {
      reject(result, outcome as AppendRejected)
      return undefined
    }
    const accepted = outcome as AppendAccepted
    result.baseOffset = accepted.baseOffset
    result.logAppendTimeMs = accepted.logAppendTimeMs
    result.logStartOffset = accepted.logStartOffset
    const needsCommit = this.#request.acks === ACKS_ALL
    if (accepted.written === undefined && (!needsCommit || partition.isCommitted(accepted.lastOffset + 1))) {
      return undefined
    }
    return this.#whenAcknowledged(partition, accepted, result)
  }

  async #whenAcknowledged(partition: Partition, accepted: AppendAccepted, result: PartitionResult): Promise<void> {
    try {
      // Even where an error is known before: until then the log reads from this request's frame.
      await accepted.written
    } catch {
      result.errorCode = ErrorCode.KAFKA_STORAGE_ERROR
      result.baseOffset = -1
      result.logAppendTimeMs = -1
      result.logStartOffset = -1
      return
    }
    if (this.#request.acks !== ACKS_ALL || partition.isCommitted(accepted.lastOffset + 1)) return
    result.errorCode =
      partition.errorCode !== 0
        ? partition.errorCode
        : await partition.whenCommitted(accepted.lastOffset + 1, this.#request.timeoutMs, this.#services.deadlines)
  }

  #wait(promise: Promise<void>): void {
    this.#waits ??= []
    this.#waits.push(promise)
  }

  #answer(): Answer<ProduceResponse> {
    const isFailed = this.#results.some(({ errorCode }) => errorCode !== 0)
    if (this.#request.acks === 0) {
      // Nobody waits for an answer: a closed connection is the only way to tell.
      if (isFailed) throw new InvalidRequestError(this.#describeFailure())
      return null
    }
    return {
      responses: this.#responses,
      throttleTimeMs: 0,
      nodeEndpoints: isFailed ? this.#nameLeaders() : [],
    }
  }

  #nameLeaders(): NonNullable<ProduceResponse['nodeEndpoints']> {
    if (this.#context.apiVersion < currentLeaderSince) return []
    const leaders = new LeaderEndpoints(this.#services, this.#context.connection)
    for (const result of this.#results) {
      if (result.errorCode !== ErrorCode.NOT_LEADER_OR_FOLLOWER) continue
      result.currentLeader = leaders.leaderOf(result.topic, result.index)
    }
    return leaders.endpoints
  }

  #describeFailure(): string {
    const failures = this.#results.filter(({ errorCode }) => errorCode !== 0)
    const { correlationId, clientId } = this.#context
    return (
      `Closing connection due to error during produce request with correlation id ${correlationId} from client id ` +
      `${clientId} with ack=0. Topic and partition to errors: ` +
      failures.map(({ topic, index, errorCode }) => `${topic}-${index} -> ${errorCode}`).join(', ')
    )
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`
}

function transactionalBatch(records: Uint8Array): RecordBatch | undefined {
  const batch = batchAt(records, 0)
  if (batch === undefined || 'corruption' in batch) return undefined
  return batch.isTransactional && batch.hasProducerId ? batch : undefined
}

function reject(result: PartitionResult, rejected: AppendRejected): void {
  result.errorCode = rejected.errorCode
  result.logStartOffset = rejected.logStartOffset
  if (!rejected.isReported) return
  result.errorMessage = rejected.errorMessage
  result.recordErrors = rejected.recordErrors.map(({ batchIndex, message }) => ({
    batchIndex,
    batchIndexErrorMessage: message,
  }))
}

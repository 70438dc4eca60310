import type { AppendAccepted, AppendOutcome, AppendRejected } from '../../log/partition-log.ts'
import { InvalidRequestError } from '../../network/request-dispatcher.ts'
import type { Produce } from '../../protocol/apis/produce.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { Answer, RequestContext } from '../handler.ts'
import { LeaderEndpoints } from '../leader-endpoints.ts'
import type { Partition } from '../partition.ts'
import type { HostedTopic } from '../replica-manager.ts'
import type { BrokerServices } from '../services.ts'
import { batchAt, framingErrorCode } from './batch-framing.ts'

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

  constructor(services: BrokerServices, request: ProduceRequest, context: RequestContext) {
    this.#services = services
    this.#request = request
    this.#context = context
  }

  /** Every append is decided when this returns, in the order of the request. */
  run(): Answer<ProduceResponse> | Promise<Answer<ProduceResponse>> {
    for (const { name, topicId, partitionData } of this.#request.topicData) {
      const hosted = this.#usesTopicIds
        ? this.#services.replicas.topicById(topicId)
        : this.#services.replicas.topicByName(name)
      const topic = hosted?.name ?? this.#services.replicas.topicNameOf(topicId) ?? name
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
    if (topic === '' && this.#usesTopicIds) return new PartitionResult(topic, index, ErrorCode.UNKNOWN_TOPIC_ID)
    const partition = hosted?.partitions[index]
    const errorCode = this.#refusal(topic, hosted, partition, index, records)
    const result = new PartitionResult(topic, index, errorCode)
    if (errorCode !== 0 || partition === undefined) return result
    const outcome = partition.produce(records, this.#request.acks === ACKS_ALL)
    const wait =
      outcome instanceof Promise
        ? outcome.then(later => this.#settle(partition, later, result))
        : this.#settle(partition, outcome, result)
    if (wait !== undefined) this.#wait(wait)
    return result
  }

  /** Why nothing is appended, in the order in which Kafka looks; 0 if nothing speaks against it. */
  #refusal(
    topic: string,
    hosted: HostedTopic | undefined,
    partition: Partition | undefined,
    index: number,
    records: Uint8Array,
  ): number {
    if (partition === undefined && !this.#services.replicas.exists(topic, index)) {
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    const framing = framingErrorCode(records, this.#context.apiVersion)
    if (framing !== 0) return framing
    const batch = batchAt(records, 0)
    if (batch !== undefined && !('corruption' in batch) && batch.isTransactional && batch.hasProducerId) {
      // No transactional id has been given a producer id, so this one is mapped to none.
      return ErrorCode.INVALID_PRODUCER_ID_MAPPING
    }
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
    const leaders = new LeaderEndpoints(this.#services, this.#context.connection.listenerName)
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

import { ErrorCode } from '../../protocol/errors.ts'
import type { Uuid } from '../../protocol/uuid.ts'
import type { FetchPartition, FetchPartitionName, FetchPartitions } from './fetch-partition.ts'
import { type FetchSession, type FetchSessionCache, NO_SESSION_ID, nextSessionEpoch } from './fetch-session-cache.ts'

/** Asks for a session, or for a new one in place of the one named. */
const INITIAL_EPOCH = 0
/** Asks for no session, and closes the one named. */
const FINAL_EPOCH = -1

/** What reading one partition yielded, as far as a session cares. */
export interface FetchedPartition {
  readonly errorCode: number
  readonly highWatermark: number
  readonly logStartOffset: number
  readonly recordsBytes: number
  readonly hasDivergingEpoch: boolean
}

export interface Fetched<Partition extends FetchedPartition> {
  readonly requested: FetchPartition
  readonly result: Partition
}

export interface FetchAnswer<Partition extends FetchedPartition> {
  readonly errorCode: number
  readonly sessionId: number
  readonly partitions: readonly Fetched<Partition>[]
}

/** How one Fetch request relates to a session: what it reads, and what of that is worth telling. Kafka's `FetchContext`. */
export interface FetchContext {
  /** In the order to be read. */
  readonly partitions: Iterable<FetchPartition>
  answer<Partition extends FetchedPartition>(fetched: Fetched<Partition>[]): FetchAnswer<Partition>
}

export interface FetchContextRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly usesTopicIds: boolean
  readonly isFromFollower: boolean
  /** As in the request: the last of several entries for one partition counts. */
  readonly partitions: FetchPartitions
  readonly forgotten: readonly FetchPartitionName[]
  /** The topic's name, where the id is known by now. */
  readonly topicName: (topicId: Uuid) => string | undefined
}

/** Kafka's `FetchManager.newContext`. */
export function fetchContextOf(cache: FetchSessionCache, request: FetchContextRequest): FetchContext {
  if (request.sessionEpoch === INITIAL_EPOCH || request.sessionEpoch === FINAL_EPOCH) {
    if (request.sessionId !== NO_SESSION_ID) cache.remove(request.sessionId)
    return request.sessionEpoch === FINAL_EPOCH ? sessionless(request.partitions) : full(cache, request)
  }
  const session = cache.get(request.sessionId)
  if (session === undefined) return failed(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  if (session.epoch !== request.sessionEpoch) return failed(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  if (session.usesTopicIds !== request.usesTopicIds) return failed(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)

  for (const partition of request.partitions) session.partitions.addOrUpdate(partition)
  for (const name of request.forgotten) session.partitions.remove(name)
  if (session.partitions.size === 0) {
    cache.remove(session.id)
    return sessionless(request.partitions)
  }
  cache.touch(session)
  session.epoch = nextSessionEpoch(session.epoch)
  if (session.usesTopicIds) {
    for (const partition of session.partitions) partition.topic ??= request.topicName(partition.topicId) ?? null
  }
  return incremental(session)
}

function failed(errorCode: number): FetchContext {
  return { partitions: [], answer: () => ({ errorCode, sessionId: NO_SESSION_ID, partitions: [] }) }
}

function sessionless(partitions: FetchPartitions): FetchContext {
  return { partitions, answer: fetched => ({ errorCode: 0, sessionId: NO_SESSION_ID, partitions: fetched }) }
}

function full(cache: FetchSessionCache, request: FetchContextRequest): FetchContext {
  return {
    partitions: request.partitions,
    answer(fetched) {
      for (const { requested, result } of fetched) {
        requested.answeredHighWatermark = result.highWatermark
        requested.answeredLogStartOffset = result.logStartOffset
      }
      const sessionId = cache.create(request.partitions, request.isFromFollower, request.usesTopicIds)
      return { errorCode: 0, sessionId, partitions: fetched }
    },
  }
}

function incremental(session: FetchSession): FetchContext {
  const expectedEpoch = session.epoch
  return {
    partitions: session.partitions,
    answer(fetched) {
      // The client sent another request in this session while the first one waited.
      if (session.epoch !== expectedEpoch) {
        return { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: session.id, partitions: [] }
      }
      const partitions = fetched.filter(({ requested, result }) => {
        if (!isWorthTelling(requested, result)) return false
        if (result.recordsBytes > 0) session.partitions.moveToEnd(requested)
        return true
      })
      return { errorCode: 0, sessionId: session.id, partitions }
    },
  }
}

/** Whether the client learns anything new; remembers what it learns. */
function isWorthTelling(told: FetchPartition, result: FetchedPartition): boolean {
  const isNews =
    result.recordsBytes > 0 ||
    result.highWatermark !== told.answeredHighWatermark ||
    result.logStartOffset !== told.answeredLogStartOffset ||
    result.errorCode !== 0 ||
    result.hasDivergingEpoch
  // After an error the partition is told of again as soon as it is well, whatever its high watermark.
  told.answeredHighWatermark = result.errorCode === 0 ? result.highWatermark : -1
  told.answeredLogStartOffset = result.logStartOffset
  return isNews
}

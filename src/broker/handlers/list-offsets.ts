import { OffsetSpec, type TimestampedOffset } from '../../log/partition-log.ts'
import { ListOffsets } from '../../protocol/apis/list-offsets.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import { handlerOf } from '../handler.ts'
import type { Partition } from '../partition.ts'
import type { BrokerServices } from '../services.ts'

type ListOffsetsRequest = RequestOf<typeof ListOffsets>
type PartitionRequest = ListOffsetsRequest['topics'][number]['partitions'][number]
type PartitionResponse = EncodableResponseOf<typeof ListOffsets>['topics'][number]['partitions'][number]

const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1
const consumerReplicaId = -1
const leaderEpochSince = 4
const offsetNotAvailableSince = 5

/** From which version on a client may ask for a place instead of a time. */
const specSince = new Map<number, number>([
  [OffsetSpec.EARLIEST, 1],
  [OffsetSpec.LATEST, 1],
  [OffsetSpec.MAX_TIMESTAMP, 7],
  [OffsetSpec.EARLIEST_LOCAL, 8],
  [OffsetSpec.LATEST_TIERED, 9],
  [OffsetSpec.EARLIEST_PENDING_UPLOAD, 11],
])

export const handler = handlerOf(
  ListOffsets,
  async (services, request, context) => {
    if (request.isolationLevel !== READ_UNCOMMITTED && request.isolationLevel !== READ_COMMITTED) {
      return errorResponse(request, ErrorCode.UNKNOWN_SERVER_ERROR)
    }
    const topics = Array.from(requestedByTopic(request), async ([name, partitions]) => ({
      name,
      partitions: await Promise.all(
        Array.from(partitions.values(), ({ wanted, isRepeated }) =>
          isRepeated
            ? failed(wanted, ErrorCode.INVALID_REQUEST)
            : find(services, request, name, wanted, context.apiVersion),
        ),
      ),
    }))
    return { topics: await Promise.all(topics) }
  },
  { errorResponse },
)

function errorResponse(request: ListOffsetsRequest, errorCode: number): EncodableResponseOf<typeof ListOffsets> {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(wanted => failed(wanted, errorCode)),
    })),
  }
}

function failed(wanted: PartitionRequest, errorCode: number): PartitionResponse {
  return { partitionIndex: wanted.partitionIndex, errorCode, timestamp: -1, offset: -1 }
}

interface Requested {
  readonly wanted: PartitionRequest
  readonly isRepeated: boolean
}

/** Every partition is answered once, however often it is named, and a topic only for its partitions' sake. */
function requestedByTopic(request: ListOffsetsRequest): Map<string, Map<number, Requested>> {
  const byTopic = new Map<string, Map<number, Requested>>()
  for (const { name, partitions } of request.topics) {
    for (const wanted of partitions) {
      const ofTopic = byTopic.get(name) ?? new Map<number, Requested>()
      byTopic.set(name, ofTopic)
      ofTopic.set(wanted.partitionIndex, { wanted, isRepeated: ofTopic.has(wanted.partitionIndex) })
    }
  }
  return byTopic
}

/** Kafka's `ReplicaManager.fetchOffset` and `Partition.fetchOffsetForTimestamp`. */
async function find(
  services: BrokerServices,
  request: ListOffsetsRequest,
  topic: string,
  wanted: PartitionRequest,
  version: number,
): Promise<PartitionResponse> {
  const { timestamp, partitionIndex } = wanted
  if (timestamp < 0 && version < (specSince.get(timestamp) ?? Number.POSITIVE_INFINITY)) {
    return failed(wanted, ErrorCode.UNSUPPORTED_VERSION)
  }
  const partition = services.replicas.find(topic, partitionIndex)
  if (partition === undefined) return failed(wanted, services.replicas.errorCodeOfMissing(topic, partitionIndex))
  const errorCode = partition.errorCodeAt(wanted.currentLeaderEpoch)
  if (errorCode !== 0) return failed(wanted, errorCode)

  const isClient = request.replicaId === consumerReplicaId
  const endOffset = readableEnd(partition, isClient, request.isolationLevel)
  // A new leader may not know yet how far its predecessor had come.
  const isBehind = isClient && partition.isHighWatermarkBehindEpochStart
  const notAvailable =
    version >= offsetNotAvailableSince ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.LEADER_NOT_AVAILABLE

  let found: TimestampedOffset | undefined
  if (timestamp === OffsetSpec.LATEST) {
    if (isBehind) return failed(wanted, notAvailable)
    found = { timestamp: -1, offset: endOffset, leaderEpoch: partition.leaderEpoch }
  } else {
    found = await partition.log.offsetForTimestamp(timestamp)
    const isStart = timestamp === OffsetSpec.EARLIEST || timestamp === OffsetSpec.EARLIEST_LOCAL
    const isBeyond = found === undefined || (!isStart && found.offset >= endOffset)
    if (isBeyond) return failed(wanted, isBehind ? notAvailable : ErrorCode.NONE)
  }
  return {
    partitionIndex,
    errorCode: 0,
    timestamp: found!.timestamp,
    offset: found!.offset,
    ...(version >= leaderEpochSince ? { leaderEpoch: found!.leaderEpoch } : undefined),
  }
}

/** One past what the asker may read. */
function readableEnd(partition: Partition, isClient: boolean, isolationLevel: number): number {
  if (!isClient) return partition.log.logEndOffset
  return isolationLevel === READ_COMMITTED ? partition.log.lastStableOffset : partition.highWatermark
}

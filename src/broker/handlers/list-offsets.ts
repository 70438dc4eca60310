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
    const repeated = repeatedPartitions(request)
    const topics = request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        // A repeated partition is answered once.
        Array.from(withoutRepetition(partitions), wanted =>
          repeated.has(`${name}-${wanted.partitionIndex}`)
            ? failed(wanted, ErrorCode.INVALID_REQUEST)
            : find(services, request, name, wanted, context.apiVersion),
        ),
      ),
    }))
    return { topics: await Promise.all(topics) }
  },
  {
    errorResponse: (request, errorCode) => ({
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(wanted => failed(wanted, errorCode)),
      })),
    }),
  },
)

function failed(wanted: PartitionRequest, errorCode: number): PartitionResponse {
  return { partitionIndex: wanted.partitionIndex, errorCode, timestamp: -1, offset: -1 }
}

function repeatedPartitions(request: ListOffsetsRequest): Set<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { name, partitions } of request.topics) {
    for (const { partitionIndex } of partitions) {
      const partition = `${name}-${partitionIndex}`
      if (seen.has(partition)) repeated.add(partition)
      seen.add(partition)
    }
  }
  return repeated
}

function withoutRepetition(partitions: readonly PartitionRequest[]): Iterable<PartitionRequest> {
  return new Map(partitions.map(wanted => [wanted.partitionIndex, wanted])).values()
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

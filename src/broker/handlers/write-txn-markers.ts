import { WriteTxnMarkers } from '../../protocol/apis/write-txn-markers.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'
import type { TopicPartition } from '../../transactions/topic-partition.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof WriteTxnMarkers>
type Response = EncodableResponseOf<typeof WriteTxnMarkers>
type RequestMarker = Request['markers'][number]

interface MarkerResult {
  readonly marker: RequestMarker
  readonly partitions: readonly TopicPartition[]
  readonly errorCodes: readonly number[]
}

export const handler = handlerOf(
  WriteTxnMarkers,
  async (services, request) => {
    // All are begun before the first is waited for; those of one partition are appended in the order of the request.
    const written = request.markers.map(marker => write(services, marker))
    return response(await Promise.all(written))
  },
  {
    errorResponse: (request, errorCode) =>
      response(
        request.markers.map(marker => {
          const partitions = partitionsOf(marker)
          return { marker, partitions, errorCodes: partitions.map(() => errorCode) }
        }),
      ),
  },
)

async function write(services: BrokerServices, marker: RequestMarker): Promise<MarkerResult> {
  const partitions = partitionsOf(marker)
  const errorCodes = await services.markerWriter.writeMarkers({
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    outcome: marker.transactionResult ? 'commit' : 'abort',
    coordinatorEpoch: marker.coordinatorEpoch,
    transactionVersion: marker.transactionVersion,
    partitions,
  })
  return { marker, partitions, errorCodes }
}

function partitionsOf({ topics }: RequestMarker): TopicPartition[] {
  return topics.flatMap(({ name, partitionIndexes }) => partitionIndexes.map(partition => ({ topic: name, partition })))
}

/** One entry per producer, topic and partition; of what is named twice the last counts, as in Kafka's maps. */
function response(results: readonly MarkerResult[]): Response {
  const producers = new Map<number, Map<string, Map<number, number>>>()
  for (const { marker, partitions, errorCodes } of results) {
    if (partitions.length === 0) continue
    const topics = producers.get(marker.producerId) ?? new Map<string, Map<number, number>>()
    producers.set(marker.producerId, topics)
    for (const [index, { topic, partition }] of partitions.entries()) {
      const ofTopic = topics.get(topic) ?? new Map<number, number>()
      topics.set(topic, ofTopic.set(partition, errorCodes[index]!))
    }
  }
  return {
    markers: Array.from(producers, ([producerId, topics]) => ({
      producerId,
      topics: Array.from(topics, ([name, partitions]) => ({
        name,
        partitions: Array.from(partitions, ([partitionIndex, errorCode]) => ({ partitionIndex, errorCode })),
      })),
    })),
  }
}

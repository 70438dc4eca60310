import { ClientError } from '../client/client-error.ts'
import { Fetcher } from '../client/fetcher.ts'
import type { KafkaClient } from '../client/kafka-client.ts'
import { listOffsets, OffsetSpec } from '../client/list-offsets.ts'
import { type RecordToSend, type RefusedRecord, recordBytes, TopicProducer } from '../client/producer.ts'
import type { Checksum, Clock, Compression } from '../ports.ts'
import { DescribeConfigs } from '../protocol/apis/describe-configs.ts'
import type { LoadedRecord, LoadedTopic } from './loaded-seed.ts'
import { ResourceType } from './plan.ts'
import { appendDecision, isRecordOf, type LogExtent, recordsByPartition } from './record-plan.ts'
import { type Place, SeedError } from './seed-error.ts'

export interface SeedPorts {
  readonly clock: Clock
  readonly checksum: Checksum
  readonly compression: Compression
}

/** Before compression, of one batch; a topic whose `max.message.bytes` is less has smaller ones. */
const batchBytesMax = 512 * 1024
/** What a batch has besides its records, and a little to spare. */
const batchOverheadBytes = 128
const fetchBytes = 1024 * 1024
const timeoutMs = 30_000

/**
 * Appends a topic's records to those of its partitions that hold nothing, or what a seed that was interrupted has left
 * in them. Resolves with how many records were appended, and with the partitions that hold something else.
 */
export async function appendRecords(
  client: KafkaClient,
  topic: LoadedTopic,
  partitionCount: number,
  ports: SeedPorts,
): Promise<{ appended: number; others: number[] }> {
  const partitions = recordsByPartition(topic.records, partitionCount)
  const extents = await extentsOf(client, topic.name, partitionCount)
  const missing: PlacedRecord[] = []
  const others: number[] = []
  const nowMs = ports.clock.nowMs()
  for (const [partition, records] of partitions.entries()) {
    const extent = extents[partition]!
    const decision = appendDecision(records.length, extent)
    const isMissing =
      decision === 'all' ||
      (decision === 'compare' && (await isBeginning(client, topic.name, partition, records, extent, ports.compression)))
    if (isMissing) {
      for (const record of records.slice(extent.endOffset)) missing.push(toSend(record, partition, nowMs))
    } else if (decision !== 'none') others.push(partition)
  }
  if (missing.length > 0) await append(client, topic.name, missing, ports)
  return { appended: missing.length, others }
}

async function extentsOf(client: KafkaClient, topic: string, partitionCount: number): Promise<LogExtent[]> {
  // One request may ask for a partition once.
  const [starts, ends] = await Promise.all([
    offsetsOf(client, topic, partitionCount, OffsetSpec.EARLIEST),
    offsetsOf(client, topic, partitionCount, OffsetSpec.LATEST),
  ])
  return starts.map((startOffset, partition) => ({ startOffset, endOffset: ends[partition]! }))
}

/** By partition. */
async function offsetsOf(client: KafkaClient, topic: string, partitionCount: number, timestamp: number) {
  const queries = Array.from({ length: partitionCount }, (_, partition) => ({ topic, partition, timestamp }))
  const offsets = await listOffsets(client, queries)
  return queries.map(query => {
    const offset = offsets.get(query)!
    if (offset instanceof ClientError) throw offset
    return offset
  })
}

/** Whether all that a partition holds are the first of `records`. */
async function isBeginning(
  client: KafkaClient,
  topic: string,
  partition: number,
  records: readonly LoadedRecord[],
  { endOffset }: LogExtent,
  compression: Compression,
): Promise<boolean> {
  const fetcher = new Fetcher(client, compression, {
    ...{ isReadCommitted: false, offsetReset: undefined, maxWaitMs: 500 },
    ...{ partitionBytesMax: fetchBytes, responseBytesMax: fetchBytes },
  })
  fetcher.assign([{ topic, partition, offset: 0 }])
  while (fetcher.positions[0]!.offset < endOffset) {
    const stored = await fetcher.poll()
    if (!stored.every(record => isRecordOf(records, record))) return false
  }
  return true
}

interface PlacedRecord extends RecordToSend {
  readonly place: Place
}

function toSend({ timestamp, ...record }: LoadedRecord, partition: number, nowMs: number): PlacedRecord {
  const atMs = 'atMs' in timestamp ? timestamp.atMs : Math.max(0, nowMs - timestamp.agoMs)
  return { ...record, partition, timestamp: atMs }
}

/** One batch per partition at a time, so that a refused one leaves a beginning of the records behind. */
async function append(
  client: KafkaClient,
  topic: string,
  records: readonly PlacedRecord[],
  ports: SeedPorts,
): Promise<void> {
  const bytesMax = Math.min(batchBytesMax, (await messageBytesMax(client, topic)) - batchOverheadBytes)
  const producer = new TopicProducer(
    client,
    topic,
    { acks: -1, timeoutMs, compressionType: 0, batchBytesMax: bytesMax },
    ports,
  )
  for (let at = 0; at < records.length; ) {
    const chunk: PlacedRecord[] = []
    for (let bytes = 0; at < records.length; at++) {
      bytes += recordBytes(records[at]!)
      if (chunk.length > 0 && bytes > bytesMax) break
      chunk.push(records[at]!)
    }
    const refused = await producer.send(chunk)
    if (refused.length > 0) throw refusal(refused, chunk)
  }
}

/** Of a batch that is refused, the records that are to blame; the first one where the broker names none. */
function refusal(refused: readonly RefusedRecord[], records: readonly PlacedRecord[]): SeedError {
  const placeOf = ({ record }: RefusedRecord) => records.find(one => one === record)!.place
  const [first] = refused
  const faulty = refused.flatMap(one => (one.fault === undefined ? [] : [{ place: placeOf(one), message: one.fault }]))
  return new SeedError(faulty.length > 0 ? faulty : [{ place: placeOf(first!), message: first!.error.message }])
}

async function messageBytesMax(client: KafkaClient, topic: string): Promise<number> {
  const { results } = await client.ask(DescribeConfigs, {
    resources: [{ resourceType: ResourceType.TOPIC, resourceName: topic, configurationKeys: ['max.message.bytes'] }],
  })
  return Number(results[0]?.configs[0]?.value ?? batchBytesMax)
}

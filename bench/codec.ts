import { Fetch } from '../src/protocol/apis/fetch.ts'
import { Metadata } from '../src/protocol/apis/metadata.ts'
import { Produce } from '../src/protocol/apis/produce.ts'
import { decodeRequestFrame, encodeRequestFrame, encodeResponseFrame } from '../src/protocol/frame.ts'
import type { EncodableRequestOf, EncodableResponseOf } from '../src/protocol/schema/api.ts'
import type { Uuid } from '../src/protocol/uuid.ts'

/** What the codec alone costs on the hot paths: `node bench/codec.ts [name]`, nanoseconds per message. */

const TOPIC_ID = 'EBESExQVFhcYGRobHB0eHw' as Uuid
const batch = Buffer.alloc(64 * 1024, 1)
const HEADER = { correlationId: 1, clientId: 'producer-1' }

function produceRequest(partitions: number): EncodableRequestOf<typeof Produce> {
  const partitionData = Array.from({ length: partitions }, (_, index) => ({ index, records: batch }))
  return { acks: -1, timeoutMs: 30_000, topicData: [{ name: 'benchmark-topic', partitionData }] }
}

function produceResponse(partitions: number): EncodableResponseOf<typeof Produce> {
  const partitionResponses = Array.from({ length: partitions }, (_, index) => ({
    index,
    errorCode: 0,
    baseOffset: 123_456_789 + index,
    logStartOffset: 0,
  }))
  return { responses: [{ name: 'benchmark-topic', partitionResponses }] }
}

function fetchRequest(partitions: number): EncodableRequestOf<typeof Fetch> {
  return {
    maxWaitMs: 500,
    minBytes: 1,
    sessionId: 5,
    sessionEpoch: 9,
    topics: [
      {
        topicId: TOPIC_ID,
        partitions: Array.from({ length: partitions }, (_, partition) => ({
          partition,
          fetchOffset: 123_456_789,
          partitionMaxBytes: 1 << 20,
        })),
      },
    ],
  }
}

function fetchResponse(partitions: number): EncodableResponseOf<typeof Fetch> {
  return {
    throttleTimeMs: 0,
    responses: [
      {
        topicId: TOPIC_ID,
        partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
          partitionIndex,
          errorCode: 0,
          highWatermark: 123_456_800,
          lastStableOffset: 123_456_800,
          logStartOffset: 0,
          abortedTransactions: null,
          records: batch,
        })),
      },
    ],
  }
}

function metadataResponse(topics: number, partitions: number): EncodableResponseOf<typeof Metadata> {
  return {
    brokers: [1, 2, 3].map(nodeId => ({ nodeId, host: `broker-${nodeId}.example`, port: 9092 })),
    clusterId: TOPIC_ID,
    controllerId: 1,
    topics: Array.from({ length: topics }, (_, topic) => ({
      errorCode: 0,
      name: `topic-number-${topic}`,
      topicId: TOPIC_ID,
      partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: 1,
        leaderEpoch: 3,
        replicaNodes: [1, 2, 3],
        isrNodes: [1, 2, 3],
      })),
    })),
  }
}

const produceBodies = [1, 8].map(partitions => Buffer.concat(Produce.request.encode(produceRequest(partitions), 11)))
const fetchBody = (partitions: number) => Buffer.concat(Fetch.request.encode(fetchRequest(partitions), 17))
const fetchBodies = [0, 8, 100].map(fetchBody)
const fetchResponseBody = Buffer.concat(Fetch.response.encode(fetchResponse(8), 17))
const metadataBody = Buffer.concat(Metadata.response.encode(metadataResponse(100, 8), 12))
const frame = Buffer.concat(encodeRequestFrame(Produce, 11, HEADER, produceRequest(1))).subarray(4)
const produceResponses = [1, 8].map(produceResponse)
const fetchResponses = [1, 8].map(fetchResponse)
const metadata = metadataResponse(100, 8)
const at = <T>(list: readonly T[], index: number): T => list[index] as T

const cases: Readonly<Record<string, () => unknown>> = {
  'request header': () => decodeRequestFrame(frame),
  'Produce v11 request, 1 partition': () => Produce.request.decode(at(produceBodies, 0), 11),
  'Produce v11 request, 8 partitions': () => Produce.request.decode(at(produceBodies, 1), 11),
  'Produce v11 response, 1 partition': () => encodeResponseFrame(Produce, 11, 1, at(produceResponses, 0)),
  'Produce v11 response, 8 partitions': () => encodeResponseFrame(Produce, 11, 1, at(produceResponses, 1)),
  'Fetch v17 request, session unchanged': () => Fetch.request.decode(at(fetchBodies, 0), 17),
  'Fetch v17 request, 8 partitions': () => Fetch.request.decode(at(fetchBodies, 1), 17),
  'Fetch v17 request, 100 partitions': () => Fetch.request.decode(at(fetchBodies, 2), 17),
  'Fetch v17 response, 1 partition': () => encodeResponseFrame(Fetch, 17, 1, at(fetchResponses, 0)),
  'Fetch v17 response, 8 partitions': () => encodeResponseFrame(Fetch, 17, 1, at(fetchResponses, 1)),
  'Fetch v17 response decoded, 8 partitions': () => Fetch.response.decode(fetchResponseBody, 17),
  'Metadata v12 response, 100 topics of 8': () => encodeResponseFrame(Metadata, 12, 1, metadata),
  'Metadata v12 response decoded, 100 topics of 8': () => Metadata.response.decode(metadataBody, 12),
}

let sink: unknown

function nanosecondsPerRun(run: () => unknown): number {
  let runs = 64
  for (;;) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < runs; i++) sink = run()
    const elapsed = Number(process.hrtime.bigint() - start)
    if (elapsed > 200_000_000) return elapsed / runs
    runs *= 2
  }
}

const [filter = ''] = process.argv.slice(2)
for (const [name, run] of Object.entries(cases)) {
  if (!name.includes(filter)) continue
  nanosecondsPerRun(run) // Warms up.
  const rounds = [1, 2, 3].map(() => nanosecondsPerRun(run)).sort((a, b) => a - b)
  console.log(`${name.padEnd(48)} ${at(rounds, 1).toFixed(0).padStart(10)} ns`)
}
if (sink === undefined) throw new Error('nothing ran')

import { Fetch } from '../../src/protocol/apis/fetch.ts'
import { Produce } from '../../src/protocol/apis/produce.ts'
import { encodeRequestFrame } from '../../src/protocol/frame.ts'

/** The last versions that name topics, so that one frame fits every broker. Both are flexible. */
const PRODUCE_VERSION = 12
const FETCH_VERSION = 12

const header = { correlationId: 1, clientId: 'bench' }

/** A Produce request of one batch, finished: the same bytes are sent over and over. */
export function produceFrame(topic: string, partition: number, batch: Uint8Array, acks: number): Uint8Array {
  const request = {
    acks,
    timeoutMs: 30_000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records: batch }] }],
  }
  return Buffer.concat(encodeRequestFrame(Produce, PRODUCE_VERSION, header, request))
}

/** Throws unless the answer to a `produceFrame` says that the batch was taken. */
export function checkProduced(topic: string): (head: Uint8Array) => void {
  // Correlation id, tags, one topic, its name, one partition, its index.
  const errorCodeAt = 4 + 1 + 1 + 1 + topic.length + 1 + 4
  return head => refuseError('Produce', head, errorCodeAt)
}

export interface FetchFrameOptions {
  readonly partition: number
  readonly offset: number
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
}

/** A sessionless Fetch of one partition. */
export function fetchFrame(topic: string, options: FetchFrameOptions): Uint8Array {
  const request = {
    maxWaitMs: options.maxWaitMs,
    minBytes: options.minBytes,
    maxBytes: options.maxBytes,
    topics: [
      {
        topic,
        partitions: [
          { partition: options.partition, fetchOffset: options.offset, partitionMaxBytes: options.maxBytes },
        ],
      },
    ],
    forgottenTopicsData: [],
  }
  return Buffer.concat(encodeRequestFrame(Fetch, FETCH_VERSION, header, request))
}

/** Throws unless the answer to a `fetchFrame` carries no error. */
export function checkFetched(topic: string): (head: Uint8Array) => void {
  // Correlation id, tags, throttle time, error, session id, one topic, its name, one partition, its index.
  const errorCodeAt = 4 + 1 + 4 + 2 + 4 + 1 + 1 + topic.length + 1 + 4
  return head => refuseError('Fetch', head, errorCodeAt)
}

function refuseError(api: string, head: Uint8Array, at: number): void {
  const errorCode = ((((head[at] ?? 0xff) << 8) | (head[at + 1] ?? 0xff)) << 16) >> 16
  if (errorCode !== 0) throw new Error(`${api} was answered with error ${errorCode}`)
}

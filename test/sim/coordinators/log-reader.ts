import { Fetch } from '../../../src/protocol/apis/fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { ControlRecordType, controlRecordType } from '../../../src/protocol/records/control-record.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf, type RecordBatch } from '../../../src/protocol/records/record-batch.ts'
import type { ResponseOf } from '../../../src/protocol/schema/api.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import { splitName } from './consumer-protocol.ts'

export type Isolation = 'uncommitted' | 'committed'

export interface ReadRecord {
  readonly offset: number
  readonly value: string
}

/** A batch as it lies in the log. */
export interface ReadBatch {
  readonly producerId: number
  readonly isTransactional: boolean
  /** Of control batches. */
  readonly marker: 'commit' | 'abort' | undefined
  readonly records: readonly ReadRecord[]
}

/** What one answer to Fetch brought. */
export interface ReadChunk {
  readonly batches: readonly ReadBatch[]
  readonly records: readonly ReadRecord[]
  /** Where the next Fetch goes on. */
  readonly nextOffset: number
  readonly highWatermark: number
  readonly lastStableOffset: number
}

type FetchedPartition = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]

const utf8 = new TextDecoder()

/** Fetches once from an offset on, as consumers do; `undefined` where there was no answer to use. */
export async function readFrom(
  client: SimulatedClient,
  partition: string,
  offset: number,
  isolation: Isolation,
  version = 12,
): Promise<ReadChunk | undefined> {
  const [topic, index] = splitName(partition)
  try {
    const response = await client.call(Fetch, version, {
      maxWaitMs: 0,
      minBytes: 0,
      isolationLevel: isolation === 'committed' ? 1 : 0,
      topics: [{ topic, partitions: [{ partition: index, fetchOffset: offset, partitionMaxBytes: 1000 }] }],
    })
    const [fetched] = response.responses[0]?.partitions ?? []
    if (fetched === undefined || fetched.errorCode !== ErrorCode.NONE) return undefined
    return chunkOf(fetched, offset)
  } catch (error) {
    if (!(error instanceof CallLost)) throw error
    return undefined
  }
}

/** As Java's consumer goes through a fetched partition: what lies in aborted transactions is left out. */
function chunkOf(fetched: FetchedPartition, fromOffset: number): ReadChunk {
  const { highWatermark, lastStableOffset } = fetched
  const toCome = [...(fetched.abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<number>()
  const records: ReadRecord[] = []
  const batches: ReadBatch[] = []
  let nextOffset = fromOffset
  for (const batch of batchesOf(fetched.records ?? new Uint8Array(0))) {
    while (toCome[0] !== undefined && toCome[0].firstOffset <= batch.lastOffset) aborted.add(toCome.shift()!.producerId)
    nextOffset = Math.max(nextOffset, batch.nextOffset)
    const read = readBatch(batch)
    batches.push(read)
    if (read.marker === 'abort') aborted.delete(batch.producerId)
    if (batch.isTransactional && aborted.has(batch.producerId)) continue
    for (const record of read.records) if (record.offset >= fromOffset) records.push(record)
  }
  return { batches, records, nextOffset, highWatermark, lastStableOffset }
}

function readBatch(batch: RecordBatch): ReadBatch {
  const { producerId, isTransactional } = batch
  const records = recordsOf(batch)
  if (!batch.isControl) {
    const read = records.map(({ offset, value }) => ({ offset, value: utf8.decode(value ?? new Uint8Array(0)) }))
    return { producerId, isTransactional, marker: undefined, records: read }
  }
  const type = controlRecordType(records[0]?.key ?? null)
  // Compaction may have left the batch alone.
  const marker = records.length === 0 ? undefined : type === ControlRecordType.ABORT ? 'abort' : 'commit'
  return { producerId, isTransactional, marker, records: [] }
}

/** What of these batches, all of a log, a reader of committed records should see: by their markers alone. */
export function committedRecords(batches: readonly ReadBatch[]): ReadRecord[] {
  const open = new Map<number, ReadRecord[]>()
  const committed: ReadRecord[] = []
  for (const { producerId, isTransactional, marker, records } of batches) {
    if (marker !== undefined) {
      if (marker === 'commit') committed.push(...(open.get(producerId) ?? []))
      open.delete(producerId)
    } else if (isTransactional) open.set(producerId, [...(open.get(producerId) ?? []), ...records])
    else committed.push(...records)
  }
  return committed.sort((a, b) => a.offset - b.offset)
}

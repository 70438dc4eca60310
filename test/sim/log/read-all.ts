import type { PartitionLog, ReadOptions } from '../../../src/log/partition-log.ts'
import { ControlRecordType, controlRecordType } from '../../../src/protocol/records/control-record.ts'
import { recordsOf } from '../../../src/protocol/records/record.ts'
import { batchesOf, RecordBatch } from '../../../src/protocol/records/record-batch.ts'

export type LogReadOptions = ReadOptions

export interface ReadBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly bytes: Uint8Array
  readonly producerId: number
  readonly isTransactional: boolean
  readonly batch: RecordBatch
  /** Of a control batch that has not been emptied. */
  readonly marker: 'commit' | 'abort' | undefined
}

export interface ReadBatches {
  readonly batches: readonly ReadBatch[]
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]
  readonly lastStableOffset: number
}

/** One read, copied and given back; `undefined` where it was refused. */
export async function readBatches(
  log: PartitionLog,
  from: number,
  options: ReadOptions,
): Promise<ReadBatches | undefined> {
  const outcome = await log.read(from, options)
  if (!('chunks' in outcome)) return undefined
  const batches = outcome.chunks.flatMap(chunk => Array.from(batchesOf(chunk), copyOf))
  outcome.release()
  return { batches, aborted: outcome.abortedTransactions ?? [], lastStableOffset: outcome.lastStableOffset }
}

function markerKind(batch: RecordBatch): 'commit' | 'abort' | undefined {
  if (!batch.isControl || batch.recordCount === 0) return undefined
  return controlRecordType(recordsOf(batch)[0]!.key) === ControlRecordType.ABORT ? 'abort' : 'commit'
}

function copyOf(chunkBatch: RecordBatch): ReadBatch {
  const bytes = new Uint8Array(chunkBatch.toBytes())
  const batch = new RecordBatch(bytes, 0, bytes.length)
  const { baseOffset, lastOffset, producerId, isTransactional } = batch
  return { baseOffset, lastOffset, bytes, producerId, isTransactional, batch, marker: markerKind(batch) }
}

import type { PartitionLog, ReadOptions } from '../../../src/log/partition-log.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'

export type LogReadOptions = ReadOptions

export interface ReadBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly bytes: Uint8Array
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
  const batches = outcome.chunks.flatMap(chunk =>
    Array.from(batchesOf(chunk), batch => ({
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      bytes: new Uint8Array(batch.toBytes()),
    })),
  )
  outcome.release()
  return { batches, aborted: outcome.abortedTransactions ?? [], lastStableOffset: outcome.lastStableOffset }
}

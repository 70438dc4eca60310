import { crc32c } from '@node-rs/crc32'
import { type BatchOptions, type RecordToWrite, writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { type Record, recordsOf } from '../../src/protocol/records/record.ts'
import { batchesOf } from '../../src/protocol/records/record-batch.ts'

const utf8 = new TextDecoder()

/** One uncompressed batch, a record per value. */
export function batchOf(values: readonly (string | Partial<RecordToWrite>)[], options: BatchOptions = {}): Uint8Array {
  const records = values.map(value =>
    typeof value === 'string'
      ? { timestamp: 1_700_000_000_000, key: null, value: Buffer.from(value) }
      : { timestamp: 1_700_000_000_000, key: null, value: null, ...value },
  )
  return writeBatch(records, options, { crc32c: bytes => crc32c(bytes) })
}

/** The records of what a Fetch response holds. */
export function recordsIn(bytes: Uint8Array | null): Record[] {
  return bytes === null ? [] : [...batchesOf(bytes)].flatMap(batch => recordsOf(batch))
}

export function valuesIn(bytes: Uint8Array | null): string[] {
  return recordsIn(bytes).map(({ value }) => (value === null ? '' : utf8.decode(value)))
}

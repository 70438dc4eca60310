import { type CompressedRecords, walkCompressed } from '../protocol/records/compressed-records.ts'
import { createCompression } from './compression.ts'

/** What may run on other threads, by name: pure functions of values that can be cloned. */
export const offloadFunctions: Readonly<Record<string, (input: unknown) => unknown>> = {
  walkCompressed: records => walkCompressed(records as CompressedRecords, createCompression()),
}

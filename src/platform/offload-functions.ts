import { type FilterBatches, filterBatches } from '../protocol/records/compaction/filter-batches.ts'
import { type MapKeys, mapKeys } from '../protocol/records/compaction/map-keys.ts'
import { type CompressedRecords, walkCompressed } from '../protocol/records/compressed-records.ts'
import { createChecksum } from './checksum.ts'
import { createCompression } from './compression.ts'

/** What may run on other threads, by name: functions of values that can be cloned, or shared. */
export function createOffloadFunctions(): Readonly<Record<string, (input: unknown) => unknown>> {
  const compression = createCompression()
  const tools = { ...compression, ...createChecksum() }
  return {
    walkCompressed: records => walkCompressed(records as CompressedRecords, compression),
    mapKeys: work => mapKeys(work as MapKeys, tools),
    filterBatches: work => filterBatches(work as FilterBatches, tools),
  }
}

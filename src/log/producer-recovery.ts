import { scanBatches } from './batch-scan.ts'
import { parseSegmentFileName, segmentFileName } from './file-names.ts'
import type { LogEnvironment } from './log-environment.ts'
import type { ProducerEntry } from './producer-entry.ts'
import { decodeProducerSnapshot } from './producer-snapshot.ts'
import type { ProducerStates } from './producer-state.ts'
import type { Segment } from './segment.ts'

export interface ProducerRecovery {
  readonly environment: LogEnvironment
  readonly directory: string
  /** All of the log's; at least one. */
  readonly segments: readonly Segment[]
  readonly logStartOffset: number
  /** State is wanted as of here. */
  readonly endOffset: number
}

/**
 * Producer state as of `endOffset`: the newest sound snapshot at or below it, and what the log says from there on
 * (`UnifiedLog.rebuildProducerState`). One from before the first segment tells of producers whose records are gone, and
 * what they did next with them. `states` must be empty.
 */
export async function recoverProducers(states: ProducerStates, recovery: ProducerRecovery): Promise<void> {
  const { environment, directory, segments, logStartOffset, endOffset } = recovery
  const offsets = (await snapshotOffsets(environment, directory)).filter(
    offset => offset <= endOffset && offset > logStartOffset && offset >= segments[0]!.baseOffset,
  )
  let fromOffset = logStartOffset
  for (const offset of offsets.toSorted((a, b) => b - a)) {
    const entries = await readSnapshot(environment, directory, offset)
    if (entries === undefined) {
      environment.logger.warn(`Producer snapshot ${offset} in ${directory} is damaged; the log is read instead`)
      continue
    }
    const nowMs = environment.clock.nowMs()
    for (const entry of entries) {
      const isExpired = nowMs - entry.lastTimestamp >= environment.producerIdExpirationMs()
      if (entry.currentTransactionStartOffset >= 0 || !isExpired) states.load(entry)
    }
    fromOffset = offset
    break
  }
  if (fromOffset >= endOffset) return
  for (const [index, segment] of segments.entries()) {
    const nextBase = segments[index + 1]?.baseOffset ?? Number.POSITIVE_INFINITY
    if (nextBase <= fromOffset || segment.baseOffset >= endOffset || segment.writtenBytes === 0) continue
    await environment.indexCache.load(segment)
    const from = segment.offsetIndex!.floorPosition(fromOffset)
    await environment.filePool.with(segment.file, file =>
      scanBatches(file, from, segment.writtenBytes, batch => {
        if (batch.baseOffset >= endOffset) return false
        if (batch.lastOffset >= fromOffset && batch.hasProducerId) states.apply(batch)
        return true
      }),
    )
  }
}

/** The producers in the `.snapshot` at `offset`, which is there; `undefined` where it is damaged. */
export async function readSnapshot(
  { disk, validation }: LogEnvironment,
  directory: string,
  offset: number,
): Promise<ProducerEntry[] | undefined> {
  const bytes = await disk.readFile(`${directory}/${segmentFileName(offset, '.snapshot')}`)
  return decodeProducerSnapshot(bytes, validation.checksum)
}

/** Of the `.snapshot` files in a partition's directory. */
export async function snapshotOffsets(environment: LogEnvironment, directory: string): Promise<number[]> {
  const entries = await environment.disk.list(directory)
  return entries
    .map(({ name }) => parseSegmentFileName(name))
    .filter(name => name?.suffix === '.snapshot')
    .map(name => name!.baseOffset)
}

import { batchesOf } from '../record-batch.ts'
import { KeyOffsetMap } from './key-offset-map.ts'
import { RecordCursor } from './record-cursor.ts'
import { type CompactionTools, plainRecords } from './tools.ts'

/** One piece of work: a stretch of a log whose keys go into the map. Can be sent to another thread. */
export interface MapKeys {
  readonly map: SharedArrayBuffer
  /** Whole batches. */
  readonly bytes: Uint8Array
  /** Per batch: 1 where its records are not looked at, since they are markers or of an aborted transaction. */
  readonly isSkipped: Uint8Array
  /** Records before it are clean. */
  readonly startOffset: number
  /** Keys the map may hold. */
  readonly keysMax: number
  readonly decompressedBytesMax: number
}

export interface MappedKeys {
  /** Up to and with this offset records were taken; -1 where none was. */
  readonly latestOffset: number
  /** The map was full before the end of the stretch. */
  readonly isFull: boolean
  /** The stretch, whose memory may be used again. */
  readonly input: Uint8Array
}

/** Notes the latest offset of each key (`Cleaner.buildOffsetMapForSegment`). */
export function mapKeys(work: MapKeys, tools: CompactionTools): MappedKeys {
  const map = new KeyOffsetMap(work.map)
  const { startOffset } = work
  let latestOffset = -1
  let index = 0
  for (const batch of batchesOf(work.bytes)) {
    const isSkipped = work.isSkipped[index++] === 1
    const { baseOffset, lastOffset } = batch
    if (!isSkipped) {
      const records = plainRecords(batch, work.decompressedBytesMax, tools)
      const cursor = new RecordCursor(records, 0, records.length)
      for (let record = batch.recordCount; record > 0; record--) {
        cursor.next()
        const offset = baseOffset + cursor.offsetDelta
        if (cursor.keyLength < 0 || offset < startOffset) continue
        if (map.count >= work.keysMax) return { latestOffset, isFull: true, input: work.bytes }
        map.put(records, cursor.keyStart, cursor.keyStart + cursor.keyLength, offset)
        latestOffset = offset
      }
    }
    if (lastOffset >= startOffset) latestOffset = lastOffset
  }
  return { latestOffset, isFull: false, input: work.bytes }
}

import type { Checksum } from '../ports.ts'
import { readInt16, readInt32, writeInt32 } from '../protocol/records/int64.ts'
import { ProducerSnapshot } from '../protocol/storage/producer-snapshot.ts'
import { ProducerEntry } from './producer-entry.ts'
import { batchFromSnapshot } from './producer-state.ts'

const version = 1
const crcPosition = 2
const entriesPosition = 6

/** The bytes of a `.snapshot` file: `version int16 | crc uint32 over what follows | entries`. */
export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>, checksum: Checksum): Uint8Array {
  const producerEntries = Array.from(entries, entry => {
    const { lastBatch } = entry
    return {
      producerId: entry.producerId,
      epoch: entry.producerEpoch,
      lastSequence: entry.lastSequence,
      lastOffset: lastBatch?.lastOffset ?? -1,
      offsetDelta: lastBatch === undefined ? 0 : lastBatch.lastOffset - lastBatch.baseOffset,
      timestamp: entry.lastTimestamp,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnFirstOffset: entry.currentTransactionStartOffset,
    }
  })
  const bytes = ProducerSnapshot.encodeVersioned({ crc: 0, producerEntries }, version)
  writeInt32(bytes, crcPosition, checksum.crc32c(bytes.subarray(entriesPosition)))
  return bytes
}

/** The producers in a `.snapshot` file; `undefined` where it is damaged, and the log must be scanned instead. */
export function decodeProducerSnapshot(bytes: Uint8Array, checksum: Checksum): ProducerEntry[] | undefined {
  if (bytes.length < entriesPosition || readInt16(bytes, 0) !== version) return undefined
  if (readInt32(bytes, crcPosition) >>> 0 !== checksum.crc32c(bytes.subarray(entriesPosition))) return undefined
  const { producerEntries } = ProducerSnapshot.decode(bytes.subarray(crcPosition), version)
  return producerEntries.map(stored => {
    const entry = new ProducerEntry(stored.producerId)
    if (stored.lastOffset >= 0) {
      entry.addBatch(
        stored.epoch,
        batchFromSnapshot(stored.lastSequence, stored.lastOffset, stored.offsetDelta, stored.timestamp),
      )
    }
    entry.producerEpoch = stored.epoch
    entry.lastTimestamp = stored.timestamp
    entry.coordinatorEpoch = stored.coordinatorEpoch
    entry.currentTransactionStartOffset = stored.currentTxnFirstOffset
    return entry
  })
}

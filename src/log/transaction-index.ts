import { readInt16, readInt64, writeInt64 } from '../protocol/records/int64.ts'
import type { CompletedTransaction } from './producer-state.ts'

const entryBytes = 34
const version = 0

/**
 * The `.txnindex` file of a segment: the aborted transactions whose marker lies in it (`AbortedTxn`).
 * `version int16 = 0 | producerId | firstOffset | lastOffset | lastStableOffset`, each int64.
 */
export function encodeTransactionIndex(aborted: readonly CompletedTransaction[]): Uint8Array {
  const bytes = new Uint8Array(aborted.length * entryBytes)
  for (const [index, transaction] of aborted.entries()) {
    const at = index * entryBytes
    writeInt64(bytes, at + 2, transaction.producerId)
    writeInt64(bytes, at + 10, transaction.firstOffset)
    writeInt64(bytes, at + 18, transaction.lastOffset)
    writeInt64(bytes, at + 26, transaction.lastStableOffset)
  }
  return bytes
}

/** `undefined` where the file is damaged and the segment must be scanned. */
export function decodeTransactionIndex(bytes: Uint8Array, baseOffset: number): CompletedTransaction[] | undefined {
  if (bytes.length % entryBytes !== 0) return undefined
  const aborted: CompletedTransaction[] = []
  for (let at = 0; at < bytes.length; at += entryBytes) {
    const lastOffset = readInt64(bytes, at + 18)
    if (readInt16(bytes, at) > version || lastOffset < baseOffset) return undefined
    aborted.push({
      producerId: readInt64(bytes, at + 2),
      firstOffset: readInt64(bytes, at + 10),
      lastOffset,
      isAborted: true,
      lastStableOffset: readInt64(bytes, at + 26),
    })
  }
  return aborted
}

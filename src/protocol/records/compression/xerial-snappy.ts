import { readInt32, writeInt32 } from '../int64.ts'
import { corrupt, tooLarge } from './compression-fault.ts'
import { compressSnappyBlock, decompressSnappyBlock, snappyBlockBytesMax, snappyBlockHeader } from './snappy-block.ts'

/**
 * The framing of snappy-java, which Kafka's clients write: `magic (8) | version int32 = 1 | compatible int32 = 1`,
 * then blocks, each `size int32 | raw snappy`. Some clients, librdkafka among them, send one raw block without it.
 */
const magic = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00] as const
const headerBytes = 16
/** Kafka's block size (`SnappyCompression`). */
const blockBytes = 32 * 1024

interface SnappyBlock {
  readonly from: number
  readonly to: number
  readonly decompressedBytes: number
}

/** What `bytes` hold, framed or not. */
export function decompressSnappy(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const blocks = snappyBlocks(bytes, bytesMax)
  const target = new Uint8Array(blocks.reduce((sum, { decompressedBytes }) => sum + decompressedBytes, 0))
  let position = 0
  for (const { from, to, decompressedBytes } of blocks) {
    decompressSnappyBlock(bytes, snappyBlockHeader(bytes, from, to), to, target, position)
    position += decompressedBytes
  }
  return target
}

/** Framed, in blocks of 32 KiB. */
export function compressSnappy(bytes: Uint8Array): Uint8Array {
  const blockCount = Math.ceil(bytes.length / blockBytes)
  const target = new Uint8Array(headerBytes + blockCount * (4 + snappyBlockBytesMax(blockBytes)))
  target.set(magic)
  writeInt32(target, 8, 1)
  writeInt32(target, 12, 1)
  let position = headerBytes
  for (let from = 0; from < bytes.length; from += blockBytes) {
    const end = compressSnappyBlock(bytes, from, Math.min(bytes.length, from + blockBytes), target, position + 4)
    writeInt32(target, position, end - position - 4)
    position = end
  }
  return target.subarray(0, position)
}

/** The raw blocks in `bytes`. Their lengths are checked against `bytesMax` before anything is allocated. */
function snappyBlocks(bytes: Uint8Array, bytesMax: number): SnappyBlock[] {
  const blocks: SnappyBlock[] = []
  let sum = 0
  const add = (from: number, to: number) => {
    const { decompressedBytes } = snappyBlockHeader(bytes, from, to)
    sum += decompressedBytes
    if (sum > bytesMax) throw tooLarge(bytesMax)
    // Three bytes make 64 at most.
    if (decompressedBytes > 64 * (to - from)) throw corrupt('A snappy block is longer than it can be')
    blocks.push({ from, to, decompressedBytes })
  }
  if (!hasMagic(bytes, 0)) {
    add(0, bytes.length)
    return blocks
  }
  let position = headerBytes
  while (position < bytes.length) {
    if (hasMagic(bytes, position)) {
      position += headerBytes
      continue
    }
    if (position + 4 > bytes.length) throw corrupt('A snappy block is cut short')
    const size = readInt32(bytes, position)
    position += 4
    if (size <= 0 || position + size > bytes.length) throw corrupt('A snappy block is cut short')
    add(position, position + size)
    position += size
  }
  return blocks
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return at + headerBytes <= bytes.length && magic.every((byte, index) => bytes[at + index] === byte)
}

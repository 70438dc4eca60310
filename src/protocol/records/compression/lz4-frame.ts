import { corrupt } from './compression-fault.ts'
import { compressLz4Block, lz4BlockBytesMax } from './lz4-block.ts'
import { compressLz4HighBlock } from './lz4-high-block.ts'
import { xxhash32 } from './xxhash32.ts'

/**
 * The LZ4 frame as Kafka writes and reads it (`Lz4BlockOutputStream`, `Lz4BlockInputStream`): independent blocks;
 * checksums of blocks where the frame has them, the content's is skipped. Numbers are little-endian.
 *
 * ```
 * magic 0x184D2204 | FLG | BD | content size (8, if flagged) | header checksum (1)
 * | { block size, highest bit: stored | block | block checksum (4, if flagged) } … | 0 | content checksum (4, if flagged)
 * ```
 */
const frameMagic = 0x184d2204
const flagIndependent = 0x20
const flagBlockChecksum = 0x10
const flagContentSize = 0x08
const versionMask = 0xc0
const version1 = 0x40
const storedBit = 0x8000_0000
const blockBytes = 64 * 1024
const blockDescriptor64KiB = 0x40

export interface Lz4Frame {
  readonly blocks: readonly Lz4FrameBlock[]
  /** Of one block, decompressed. */
  readonly blockBytesMax: number
}

export interface Lz4FrameBlock {
  readonly from: number
  readonly to: number
  readonly isStored: boolean
}

/** Stands for the fast compressor, as in Kafka, though in LZ4's own terms 9 is one of the high ones. */
const fastLevel = 9

/** A frame with blocks of 64 KiB, as Kafka's producer writes it. A block that does not shrink is stored. */
export function compressLz4Frame(bytes: Uint8Array, level = fastLevel): Uint8Array {
  const blockCount = Math.ceil(bytes.length / blockBytes)
  const target = new Uint8Array(7 + blockCount * (4 + lz4BlockBytesMax(blockBytes)) + 4)
  putUint32(target, 0, frameMagic)
  target[4] = version1 | flagIndependent
  target[5] = blockDescriptor64KiB
  target[6] = (xxhash32(target, 4, 6) >>> 8) & 0xff
  let position = 7
  for (let from = 0; from < bytes.length; from += blockBytes) {
    const to = Math.min(bytes.length, from + blockBytes)
    const end =
      level === fastLevel
        ? compressLz4Block(bytes, from, to, target, position + 4)
        : compressLz4HighBlock(bytes, from, to, target, position + 4, level)
    const size = end - position - 4
    if (size < to - from) {
      putUint32(target, position, size)
      position = end
    } else {
      putUint32(target, position, (to - from + storedBit) >>> 0)
      target.set(bytes.subarray(from, to), position + 4)
      position += 4 + to - from
    }
  }
  putUint32(target, position, 0)
  return target.subarray(0, position + 4)
}

/** Walks the frame at the beginning of `bytes`; checks all but the blocks' contents. */
export function parseLz4Frame(bytes: Uint8Array): Lz4Frame {
  if (bytes.length < 7 || uint32(bytes, 0) !== frameMagic) throw corrupt('Not an LZ4 frame')
  const flags = bytes[4]!
  const descriptor = bytes[5]!
  if ((flags & versionMask) !== version1) throw corrupt('An LZ4 frame of another version')
  if ((flags & flagIndependent) === 0) throw corrupt('Dependent LZ4 blocks are not supported')
  const sizeCode = (descriptor >>> 4) & 7
  if (sizeCode < 4 || (descriptor & 0x8f) !== 0 || (flags & 0x02) !== 0) throw corrupt('An LZ4 frame of unknown form')
  const blockBytesMax = 1 << (2 * sizeCode + 8)
  let position = 6 + ((flags & flagContentSize) === 0 ? 0 : 8)
  if (position >= bytes.length) throw corrupt('An LZ4 frame is cut short')
  if (bytes[position] !== ((xxhash32(bytes, 4, position) >>> 8) & 0xff)) throw corrupt('An LZ4 frame header is damaged')
  position++
  const blocks: Lz4FrameBlock[] = []
  while (true) {
    if (position + 4 > bytes.length) throw corrupt('An LZ4 frame is cut short')
    const field = uint32(bytes, position)
    position += 4
    if (field === 0) break
    const size = field & 0x7fff_ffff
    if (size > blockBytesMax || position + size > bytes.length) throw corrupt('An LZ4 block is cut short')
    blocks.push({ from: position, to: position + size, isStored: field >= storedBit })
    position += size
    if ((flags & flagBlockChecksum) === 0) continue
    if (position + 4 > bytes.length) throw corrupt('An LZ4 frame is cut short')
    if (uint32(bytes, position) !== xxhash32(bytes, position - size, position)) throw corrupt('An LZ4 block is damaged')
    position += 4
  }
  return { blocks, blockBytesMax }
}

/** A bound of the decompressed size, from the blocks' sizes alone. */
export function lz4FrameBytesMax({ blocks, blockBytesMax }: Lz4Frame): number {
  let sum = 0
  for (const { from, to, isStored } of blocks) sum += isStored ? to - from : Math.min(blockBytesMax, 255 * (to - from))
  return sum
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

import { corrupt } from './compression-fault.ts'

const hashBits = 14
const matchBytesMin = 4
const copyBytesMax = 64

/** Where the data of a raw snappy block begins, and what it becomes. */
export interface SnappyBlockHeader {
  readonly dataFrom: number
  readonly decompressedBytes: number
}

/** The block begins with its decompressed length, an unsigned varint. */
export function snappyBlockHeader(bytes: Uint8Array, from: number, to: number): SnappyBlockHeader {
  let length = 0
  for (let index = 0; index < 5; index++) {
    if (from + index >= to) break
    const byte = bytes[from + index]!
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { dataFrom: from + index + 1, decompressedBytes: length }
  }
  throw corrupt('A snappy block has no length')
}

/** Decompresses one raw block from `source[from, to)` into `target` at `at`; `header` has been read from it. */
export function decompressSnappyBlock(
  source: Uint8Array,
  header: SnappyBlockHeader,
  to: number,
  target: Uint8Array,
  at: number,
): void {
  let input = header.dataFrom
  let output = at
  const limit = at + header.decompressedBytes
  while (input < to) {
    const tag = source[input++]!
    const kind = tag & 3
    if (kind === 0) {
      let length = (tag >>> 2) + 1
      if (length > 60) {
        const lengthBytes = length - 60
        if (input + lengthBytes > to) throw corrupt('A snappy block is cut short')
        length = 0
        for (let index = 0; index < lengthBytes; index++) length += source[input++]! * 2 ** (8 * index)
        length++
      }
      if (input + length > to || output + length > limit) throw corrupt('A snappy literal runs beyond its block')
      if (length <= 16) {
        for (let count = length; count > 0; count--) target[output++] = source[input++]!
      } else {
        target.set(source.subarray(input, input + length), output)
        input += length
        output += length
      }
      continue
    }
    let length: number
    let distance: number
    if (kind === 1) {
      length = ((tag >>> 2) & 7) + 4
      distance = ((tag >>> 5) << 8) | source[input]!
      input += 1
    } else {
      length = (tag >>> 2) + 1
      distance = source[input]! | (source[input + 1]! << 8)
      if (kind === 3) distance += (source[input + 2]! | (source[input + 3]! << 8)) * 0x1_0000
      input += kind === 2 ? 2 : 4
    }
    let match = output - distance
    if (input > to || distance === 0 || match < at || output + length > limit) {
      throw corrupt('A snappy copy lies outside its block')
    }
    if (distance >= length && length > 16) {
      target.copyWithin(output, match, match + length)
      output += length
    } else {
      for (let count = length; count > 0; count--) target[output++] = target[match++]!
    }
  }
  if (output !== limit) throw corrupt('A snappy block is shorter than it says')
}

/** The most a block of `length` bytes may grow to. */
export function snappyBlockBytesMax(length: number): number {
  return 32 + length + Math.floor(length / 6)
}

/** Compresses `source[from, to)`, at most 64 KiB, into `target` at `at`; returns where the block ends. Greedy. */
export function compressSnappyBlock(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): number {
  let output = at
  let rest = to - from
  for (; rest >= 0x80; rest >>>= 7) target[output++] = (rest & 0x7f) | 0x80
  target[output++] = rest
  const table = new Int32Array(1 << hashBits).fill(-1)
  let anchor = from
  let position = from
  while (position + matchBytesMin <= to) {
    const sequence = wordAt(source, position)
    const hash = Math.imul(sequence, 0x1e35a7bd) >>> (32 - hashBits)
    const candidate = table[hash]!
    table[hash] = position
    if (candidate < 0 || wordAt(source, candidate) !== sequence) {
      position += 1 + ((position - anchor) >>> 5)
      continue
    }
    let length = matchBytesMin
    while (position + length < to && source[candidate + length] === source[position + length]) length++
    output = writeLiteral(source, anchor, position, target, output)
    output = writeCopies(target, output, position - candidate, length)
    position += length
    anchor = position
  }
  return writeLiteral(source, anchor, to, target, output)
}

function writeLiteral(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  const length = to - from
  if (length === 0) return at
  let output = at
  if (length <= 60) {
    target[output++] = (length - 1) << 2
  } else if (length <= 256) {
    target[output++] = 60 << 2
    target[output++] = length - 1
  } else {
    target[output++] = 61 << 2
    target[output++] = length - 1
    target[output++] = (length - 1) >>> 8
  }
  target.set(source.subarray(from, to), output)
  return output + length
}

function writeCopies(target: Uint8Array, at: number, distance: number, length: number): number {
  let output = at
  for (let rest = length; rest > 0; rest -= copyBytesMax) {
    target[output++] = ((Math.min(rest, copyBytesMax) - 1) << 2) | 2
    target[output++] = distance
    target[output++] = distance >>> 8
  }
  return output
}

function wordAt(bytes: Uint8Array, position: number): number {
  return bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24)
}

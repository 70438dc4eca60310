export const matchBytesMin = 4
/** The last match must begin this far before the end of a block, and its last 5 bytes be literals. */
export const matchLimitBytes = 12
export const lastLiteralBytes = 5
const hashBits = 14
const distanceMax = 0xffff

/** The most a block of `length` bytes may grow to. */
export function lz4BlockBytesMax(length: number): number {
  return length + Math.floor(length / 255) + 16
}

/** Compresses `source[from, to)`, at most 64 KiB, into `target` at `at`; returns where the block ends. Greedy. */
export function compressLz4Block(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  const table = new Int32Array(1 << hashBits).fill(-1)
  let output = at
  let anchor = from
  let position = from
  const matchLimit = to - matchLimitBytes
  while (position < matchLimit) {
    const sequence = wordAt(source, position)
    const hash = Math.imul(sequence, 0x9e3779b1) >>> (32 - hashBits)
    const candidate = table[hash]!
    table[hash] = position
    if (candidate < 0 || position - candidate > distanceMax || wordAt(source, candidate) !== sequence) {
      // The longer nothing repeats, the larger the steps.
      position += 1 + ((position - anchor) >>> 6)
      continue
    }
    let length = matchBytesMin
    while (position + length < to - lastLiteralBytes && source[candidate + length] === source[position + length])
      length++
    output = writeSequence(source, anchor, position, target, output, position - candidate, length)
    position += length
    anchor = position
  }
  return writeSequence(source, anchor, to, target, output, 0, 0)
}

/** Literals `source[anchor, end)`, then a match unless `distance` is 0. */
export function writeSequence(
  source: Uint8Array,
  anchor: number,
  end: number,
  target: Uint8Array,
  at: number,
  distance: number,
  matchLength: number,
): number {
  const literals = end - anchor
  const extra = matchLength - matchBytesMin
  let output = at
  target[output++] = (Math.min(literals, 15) << 4) | (distance === 0 ? 0 : Math.min(extra, 15))
  if (literals >= 15) output = writeLength(target, output, literals - 15)
  target.set(source.subarray(anchor, end), output)
  output += literals
  if (distance === 0) return output
  target[output++] = distance & 0xff
  target[output++] = distance >>> 8
  return extra >= 15 ? writeLength(target, output, extra - 15) : output
}

function writeLength(target: Uint8Array, at: number, length: number): number {
  let output = at
  let rest = length
  for (; rest >= 255; rest -= 255) target[output++] = 255
  target[output++] = rest
  return output
}

export function wordAt(bytes: Uint8Array, position: number): number {
  return bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24)
}

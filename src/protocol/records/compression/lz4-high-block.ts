import { lastLiteralBytes, matchBytesMin, matchLimitBytes, wordAt, writeSequence } from './lz4-block.ts'

const hashBits = 15
const attemptsMax = 1 << 16

/**
 * Compresses `source[from, to)`, at most 64 KiB, into `target` at `at` like LZ4's high compressor; returns where the
 * block ends. Every earlier place with the same hash is on a chain, the nearest first: up to 2^(level-1) of them are
 * compared, and a match is given up for a longer one that begins a byte later.
 */
export function compressLz4HighBlock(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
  level: number,
): number {
  const finder = new MatchFinder(source, from, to, Math.min(attemptsMax, 1 << (level - 1)))
  const matchLimit = to - matchLimitBytes
  let output = at
  let anchor = from
  let position = from
  while (position < matchLimit) {
    let length = finder.longestAt(position)
    if (length === 0) {
      position++
      continue
    }
    let distance = finder.distance
    while (position + 1 < matchLimit) {
      const later = finder.longestAt(position + 1)
      if (later <= length) break
      position++
      length = later
      distance = finder.distance
    }
    output = writeSequence(source, anchor, position, target, output, distance, length)
    position += length
    anchor = position
  }
  return writeSequence(source, anchor, to, target, output, 0, 0)
}

/** The places of a block by the hash of the four bytes there. Positions are asked for in order. */
class MatchFinder {
  readonly #source: Uint8Array
  readonly #from: number
  readonly #to: number
  readonly #attempts: number
  /** The latest place with a hash; -1 for none. */
  readonly #heads = new Int32Array(1 << hashBits).fill(-1)
  /** By place, counted from the block's beginning: the one before it with the same hash. */
  readonly #chain: Int32Array
  #inserted: number
  /** Of the last match that was found. */
  distance = 0

  constructor(source: Uint8Array, from: number, to: number, attempts: number) {
    this.#source = source
    this.#from = from
    this.#to = to
    this.#attempts = attempts
    this.#chain = new Int32Array(to - from)
    this.#inserted = from
  }

  /** The length of the longest match at `position`; 0 where there is none. */
  longestAt(position: number): number {
    const source = this.#source
    const sequence = wordAt(source, position)
    const end = this.#to - lastLiteralBytes
    this.#insertBefore(position)
    let longest = matchBytesMin - 1
    let candidate = this.#heads[hashOf(sequence)]!
    for (let attempt = 0; attempt < this.#attempts && candidate >= 0; attempt++) {
      // A longer match agrees where the longest so far ended.
      if (source[candidate + longest] === source[position + longest] && wordAt(source, candidate) === sequence) {
        let length = matchBytesMin
        while (position + length < end && source[candidate + length] === source[position + length]) length++
        if (length > longest) {
          longest = length
          this.distance = position - candidate
        }
      }
      candidate = this.#chain[candidate - this.#from]!
    }
    return longest < matchBytesMin ? 0 : longest
  }

  #insertBefore(position: number): void {
    for (; this.#inserted < position; this.#inserted++) {
      const hash = hashOf(wordAt(this.#source, this.#inserted))
      this.#chain[this.#inserted - this.#from] = this.#heads[hash]!
      this.#heads[hash] = this.#inserted
    }
  }
}

function hashOf(sequence: number): number {
  return Math.imul(sequence, 0x9e3779b1) >>> (32 - hashBits)
}

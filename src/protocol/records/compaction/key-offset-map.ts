import { Md5 } from './md5.ts'

/** Four words of digest, two of offset: as in Kafka, so that `log.cleaner.dedupe.buffer.size` holds as many keys. */
export const mapEntryBytes = 24
const wordsPerEntry = mapEntryBytes / 4
/** In front of the entries: how many there are, and how many slots for them. */
const headerWords = 2

/**
 * The latest offset of each key, by the key's digest (`SkimpyOffsetMap`): keys themselves are not kept, and two with
 * one digest pass for one. Open addressing in shared memory, so that each piece of work may run on another thread,
 * one at a time.
 *
 * ```
 * ├ count int32 ┼ slots int32 ┤ then per slot ├ digest 4 × int32 ┼ offset + 1, two uint32; 0 where the slot is free ┤
 * ```
 */
export class KeyOffsetMap {
  readonly #words: Int32Array
  readonly #slots: number
  readonly #md5 = new Md5()

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory)
    // Found once for all pieces of work.
    this.#words[1] ||= largestPrime(Math.floor((this.#words.length - headerWords) / wordsPerEntry))
    this.#slots = this.#words[1]!
  }

  /** Memory for a map in which `keys` keys fit, or for `bytesMax`, whichever is less. */
  static allocate(keys: number, loadFactor: number, bytesMax: number): SharedArrayBuffer {
    const slotsMin = 16
    const slots = Math.max(slotsMin, Math.ceil(keys / loadFactor) + slotsMin)
    // A table has a prime number of slots; the next prime below is near.
    const bytes = headerWords * 4 + mapEntryBytes * Math.ceil(slots * 1.01 + slotsMin)
    // `bytesMax` may be any number, such as a third of a buffer, and memory is whole words.
    const wordsMax = Math.floor(Math.max(bytesMax, mapEntryBytes * slotsMin) / 4)
    return new SharedArrayBuffer(Math.min(bytes, wordsMax * 4))
  }

  get slots(): number {
    return this.#slots
  }

  get count(): number {
    return this.#words[0]!
  }

  /** The latest offset put for the key; -1 where there is none. */
  get(bytes: Uint8Array, start: number, end: number): number {
    const word = this.#find(bytes, start, end)
    const words = this.#words
    return (words[word + 4]! >>> 0) * 0x1_0000_0000 + (words[word + 5]! >>> 0) - 1
  }

  /** The map must not be full. */
  put(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const word = this.#find(bytes, start, end)
    const words = this.#words
    if ((words[word + 4]! | words[word + 5]!) === 0) {
      words.set(this.#md5.words, word)
      words[0] = words[0]! + 1
    }
    const stored = offset + 1
    words[word + 4] = Math.floor(stored / 0x1_0000_0000)
    words[word + 5] = stored >>> 0
  }

  /** Where the key's entry is, or would be. */
  #find(bytes: Uint8Array, start: number, end: number): number {
    this.#md5.hash(bytes, start, end)
    const digest = this.#md5.words
    const words = this.#words
    const slots = this.#slots
    let slot = (digest[0]! >>> 0) % slots
    // The number of slots is prime: every step visits all of them.
    const step = 1 + ((digest[1]! >>> 0) % (slots - 1))
    while (true) {
      const word = headerWords + slot * wordsPerEntry
      if ((words[word + 4]! | words[word + 5]!) === 0) return word
      if (
        words[word] === digest[0] &&
        words[word + 1] === digest[1] &&
        words[word + 2] === digest[2] &&
        words[word + 3] === digest[3]
      ) {
        return word
      }
      slot += step
      if (slot >= slots) slot -= slots
    }
  }
}

function largestPrime(atMost: number): number {
  for (let candidate = atMost; ; candidate--) if (isPrime(candidate)) return candidate
}

function isPrime(number: number): boolean {
  if (number < 4) return number >= 2
  if (number % 2 === 0) return false
  for (let divisor = 3; divisor * divisor <= number; divisor += 2) if (number % divisor === 0) return false
  return true
}

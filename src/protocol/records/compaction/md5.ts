/** Rotations of the four rounds (RFC 1321, section 3.4). */
const rotations = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const
const sines = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32))

/**
 * MD5, which Kafka's cleaner tells keys apart by (`log.cleaner` has no key for another): here because Node's hash
 * objects cost more than the digest of a key, and millions of keys are digested.
 */
export class Md5 {
  /** The digest of the last `hash`, as four little-endian words. */
  readonly words = new Int32Array(4)
  readonly #block = new Int32Array(16)

  hash(bytes: Uint8Array, start: number, end: number): void {
    const { words } = this
    words[0] = 0x67452301
    words[1] = 0xefcdab89
    words[2] = 0x98badcfe
    words[3] = 0x10325476
    let position = start
    for (; position + 64 <= end; position += 64) {
      this.#load(bytes, position, position + 64)
      this.#mix()
    }
    this.#load(bytes, position, end)
    const left = end - position
    this.#block[left >> 2]! |= 0x80 << ((left & 3) << 3)
    if (left >= 56) {
      this.#mix()
      this.#block.fill(0)
    }
    const length = end - start
    this.#block[14] = length << 3
    this.#block[15] = length >>> 29
    this.#mix()
  }

  #load(bytes: Uint8Array, start: number, end: number): void {
    const block = this.#block
    block.fill(0)
    for (let at = start; at < end; at++) block[(at - start) >> 2]! |= bytes[at]! << (((at - start) & 3) << 3)
  }

  #mix(): void {
    const { words } = this
    const block = this.#block
    let a = words[0]!
    let b = words[1]!
    let c = words[2]!
    let d = words[3]!
    for (let step = 0; step < 64; step++) {
      let mixed: number
      let index: number
      if (step < 16) {
        mixed = (b & c) | (~b & d)
        index = step
      } else if (step < 32) {
        mixed = (d & b) | (~d & c)
        index = (5 * step + 1) & 15
      } else if (step < 48) {
        mixed = b ^ c ^ d
        index = (3 * step + 5) & 15
      } else {
        mixed = c ^ (b | ~d)
        index = (7 * step) & 15
      }
      const sum = (a + mixed + sines[step]! + block[index]!) | 0
      const rotation = rotations[((step >> 4) << 2) | (step & 3)]!
      a = d
      d = c
      c = b
      b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0
    }
    words[0] = words[0]! + a
    words[1] = words[1]! + b
    words[2] = words[2]! + c
    words[3] = words[3]! + d
  }
}

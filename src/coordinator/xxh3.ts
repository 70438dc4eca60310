/**
 * XXH3 with 64 bits, without a seed, as its specification has it (Yann Collet, xxHash 0.8). Kafka hashes with it what
 * a group's subscriptions mean (KIP-1101), and writes the hash into `__consumer_offsets`.
 */
export function xxh3(bytes: Uint8Array): bigint {
  const { length } = bytes
  const input = new DataView(bytes.buffer, bytes.byteOffset, length)
  if (length <= 3) return length === 0 ? hashOfNothing() : hash1To3(bytes)
  if (length <= 8) return hash4To8(input, length)
  if (length <= 16) return hash9To16(input, length)
  if (length <= 128) return hash17To128(input, length)
  if (length <= 240) return hash129To240(input, length)
  return hashLong(input, length)
}

const PRIME32_1 = 0x9e3779b1n
const PRIME32_2 = 0x85ebca77n
const PRIME32_3 = 0xc2b2ae3dn
const PRIME64_1 = 0x9e3779b185ebca87n
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn
const PRIME64_3 = 0x165667b19e3779f9n
const PRIME64_4 = 0x85ebca77c2b2ae63n
const PRIME64_5 = 0x27d4eb2f165667c5n
const PRIME_MX1 = 0x165667919e3779f9n
const PRIME_MX2 = 0x9fb21c651e98df25n

/** The default secret. */
const secretBytes = Uint8Array.from(
  Buffer.from(
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
      '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364' +
      'eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
    'hex',
  ),
)
const secret = new DataView(secretBytes.buffer)
const secretLength = 192

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value)
const multiply = (a: bigint, b: bigint): bigint => u64(a * b)
const secretAt = (offset: number): bigint => secret.getBigUint64(offset, true)
const rotateLeft = (value: bigint, bits: bigint): bigint => u64(value << bits) | (value >> (64n - bits))

function multiplyAndFold(a: bigint, b: bigint): bigint {
  const product = a * b
  return u64(product) ^ (product >> 64n)
}

function swapBytes(value: bigint): bigint {
  let swapped = 0n
  for (let shift = 0n; shift < 64n; shift += 8n) swapped = (swapped << 8n) | ((value >> shift) & 0xffn)
  return swapped
}

function avalanche(value: bigint): bigint {
  const mixed = multiply(value ^ (value >> 37n), PRIME_MX1)
  return mixed ^ (mixed >> 32n)
}

/** The finish of XXH64. */
function avalanche64(value: bigint): bigint {
  let mixed = multiply(value ^ (value >> 33n), PRIME64_2)
  mixed = multiply(mixed ^ (mixed >> 29n), PRIME64_3)
  return mixed ^ (mixed >> 32n)
}

function hashOfNothing(): bigint {
  return avalanche64(secretAt(56) ^ secretAt(64))
}

function hash1To3(bytes: Uint8Array): bigint {
  const { length } = bytes
  const first = BigInt(bytes[0]!)
  const middle = BigInt(bytes[length >> 1]!)
  const last = BigInt(bytes[length - 1]!)
  const combined = (first << 16n) | (middle << 24n) | last | (BigInt(length) << 8n)
  const keyed = BigInt(secret.getUint32(0, true)) ^ BigInt(secret.getUint32(4, true))
  return avalanche64(combined ^ keyed)
}

function hash4To8(input: DataView, length: number): bigint {
  const first = BigInt(input.getUint32(0, true))
  const last = BigInt(input.getUint32(length - 4, true))
  let mixed = (last + (first << 32n)) ^ (secretAt(8) ^ secretAt(16))
  mixed ^= rotateLeft(mixed, 49n) ^ rotateLeft(mixed, 24n)
  mixed = multiply(mixed, PRIME_MX2)
  mixed ^= (mixed >> 35n) + BigInt(length)
  mixed = multiply(u64(mixed), PRIME_MX2)
  return mixed ^ (mixed >> 28n)
}

function hash9To16(input: DataView, length: number): bigint {
  const low = input.getBigUint64(0, true) ^ (secretAt(24) ^ secretAt(32))
  const high = input.getBigUint64(length - 8, true) ^ (secretAt(40) ^ secretAt(48))
  return avalanche(u64(BigInt(length) + swapBytes(low) + high + multiplyAndFold(low, high)))
}

function mix16(input: DataView, offset: number, secretOffset: number): bigint {
  const low = input.getBigUint64(offset, true) ^ secretAt(secretOffset)
  const high = input.getBigUint64(offset + 8, true) ^ secretAt(secretOffset + 8)
  return multiplyAndFold(low, high)
}

function hash17To128(input: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    sum += mix16(input, 16 * pair, 32 * pair)
    sum += mix16(input, length - 16 * (pair + 1), 32 * pair + 16)
  }
  return avalanche(u64(sum))
}

function hash129To240(input: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1
  for (let index = 0; index < 8; index++) sum += mix16(input, 16 * index, 16 * index)
  sum = avalanche(u64(sum))
  const rounds = length >> 4
  for (let index = 8; index < rounds; index++) sum += mix16(input, 16 * index, 16 * (index - 8) + 3)
  sum += mix16(input, length - 16, 136 - 17)
  return avalanche(u64(sum))
}

const stripeLength = 64
const lanes = 8
const stripesPerBlock = (secretLength - stripeLength) / 8
const blockLength = stripeLength * stripesPerBlock

function hashLong(input: DataView, length: number): bigint {
  const sums = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1]
  const blocks = Math.floor((length - 1) / blockLength)
  for (let block = 0; block < blocks; block++) {
    accumulateStripes(sums, input, block * blockLength, stripesPerBlock)
    scramble(sums)
  }
  const stripes = Math.floor((length - 1 - blocks * blockLength) / stripeLength)
  accumulateStripes(sums, input, blocks * blockLength, stripes)
  accumulate(sums, input, length - stripeLength, secretLength - stripeLength - 7)
  let merged = BigInt(length) * PRIME64_1
  for (let pair = 0; pair < 4; pair++) {
    const secretOffset = 11 + 16 * pair
    merged += multiplyAndFold(
      sums[2 * pair]! ^ secretAt(secretOffset),
      sums[2 * pair + 1]! ^ secretAt(secretOffset + 8),
    )
  }
  return avalanche(u64(merged))
}

function accumulateStripes(sums: bigint[], input: DataView, offset: number, count: number): void {
  for (let stripe = 0; stripe < count; stripe++) accumulate(sums, input, offset + stripe * stripeLength, stripe * 8)
}

function accumulate(sums: bigint[], input: DataView, offset: number, secretOffset: number): void {
  for (let lane = 0; lane < lanes; lane++) {
    const value = input.getBigUint64(offset + 8 * lane, true)
    const keyed = value ^ secretAt(secretOffset + 8 * lane)
    sums[lane ^ 1] = u64(sums[lane ^ 1]! + value)
    sums[lane] = u64(sums[lane]! + (keyed & 0xffffffffn) * (keyed >> 32n))
  }
}

function scramble(sums: bigint[]): void {
  for (let lane = 0; lane < lanes; lane++) {
    const sum = sums[lane]!
    sums[lane] = multiply(sum ^ (sum >> 47n) ^ secretAt(secretLength - stripeLength + 8 * lane), PRIME32_1)
  }
}

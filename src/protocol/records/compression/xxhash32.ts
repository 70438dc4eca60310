const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1

/** xxHash-32 with seed 0: the checksum of LZ4 frames. */
export function xxhash32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let position = from
  let hash: number
  if (to - from >= 16) {
    let lane1 = (prime1 + prime2) | 0
    let lane2 = prime2
    let lane3 = 0
    let lane4 = -prime1 | 0
    while (position + 16 <= to) {
      lane1 = round(lane1, word(bytes, position))
      lane2 = round(lane2, word(bytes, position + 4))
      lane3 = round(lane3, word(bytes, position + 8))
      lane4 = round(lane4, word(bytes, position + 12))
      position += 16
    }
    hash = rotate(lane1, 1) + rotate(lane2, 7) + rotate(lane3, 12) + rotate(lane4, 18)
  } else {
    hash = prime5
  }
  hash = (hash + (to - from)) | 0
  for (; position + 4 <= to; position += 4) {
    hash = Math.imul(rotate(hash + Math.imul(word(bytes, position), prime3), 17), prime4)
  }
  for (; position < to; position++) {
    hash = Math.imul(rotate(hash + Math.imul(bytes[position]!, prime5), 11), prime1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2)
  hash = Math.imul(hash ^ (hash >>> 13), prime3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function round(lane: number, input: number): number {
  return Math.imul(rotate(lane + Math.imul(input, prime2), 13), prime1)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function word(bytes: Uint8Array, position: number): number {
  return bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24)
}

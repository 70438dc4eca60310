/**
 * Big-endian int64 as a `number`, from two 32-bit halves: offsets, timestamps and producer ids on hot paths.
 *
 * Beyond ±2^53 the value is the nearest double. That is enough to compare; what is stored or echoed stays in the
 * bytes it came in.
 */
export function readInt64(bytes: Uint8Array, position: number): number {
  const high =
    (bytes[position]! << 24) | (bytes[position + 1]! << 16) | (bytes[position + 2]! << 8) | bytes[position + 3]!
  const low =
    ((bytes[position + 4]! << 24) |
      (bytes[position + 5]! << 16) |
      (bytes[position + 6]! << 8) |
      bytes[position + 7]!) >>>
    0
  return high * 0x1_0000_0000 + low
}

/** Writes a safe integer. */
export function writeInt64(bytes: Uint8Array, position: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000)
  writeInt32(bytes, position, high)
  writeInt32(bytes, position + 4, value - high * 0x1_0000_0000)
}

export function readInt32(bytes: Uint8Array, position: number): number {
  return (bytes[position]! << 24) | (bytes[position + 1]! << 16) | (bytes[position + 2]! << 8) | bytes[position + 3]!
}

/** The low 32 bits of `value`. */
export function writeInt32(bytes: Uint8Array, position: number, value: number): void {
  bytes[position] = value >>> 24
  bytes[position + 1] = value >>> 16
  bytes[position + 2] = value >>> 8
  bytes[position + 3] = value
}

export function readInt16(bytes: Uint8Array, position: number): number {
  return ((bytes[position]! << 24) | (bytes[position + 1]! << 16)) >> 16
}

export function writeInt16(bytes: Uint8Array, position: number, value: number): void {
  bytes[position] = value >>> 8
  bytes[position + 1] = value
}

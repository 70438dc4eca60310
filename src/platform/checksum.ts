import { createRequire } from 'node:module'
import type { Checksum } from '../ports.ts'

type Crc32c = (bytes: Uint8Array) => number

/**
 * Below this many bytes the call into native code costs more than the portable loop: 92 against 98 ns at 200 bytes,
 * 109 against 99 ns at 256, 27 against 8.5 µs at 64 KiB.
 */
const nativeBytesMin = 240

/** CRC-32C by `@node-rs/crc32` where that installs, else (`null`) and for short inputs by `crc-32`. */
export function createChecksum(native: Crc32c | null = loadNative()): Checksum {
  const require = createRequire(import.meta.url)
  const portable = require('crc-32/crc32c') as { buf(bytes: Uint8Array): number }
  return {
    crc32c:
      native === null
        ? bytes => portable.buf(bytes) >>> 0
        : bytes => (bytes.length < nativeBytesMin ? portable.buf(bytes) >>> 0 : native(bytes)),
  }
}

function loadNative(): Crc32c | null {
  try {
    const require = createRequire(import.meta.url)
    return (require('@node-rs/crc32') as { crc32c: Crc32c }).crc32c
  } catch {
    return null
  }
}

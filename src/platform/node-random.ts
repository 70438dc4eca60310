import { randomBytes } from 'node:crypto'
import type { Random } from '../ports.ts'

/** The operating system's random numbers. */
export class NodeRandom implements Random {
  uint32(): number {
    return randomBytes(4).readUInt32BE()
  }

  bytes(length: number): Uint8Array {
    // A copy of its own: small results of randomBytes share a pool.
    return new Uint8Array(randomBytes(length))
  }
}

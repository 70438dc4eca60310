import type { Random } from '../ports.ts'

/** The operating system's random numbers. */
export class NodeRandom implements Random {
  // Loading `node:crypto` takes a tenth of the time of a short command, and most draw nothing.
  readonly #crypto = () => process.getBuiltinModule('node:crypto')

  uint32(): number {
    return this.#crypto().randomBytes(4).readUInt32BE()
  }

  bytes(length: number): Uint8Array {
    // A copy of its own: small results of randomBytes share a pool.
    return new Uint8Array(this.#crypto().randomBytes(length))
  }
}

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import type { ScramKeys } from '../controller/scram-credentials.ts'

/** Kafka's `ScramMechanism`: what it is on the wire and in records, and what it is made of. */
export interface ScramMechanism {
  readonly type: number
  readonly name: string
  readonly digest: 'sha256' | 'sha512'
  readonly digestBytes: number
}

export const scramMechanisms: readonly ScramMechanism[] = [
  { type: 1, name: 'SCRAM-SHA-256', digest: 'sha256', digestBytes: 32 },
  { type: 2, name: 'SCRAM-SHA-512', digest: 'sha512', digestBytes: 64 },
]

/** RFC 5802's `Hi`, which is PBKDF2 of one block. Costs tens of milliseconds at the most iterations. */
export function saltedPassword(
  { digest, digestBytes }: ScramMechanism,
  password: string,
  salt: Uint8Array,
  iterations: number,
): Uint8Array {
  return pbkdf2Sync(password, salt, iterations, digestBytes, digest)
}

export function scramKeys({ digest }: ScramMechanism, salted: Uint8Array): ScramKeys {
  const hmac = (text: string) => createHmac(digest, salted).update(text).digest()
  return { storedKey: createHash(digest).update(hmac('Client Key')).digest(), serverKey: hmac('Server Key') }
}

/** 130 random bits in base 36, as text: what Kafka's `ScramFormatter` takes for a salt. */
export function randomSalt(randomBytes: (length: number) => Uint8Array): Uint8Array {
  const bits = BigInt(`0x${Buffer.from(randomBytes(17)).toString('hex')}`) & ((1n << 130n) - 1n)
  return new TextEncoder().encode(bits.toString(36))
}

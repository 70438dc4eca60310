declare const uuidBrand: unique symbol

/** A topic id, directory id and so on, in the form of Kafka's `Uuid.toString`: 16 bytes as 22 characters of base64url. */
export type Uuid = string & { readonly [uuidBrand]: true }

/** Absent: what an unset uuid field holds. As a directory id it is `MIGRATING` (KIP-858). */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA' as Uuid

/** Two meanings share these bits: the topic id of `__cluster_metadata`, and the directory id `UNASSIGNED` (KIP-858). */
export const ONE_UUID = 'AAAAAAAAAAAAAAAAAAAAAQ' as Uuid

export const METADATA_TOPIC_ID: Uuid = ONE_UUID

/** The directory ids that name a state instead of a directory (KIP-858, `DirectoryId`). */
export const DirectoryId = {
  /** The replica was placed by a cluster that was still migrating to directory ids. */
  MIGRATING: ZERO_UUID,
  /** The broker has yet to choose a directory. */
  UNASSIGNED: ONE_UUID,
  /** The directory that held the replica is offline or gone. */
  LOST: 'AAAAAAAAAAAAAAAAAAAAAg' as Uuid,
} as const

// The last character carries 2 bits of the 16 bytes, so only four of the alphabet are canonical there.
const CANONICAL = /^[A-Za-z0-9_-]{21}[AQgw]$/

export function isUuid(text: string): text is Uuid {
  return CANONICAL.test(text)
}

/** Throws on anything but the canonical form; for text from files and configuration use `isUuid` first. */
export function toUuid(text: string): Uuid {
  if (!isUuid(text)) throw new TypeError(`not a uuid in Kafka's form: ${JSON.stringify(text)}`)
  return text
}

/** `bytes` must be 16 long. */
export function uuidFromBytes(bytes: Uint8Array): Uuid {
  if (bytes.length !== 16) throw new TypeError(`a uuid has 16 bytes, not ${bytes.length}`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('base64url') as Uuid
}

export function uuidToBytes(uuid: Uuid): Uint8Array {
  return Buffer.from(uuid, 'base64url')
}

/** Kafka reserves the first hundred (`Uuid.RESERVED`, `DirectoryId.reserved`): high 64 bits zero, low ones below 100. */
export function isReservedUuid(uuid: Uuid): boolean {
  const bytes = uuidToBytes(uuid)
  for (let i = 0; i < 15; i++) if (bytes[i] !== 0) return false
  return (bytes[15] ?? 0) < 100
}

/**
 * A new id from 16 random bytes: RFC 4122 version 4, and as `Uuid.randomUuid` does, drawn again where it is reserved
 * or would begin with a dash, which command lines mistake for an option.
 */
export function randomUuid(randomBytes: (length: number) => Uint8Array): Uuid {
  for (;;) {
    const bytes = Uint8Array.from(randomBytes(16))
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const uuid = uuidFromBytes(bytes)
    if (!uuid.startsWith('-') && !isReservedUuid(uuid)) return uuid
  }
}

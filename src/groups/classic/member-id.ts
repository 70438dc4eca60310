import type { Random } from '../../ports.ts'

/** A new member's id: who it is, and a random UUID (version 4) in Java's text form. */
export function newMemberId(clientId: string, groupInstanceId: string | null, random: Random): string {
  return `${groupInstanceId ?? clientId}-${randomUuid(random)}`
}

function randomUuid(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

import type { Random } from '../ports.ts'

/** 32 digits, as Kafka makes them of a random UUID for directories set aside. */
export function randomHex(random: Random): string {
  return Array.from(random.bytes(16), byte => byte.toString(16).padStart(2, '0')).join('')
}

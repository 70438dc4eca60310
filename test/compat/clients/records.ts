import type { ConsumedRecord, WireRecord } from './commands.ts'

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

/** The header every record of the suite carries, so that it is recognised wherever it comes out. */
const serialHeader = 'n'

/**
 * Records of every shape: with and without key, tombstones, empty values, binary ones, headers with empty and with binary values and
 * with names beyond ASCII. Values repeat themselves, so that every codec finds something to compress.
 */
export function variedRecords(count: number): WireRecord[] {
  return Array.from({ length: count }, (_, serial) => ({
    // A tombstone needs a key to tell what it ends; some clients insist.
    key: serial % 5 === 4 && serial % 7 !== 6 ? null : base64(`key-${serial % 50}`),
    value: variedValue(serial),
    headers: [
      [serialHeader, base64(String(serial))],
      ...(serial % 3 === 0 ? ([['empty', '']] as const) : []),
      ...(serial % 4 === 0 ? ([['größe', base64(Uint8Array.of(0, 255, serial & 255))]] as const) : []),
    ],
  }))
}

function variedValue(serial: number): string | null {
  if (serial % 7 === 6) return null
  if (serial % 11 === 10) return ''
  if (serial % 13 === 12) return base64(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  return base64(`value ${serial} `.repeat(20))
}

/** Records for one partition, in which only order and place matter. */
export function plainRecords(count: number, partition: number, from = 0): WireRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    partition,
    key: null,
    value: base64(`plain ${from + index}`),
    headers: [[serialHeader, base64(String(from + index))]],
  }))
}

/** The same records with keys that lead the Java client's partitioner to the partitions they name. */
export function ledByKeys(records: readonly WireRecord[], partitions: number): WireRecord[] {
  return records.map(({ partition, ...record }) => {
    if (partition === undefined || partitions === 1) return record
    for (let attempt = 0; ; attempt += 1) {
      const key = Buffer.from(`towards-${attempt}`)
      if (javaPartition(key, partitions) === partition) return { ...record, key: key.toString('base64') }
    }
  })
}

/** Which of the produced records this is. */
export function serialOf(record: ConsumedRecord): number {
  const header = record.headers.find(([name]) => name === serialHeader)
  return header === undefined ? -1 : Number(Buffer.from(header[1], 'base64').toString())
}

/** A record without its place. Some clients keep headers in a map, so their order is not compared. */
export function contentOf(record: WireRecord): unknown {
  const headers = [...record.headers].map(([name, value]) => `${name}=${value}`).sort()
  return { key: record.key, value: record.value, headers }
}

/** Where the Java client puts a key: `toPositive(murmur2(key)) % partitions`. */
export function javaPartition(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

/** Austin Appleby's MurmurHash2 with the seed of Kafka's `Utils.murmur2`. */
function murmur2(bytes: Uint8Array): number {
  const multiplier = 0x5bd1e995
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let hash = 0x9747b28c ^ bytes.length
  const whole = bytes.length & ~3
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  for (let at = bytes.length - 1; at >= whole; at -= 1) {
    hash ^= bytes[at]! << (8 * (at - whole))
    if (at === whole) hash = Math.imul(hash, multiplier)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

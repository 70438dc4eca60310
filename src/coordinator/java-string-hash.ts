/** `String.hashCode` of Java: over UTF-16 units, in wrapping 32-bit arithmetic. */
export function javaStringHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0
  return hash
}

/** The partition of an internal topic that holds `key` (Kafka's `Utils.abs(key.hashCode()) % partitions`). */
export function internalPartitionOf(key: string, partitionCount: number): number {
  const hash = javaStringHash(key)
  // Integer.MIN_VALUE has no positive counterpart; Kafka's `Utils.abs` makes it 0.
  const positive = hash === -0x80000000 ? 0 : Math.abs(hash)
  return positive % partitionCount
}

/** The order in which a `java.util.HashMap` yields these keys: it decides ties that Kafka leaves to it. */
export function javaHashMapOrder(keys: readonly string[]): string[] {
  let tableSize = 16
  while (keys.length > tableSize * 0.75) tableSize *= 2
  const bucketOf = (key: string): number => {
    const hash = javaStringHash(key)
    return (hash ^ (hash >>> 16)) & (tableSize - 1)
  }
  return [...keys].sort((a, b) => bucketOf(a) - bucketOf(b))
}

/** A new `TimelineHashMap` has so many slots; whenever one is added to, `slotsForOneMore` says how many from then on. */
export const fewestSlots = 2

export function slotsForOneMore(slotCount: number, size: number): number {
  return (size + 1) * 0.75 > slotCount ? slotCount * 2 : slotCount
}

const fibonacciHashing = -7046029254386353131n

/**
 * The order in which Kafka's `TimelineHashMap` with so many slots yields these keys, which are given in the order in
 * which they were put.
 */
export function timelineHashMapOrder(keys: readonly string[], slotCount: number): string[] {
  const shift = BigInt(33 + Math.clz32(slotCount))
  const slots = new Map<string, number>()
  for (const key of keys) {
    slots.set(key, Number(BigInt.asUintN(64, BigInt(javaStringHash(key)) * fibonacciHashing) >> shift))
  }
  return [...keys].sort((a, b) => slots.get(a)! - slots.get(b)!)
}

import { type Uuid, uuidToBytes } from '../../protocol/uuid.ts'

// Where Kafka's assignors walk a `HashMap` or `HashSet`, its order decides who gets a partition and who gives one up.
// So that the same group is assigned the same partitions by either broker, that order is followed here.

/** How many entries of one bucket make a table of less than `treeCapacityMin` grow (`HashMap.TREEIFY_THRESHOLD`). */
const bucketSizeMax = 8
const treeCapacityMin = 64

export const defaultCapacity = 16

/** The table of `new HashSet(collection)`. */
export function capacityOfCopiedSet(size: number): number {
  return Math.max(Math.trunc(size / 0.75) + 1, defaultCapacity)
}

/**
 * The order in which a `HashMap` made with this capacity yields keys that were put in this order: by bucket, and
 * within one as they came. (A bucket that Java has turned into a tree, of nine or more, may begin with another.)
 */
export function hashOrder<Key>(
  keys: readonly Key[],
  hashOf: (key: Key) => number,
  capacity = defaultCapacity,
): readonly Key[] {
  if (keys.length < 2) return keys
  const hashes = keys.map(key => spread(hashOf(key)))
  let buckets = emptyBuckets(tableSizeFor(capacity))
  const insert = (index: number): number => {
    const bucket = buckets[hashes[index]! & (buckets.length - 1)]!
    return bucket.push(index)
  }
  const grow = (): void => {
    const entries = buckets.flat()
    buckets = emptyBuckets(buckets.length * 2)
    for (const index of entries) insert(index)
  }
  for (let index = 0; index < keys.length; index++) {
    if (insert(index) > bucketSizeMax && buckets.length < treeCapacityMin) grow()
    if (index + 1 > buckets.length * 0.75) grow()
  }
  return buckets.flat().map(index => keys[index]!)
}

/** The order in which a `HashSet<Integer>` yields partitions. */
export function partitionOrder(partitions: readonly number[], capacity: number): readonly number[] {
  // Small numbers are their own buckets.
  let previous = -1
  for (const partition of partitions) {
    if (partition <= previous || partition >= capacity) return hashOrder(partitions, hashOfInteger, capacity)
    previous = partition
  }
  return partitions
}

/** `Uuid.hashCode`. */
export function hashOfUuid(uuid: Uuid): number {
  const words = wordsOf(uuid)
  return words.getInt32(0) ^ words.getInt32(4) ^ words.getInt32(8) ^ words.getInt32(12)
}

/** `Uuid.compareTo`: as two signed 64-bit numbers. */
export function compareUuids(one: Uuid, other: Uuid): number {
  const [left, right] = [wordsOf(one), wordsOf(other)]
  return (
    left.getInt32(0) - right.getInt32(0) ||
    left.getUint32(4) - right.getUint32(4) ||
    left.getInt32(8) - right.getInt32(8) ||
    left.getUint32(12) - right.getUint32(12)
  )
}

function wordsOf(uuid: Uuid): DataView {
  const bytes = uuidToBytes(uuid)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function hashOfInteger(value: number): number {
  return value
}

/** `HashMap.hash`. */
function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}

/** `HashMap.tableSizeFor`: tables have a power of two of buckets. */
export function tableSizeFor(capacity: number): number {
  let size = 1
  while (size < capacity) size *= 2
  return size
}

function emptyBuckets(count: number): number[][] {
  return Array.from({ length: count }, () => [])
}

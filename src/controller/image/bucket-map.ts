/** A power of two. At 10,000 entries a bucket holds about forty, so an update copies that many and one array of this length. */
const bucketCount = 256

type Bucket<Value> = ReadonlyMap<string, Value>

/**
 * An immutable map from strings whose update copies only the buckets it touches: an image of 10,000 topics changes one
 * of them without copying the others. Iteration order depends on the keys alone, not on the history of updates.
 */
export class BucketMap<Value> {
  readonly size: number
  readonly #buckets: readonly (Bucket<Value> | undefined)[]

  private constructor(buckets: readonly (Bucket<Value> | undefined)[], size: number) {
    this.#buckets = buckets
    this.size = size
  }

  static empty<Value>(): BucketMap<Value> {
    return new BucketMap<Value>(new Array<Bucket<Value> | undefined>(bucketCount).fill(undefined), 0)
  }

  get(key: string): Value | undefined {
    return this.#buckets[bucketOf(key)]?.get(key)
  }

  has(key: string): boolean {
    return this.#buckets[bucketOf(key)]?.has(key) ?? false
  }

  /** All of `changes` at once; an undefined value removes its key. */
  with(changes: ReadonlyMap<string, Value | undefined>): BucketMap<Value> {
    if (changes.size === 0) return this
    const buckets = this.#buckets.slice()
    const copied = new Map<number, Map<string, Value>>()
    let size = this.size
    for (const [key, value] of changes) {
      const index = bucketOf(key)
      let bucket = copied.get(index)
      if (bucket === undefined) {
        bucket = new Map(buckets[index])
        copied.set(index, bucket)
      }
      size -= bucket.size
      if (value === undefined) bucket.delete(key)
      else bucket.set(key, value)
      size += bucket.size
    }
    for (const [index, bucket] of copied) buckets[index] = bucket.size === 0 ? undefined : sortedByKey(bucket)
    return new BucketMap(buckets, size)
  }

  *values(): IterableIterator<Value> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket.values()
  }

  *entries(): IterableIterator<readonly [string, Value]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket.entries()
  }
}

/** Java's `String.hashCode`, folded so that names that differ in their last characters spread. */
function bucketOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(31, hash) + key.charCodeAt(i)) | 0
  hash ^= hash >>> 16
  hash ^= hash >>> 8
  return hash & (bucketCount - 1)
}

function sortedByKey<Value>(bucket: Map<string, Value>): Bucket<Value> {
  return new Map([...bucket].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/**
 * The order in which a Java `HashMap` (or `HashSet`) with these keys, put in this order, is iterated: by bucket, and
 * within a bucket as they came. Kafka answers DescribeConfigs in it, and lists keys in error messages in it.
 */
export function hashMapOrder(keys: Iterable<string>, initialCapacity = 16): string[] {
  const all = [...new Set(keys)]
  let capacity = 16
  while (capacity < initialCapacity) capacity *= 2
  while (all.length > capacity * 0.75) capacity *= 2
  // A sort is stable, so that keys of one bucket stay in the order they were put in.
  return all
    .map(key => ({ key, bucket: spread(hashCode(key)) & (capacity - 1) }))
    .sort((one, other) => one.bucket - other.bucket)
    .map(({ key }) => key)
}

/** `String.hashCode`. */
function hashCode(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return hash
}

/** `HashMap.hash`. */
function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}

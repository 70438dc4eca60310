/** The items that stand more than once. */
export function duplicatesOf<Item>(items: Iterable<Item>): Set<Item> {
  const seen = new Set<Item>()
  const duplicates = new Set<Item>()
  for (const item of items) {
    if (seen.has(item)) duplicates.add(item)
    else seen.add(item)
  }
  return duplicates
}

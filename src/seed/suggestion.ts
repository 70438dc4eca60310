/** Of `names` the one that was probably meant. */
export function suggestion(given: string, names: readonly string[]): string | undefined {
  const plain = bare(given)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const distance = distanceOf(plain, bare(name))
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.name : undefined
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, '')
}

/** Shorter than that, a beginning in common says nothing. */
const beginningLengthMin = 4

/** `replicas` is no other word than `replicationFactor`: they begin alike. */
function distanceOf(given: string, name: string): number {
  let common = 0
  while (common < given.length && given[common] === name[common]) common++
  const beginsAlike = common >= beginningLengthMin && common >= given.length - 2
  return beginsAlike && given !== name ? 0.5 : editDistance(given, name)
}

/** Damerau's and Levenshtein's: two letters that have changed places are one mistake. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swap = isSwap ? before[column - 2]! + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(substitution, swap, above[column]! + 1, current[column - 1]! + 1))
    }
    before = above
    above = current
  }
  return above[b.length]!
}

/** Of `names` the one that was probably meant. */
export function suggestion(given: string, names: readonly string[]): string | undefined {
  const plain = bare(given)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const other = bare(name)
    const isPart = plain.length >= 3 && (other.startsWith(plain) || plain.startsWith(other) || other.endsWith(plain))
    const distance = isPart ? 0.5 : editDistance(plain, other)
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.name : undefined
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, '')
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1))
    }
    previous = current
  }
  return previous[b.length]!
}

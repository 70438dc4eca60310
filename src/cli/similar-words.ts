/** Beyond this nothing is similar; the number is git's. */
const distanceMax = 7
/** What it costs to get from what was typed to what may have been meant; git's numbers too. */
const cost = { swap: 0, substitution: 2, deletion: 3, addition: 1 } as const

/** Those of the known words that are closest to what was typed, dashes in front of them aside; none where none is close. */
export function similarWords(typed: string, known: readonly string[]): string[] {
  const distances = known.map(word => {
    const body = word.replace(/^-+/, '')
    return { word, distance: body.startsWith(typed) ? 0 : distance(typed, body) }
  })
  const least = Math.min(...distances.map(one => one.distance))
  if (least >= distanceMax) return []
  return distances.flatMap(one => (one.distance === least ? [one.word] : [])).sort()
}

/** Damerau-Levenshtein, in which what is typed too little weighs less than what is typed too much. */
function distance(typed: string, word: string): number {
  let before: number[] = []
  let above = Array.from({ length: word.length + 1 }, (_, index) => index)
  for (let row = 1; row <= typed.length; row++) {
    const current = [row]
    for (let column = 1; column <= word.length; column++) {
      const isSame = typed[row - 1] === word[column - 1]
      const isSwap = !isSame && typed[row - 2] === word[column - 1] && typed[row - 1] === word[column - 2]
      current[column] = Math.min(
        above[column - 1]! + (isSame ? 0 : cost.substitution),
        row >= 2 && column >= 2 && isSwap ? before[column - 2]! + cost.swap : Number.POSITIVE_INFINITY,
        above[column]! + cost.deletion,
        current[column - 1]! + cost.addition,
      )
    }
    before = above
    above = current
  }
  return above[word.length]!
}

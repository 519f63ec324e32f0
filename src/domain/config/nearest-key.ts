/** The candidate that was most likely meant, or null when none is close enough to be worth suggesting. */
export function nearestKey(written: string, candidates: readonly string[]): string | null {
  const most = Math.max(1, Math.floor(written.length / 3))
  let nearest: string | null = null
  let fewest = most + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= fewest) continue
    const edits = editDistance(written.toLowerCase(), candidate.toLowerCase())
    if (edits < fewest) {
      nearest = candidate
      fewest = edits
    }
  }
  return nearest
}

/** How many characters must be added, dropped, replaced or swapped with their neighbour to get from one to the other. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      let fewest = Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1)
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) fewest = Math.min(fewest, beforePrevious[column - 2]! + 1)
      current.push(fewest)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[to.length]!
}

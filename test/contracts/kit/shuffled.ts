import { SeededRandom } from '../transport/seeded-random.js'

/** The same elements in an order that the seed decides, on every machine alike. */
export function shuffled<T>(elements: readonly T[], seed: number): T[] {
  const random = new SeededRandom(seed)
  const result = [...elements]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last)
    const moved = result[last]!
    result[last] = result[other]!
    result[other] = moved
  }
  return result
}

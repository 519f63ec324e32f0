const exact = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** `1,234`, and `56.7K` where nobody reads the digits. */
export function countWords(count: number): string {
  return Math.abs(count) < 10_000 ? exact.format(count) : short.format(count)
}

const UNITS = ['', 'K', 'M', 'B', 'T'] as const

/** `1,234`, and `56.7K` where nobody reads the digits. By hand, because the browser's own words are slow to begin with. */
export function countWords(count: number): string {
  if (Math.abs(count) < 10_000) return String(count).replace(/\B(?=\d{3}$)/, ',')
  const digits = Math.floor(Math.log10(Math.abs(Number(count.toPrecision(3)))))
  const step = Math.min(UNITS.length - 1, Math.floor(digits / 3))
  return `${Number((count / 1000 ** step).toPrecision(3))}${UNITS[step]}`
}

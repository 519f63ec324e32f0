/** US dollars, as providers bill; small sums keep their digits: `$0.0042`. */
export function moneyWords(dollars: number): string {
  if (dollars === 0) return '$0'
  if (dollars < 0.0001) return '< $0.0001'
  return `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`
}

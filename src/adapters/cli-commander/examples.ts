/** What stands at the end of every help. */
export function examples(first: string, second: string): string {
  return `\nExamples:\n  ${first}\n  ${second}`
}

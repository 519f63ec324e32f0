/** The beginning of a message as a title: without the marks of Markdown that only a whole text makes sense of. */
export function withoutMarks(text: string): string {
  return text.replace(/^(?:#{1,6}|>|[-*+])\s+/, '').replace(/\*\*|`+/g, '')
}

/** What of a message may be a command: without the mention in front of it, and without the name of the bot behind it. */
export function commandText(text: string, isMentioned: boolean): string {
  const words = text.trim()
  const [, rest] = isMentioned ? (/^@?[^\s/]+[:,]?\s+(\/[\s\S]*)$/u.exec(words) ?? []) : []
  return (rest ?? words).replace(/^(\/[A-Za-z][\w-]*)@[^\s]+/u, '$1')
}

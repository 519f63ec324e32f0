/**
 * Characters that move the cursor, break a line, start an escape sequence or turn the reading direction: all control
 * characters, the two Unicode line ends, and the marks that embed, override or isolate a direction.
 */
const FORGING = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
const FORGING_ALL = new RegExp(FORGING.source, 'gu')

/** The text as one line that cannot pass for two, with control characters spelled out (`\n`, `\u001b`). */
export function printable(text: string): string {
  return FORGING.test(text) ? text.replace(FORGING_ALL, spelledOut) : text
}

function spelledOut(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

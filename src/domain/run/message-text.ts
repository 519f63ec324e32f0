import { invalidRequest } from '../protocol/refusal.js'

/** Control characters that have no business in a message; tab, line feed and carriage return stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** The text of a chat message in composed form without control characters. NUL is refused: no store keeps it safely. */
export function cleanMessage(message: string): string {
  if (message.includes('\u0000')) throw invalidRequest('message must not contain null bytes')
  return message.normalize('NFC').replace(CONTROL, '')
}

import type { ChatPlace } from '../../application/ports/channel.js'

const PREFIXED = /^(user|direct|group|channel):(.*)$/s
const LONGEST = 256

/** Reads a target: `<conversation>` or `user:<id>` = direct, `group:<id>`, `channel:<id>`. Null = none of these. */
export function readTarget(target: string): ChatPlace | null {
  const text = target.trim()
  const [, word, rest = ''] = PREFIXED.exec(text) ?? []
  const chatId = (word === undefined ? text : rest).trim()
  if (chatId === '' || chatId.length > LONGEST) return null
  return { kind: word === 'group' || word === 'channel' ? word : 'direct', chatId }
}

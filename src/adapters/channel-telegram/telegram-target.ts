import type { ChatPlace, ChatSender } from '../../application/ports/channel.js'

const PREFIX = /^(?:tg|telegram):/i
const TARGET = /^(?:(user|group|channel):)?(-?\d{1,20}|@[a-z]\w{3,31})(?:(?::topic:|:|\/)(\d{1,20}))?$/i

/**
 * Where a target leads: an id (people have positive ones, groups and channels negative ones), `@name` of a public
 * channel, each with `user:`, `group:` or `channel:` before it if it needs to be told, and a topic after it
 * (`-100123:topic:7`). Null when it is none of these.
 */
export function readTarget(target: string): ChatPlace | null {
  const [, said, chatId = '', topic] = TARGET.exec(target.trim().replace(PREFIX, '')) ?? []
  if (chatId === '') return null
  const kind = said === undefined ? guessedKind(chatId) : KINDS[said.toLowerCase()]
  if (kind === undefined) return null
  return { kind, chatId, ...(topic === undefined ? {} : { branch: { kind: 'topic', id: topic } }) }
}

const KINDS: Readonly<Record<string, ChatPlace['kind']>> = { user: 'direct', group: 'group', channel: 'channel' }

function guessedKind(chatId: string): ChatPlace['kind'] {
  if (chatId.startsWith('@')) return 'channel'
  return chatId.startsWith('-') ? 'group' : 'direct'
}

/** Whether an entry of an allow-list (`123`, `@name`, either behind `tg:` or `telegram:`) means this sender. */
export function meansSender(entry: string, sender: ChatSender): boolean {
  const wanted = entry.trim().replace(PREFIX, '')
  if (!wanted.startsWith('@')) return wanted === sender.id
  return (sender.aliases ?? []).some((alias) => alias.toLowerCase() === wanted.toLowerCase())
}

import type { MessageEntity } from 'grammy/types'
import type { Mention } from '../../application/ports/channel.js'

/** Who we are to Telegram. */
export interface BotIdentity {
  readonly id: number
  /** Without the `@`. */
  readonly username: string
}

/** Whom the marked parts of a text speak to. */
export function readMention(text: string, entities: readonly MessageEntity[], me: BotIdentity): Mention {
  const seen = entities.map((entity) => mentionOf(text, entity, me))
  if (seen.includes('us')) return 'us'
  return seen.includes('other') ? 'other' : 'none'
}

/** `/status@our_bot now` is `/status now`: the name only says which bot of a group is meant. */
export function withoutCommandTarget(text: string, entities: readonly MessageEntity[], me: BotIdentity): string {
  const command = entities.find(({ type, offset }) => type === 'bot_command' && offset === 0)
  if (command === undefined) return text
  const [name = '', target = ''] = text.slice(0, command.length).split('@')
  return target.toLowerCase() === me.username.toLowerCase() ? name + text.slice(command.length) : text
}

function mentionOf(text: string, entity: MessageEntity, me: BotIdentity): Mention {
  if (entity.type === 'text_mention') return entity.user.id === me.id ? 'us' : 'other'
  if (entity.type !== 'mention' && entity.type !== 'bot_command') return 'none'
  const written = text.slice(entity.offset, entity.offset + entity.length)
  const name = written.slice(written.indexOf('@') + 1)
  if (!written.includes('@')) return 'none'
  return name.toLowerCase() === me.username.toLowerCase() ? 'us' : 'other'
}

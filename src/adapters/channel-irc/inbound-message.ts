import type { SaidEvent } from 'irc-framework'
import type { InboundMessage } from '../../application/ports/channel.js'
import { isNamedIn } from '../../domain/channels/mention-patterns.js'
import { inboundText } from './inbound-text.js'
import { type CaseMapping, folded, isNickIn, isRoom, withoutAddress } from './irc-names.js'

/** Batches in which servers and bouncers repeat what was said before. */
const REPEATED = /(?:^|\/)(?:chathistory|playback)$/u

/** What has to be known to read a message. */
export interface Hearer {
  /** Our own nick. */
  readonly nick: string
  readonly mapping: CaseMapping
  readonly patterns: readonly RegExp[]
  readonly now: number
  /** For servers that give messages no ids. */
  readonly nextId: () => string
}

/** A message of the network as the port tells it; null for what is not said to anybody we could answer. */
export function inboundMessage(said: SaidEvent, kind: 'said' | 'acted', hearer: Hearer): InboundMessage | null {
  const { nick, mapping } = hearer
  if (said.from_server === true || said.nick === '' || said.group !== undefined) return null
  const sender = folded(said.nick, mapping)
  if (sender === folded(nick, mapping) || REPEATED.test(said.batch?.type ?? '')) return null
  const written = inboundText(said.message)
  if (written.trim() === '') return null
  const inRoom = isRoom(said.target)
  const spoken = inRoom && kind === 'said' ? withoutAddress(written, nick, mapping) : written
  const isForUs = isNickIn(written, nick, mapping) || isNamedIn(written, hearer.patterns)
  const msgid = said.tags.msgid ?? said.tags['draft/msgid']
  return {
    messageId: msgid === undefined || msgid === '' ? hearer.nextId() : msgid,
    place: inRoom ? { kind: 'channel', chatId: folded(said.target, mapping) } : { kind: 'direct', chatId: sender },
    sender: {
      id: sender,
      name: said.nick,
      aliases: [
        `${said.nick}!${said.ident}@${said.hostname}`,
        ...(said.account === undefined || said.account === '' ? [] : [`account:${said.account}`]),
      ],
      ...('bot' in said.tags || 'draft/bot' in said.tags ? { isBot: true } : {}),
    },
    text: kind === 'acted' ? `* ${said.nick} ${spoken}` : spoken,
    sentAt: said.time ?? hearer.now,
    mention: inRoom && isForUs ? 'us' : 'none',
    ...(inRoom ? { chatName: said.target } : {}),
  }
}

import type { RoutedMessage } from '../../routing/bindings.js'
import type { ChatPlace, ChatSender } from '../chat.js'

interface Account {
  /** Kind of network. */
  readonly id: string
  readonly accountId: string
}

interface Written {
  readonly place: ChatPlace
  readonly sender: ChatSender
  readonly guildId?: string
  readonly teamId?: string
}

/** A message as the bindings ask about it. */
export function routedMessageOf(
  { id, accountId }: Account,
  { place, sender, guildId, teamId }: Written,
): RoutedMessage {
  const { kind, chatId, branch } = place
  return {
    channel: id,
    accountId,
    kind,
    peerId: chatId,
    ...(branch === undefined ? {} : { branch }),
    ...(guildId === undefined ? {} : { guildId }),
    ...(teamId === undefined ? {} : { teamId }),
    ...(sender.roles === undefined ? {} : { roles: sender.roles }),
  }
}

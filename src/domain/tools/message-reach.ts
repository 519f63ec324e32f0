import type { GatewayConfig } from '../config/config.js'
import type { SessionEntry } from '../session/session-entry.js'
import { placeOfKey } from './chat-place.js'

/** A chat on a channel. */
export interface MessagePlace {
  readonly channel: string
  /** Undefined: somewhere on that channel. */
  readonly to?: string | undefined
}

type ReachRules = GatewayConfig['tools']['message']['crossContext']

/**
 * The chat a run talks in: that of its message, else that of its session's key. Null for a run of a client of the
 * gateway, which talks in none.
 */
export function messagePlaceOf(
  channel: string | undefined,
  sessionKey: string | null,
  session: Pick<SessionEntry, 'lastChannel' | 'lastTo' | 'deliveryContext'> | null,
): MessagePlace | null {
  const group = sessionKey === null ? null : placeOfKey(sessionKey)
  const own = channel ?? group?.channel
  if (own === undefined) return null
  if (group?.channel === own) return { channel: own, to: group.chatId }
  const known = session?.lastChannel === own ? session.lastTo : undefined
  const delivered = session?.deliveryContext?.channel === own ? session.deliveryContext.to : undefined
  return { channel: own, to: known ?? delivered }
}

/**
 * Why a message may not be sent to a place; null = it may. The chat one talks in is always within reach, also one that is
 * nobody's.
 * @param here where the run talks; null = in no chat
 */
export function outOfReach(target: MessagePlace, here: MessagePlace | null, rules: ReachRules): string | null {
  if (here === null) return null
  const isSameChannel = folded(target.channel) === folded(here.channel)
  if (!isSameChannel) {
    if (rules.allowAcrossProviders) return null
    return `From a conversation on ${here.channel} nothing may be sent to ${target.channel} (tools.message.crossContext.allowAcrossProviders).`
  }
  if (rules.allowWithinProvider) return null
  if (target.to !== undefined && here.to !== undefined && folded(target.to) === folded(here.to)) return null
  return 'From here messages may only be sent to the chat of this conversation (tools.message.crossContext.allowWithinProvider).'
}

function folded(text: string): string {
  return text.trim().toLowerCase()
}

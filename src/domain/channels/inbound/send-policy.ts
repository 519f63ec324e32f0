import type { GatewayConfig } from '../../config/config.js'
import type { SessionEntry } from '../../session/session-entry.js'
import { parseAgentKey } from '../../session/session-key.js'
import type { ChatPlace } from '../chat.js'

/**
 * Whether an agent may speak in a chat: what the session says, else the rules, where a matching `deny` wins and a
 * matching `allow` comes next, else the default.
 */
export function maySpeak(
  policy: GatewayConfig['session']['sendPolicy'],
  session: Pick<SessionEntry, 'sendPolicy'> | null,
  { channel, place, sessionKey }: { readonly channel: string; readonly place: ChatPlace; readonly sessionKey: string },
): boolean {
  if (session?.sendPolicy !== undefined) return session.sendPolicy !== 'deny'
  const rest = parseAgentKey(sessionKey)?.rest ?? sessionKey
  const matching = policy.rules.filter(
    ({ match }) =>
      (match.channel === undefined || match.channel.toLowerCase() === channel) &&
      (match.chatType === undefined || match.chatType === place.kind) &&
      (match.keyPrefix === undefined || rest.startsWith(match.keyPrefix.toLowerCase())) &&
      (match.rawKeyPrefix === undefined || sessionKey.startsWith(match.rawKeyPrefix.toLowerCase())),
  )
  if (matching.some(({ action }) => action === 'deny')) return false
  return matching.length > 0 || policy.default === 'allow'
}

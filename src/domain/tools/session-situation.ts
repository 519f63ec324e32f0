import type { SessionEntry } from '../session/session-entry.js'
import { parseAgentKey } from '../session/session-key.js'
import { type ChatPlace, type ChatSender, placeOfKey } from './chat-place.js'
import type { ToolSituation } from './tool-situation.js'

/** What of a session says which tools it gets. */
export type ToolSession = Pick<
  SessionEntry,
  'spawnedBy' | 'spawnDepth' | 'space' | 'lastAccountId' | 'deliveryContext' | 'origin'
>

/**
 * What a session adds to a situation: its chat and how deep it was spawned. A spawned session is bound by the rules of
 * the chat it was spawned from.
 * @param key canonical; null for a run that is bound to no session
 */
export function situationOfSession(
  key: string | null,
  session: ToolSession | null,
  sender?: ChatSender,
): Pick<ToolSituation, 'chat' | 'spawnDepth'> {
  if (key === null) return {}
  const isSpawned = session?.spawnedBy !== undefined || /^subagent:/.test(parseAgentKey(key)?.rest ?? '')
  const place = placeOfKey(key) ?? (session?.spawnedBy === undefined ? null : placeOfKey(session.spawnedBy))
  return {
    ...(place === null ? {} : { chat: detailed(place, session, sender) }),
    ...(isSpawned ? { spawnDepth: Math.max(1, session?.spawnDepth ?? 1) } : {}),
  }
}

function detailed(place: ChatPlace, session: ToolSession | null, sender: ChatSender | undefined): ChatPlace {
  const accountId = session?.lastAccountId ?? session?.deliveryContext?.accountId ?? session?.origin?.accountId
  return {
    ...place,
    ...(accountId === undefined ? {} : { accountId }),
    ...(session?.space === undefined ? {} : { guildId: session.space }),
    ...(sender === undefined ? {} : { sender }),
  }
}

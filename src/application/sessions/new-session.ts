import type { SessionEntry } from '../../domain/session/session-entry.js'

/**
 * The entry of a session that nobody has used yet. Every session begins here, whatever creates it.
 * @param key canonical session key
 * @param now Unix milliseconds
 */
export function newSession(
  key: string,
  { agentId, sessionId, now }: { readonly agentId: string; readonly sessionId: string; readonly now: number },
): SessionEntry {
  return { key, sessionId, agentId, createdAt: now, updatedAt: now }
}

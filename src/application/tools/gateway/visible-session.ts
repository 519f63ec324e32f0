import type { SessionEntry } from '../../../domain/session/session-entry.js'
import { canonicalKey } from '../../../domain/session/session-key.js'
import { maySee } from '../../../domain/session/session-sight.js'
import type { ToolCallContext } from '../../ports/tools.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'

/** Sub-agents are never nested deeper. */
const MAX_ANCESTORS = 10

type Caller = Pick<ToolCallContext, 'sessionKey' | 'agentId'>

/** The session of this key as far as the caller may see it; null when it may not, or when there is none. */
export async function visibleSession(
  parts: GatewayToolParts,
  key: string,
  caller: Caller,
): Promise<SessionEntry | null> {
  const canonical = canonicalKey(key, parts.keySpace)
  const entry = canonical === null ? null : await parts.store.session(canonical)
  return entry !== null && (await isVisible(parts, entry, caller)) ? entry : null
}

/** Whether the caller may see a session. */
export async function isVisible(parts: GatewayToolParts, entry: SessionEntry, caller: Caller): Promise<boolean> {
  const rules = parts.sight()
  if (maySee(caller, entry, [], rules)) return true
  if (rules.visibility === 'self' || entry.spawnedBy === undefined) return false
  return maySee(caller, entry, await ancestorsOf(parts, entry), rules)
}

async function ancestorsOf({ store, keySpace }: GatewayToolParts, entry: SessionEntry): Promise<readonly string[]> {
  const keys: string[] = []
  let parent = entry.spawnedBy
  while (parent !== undefined && keys.length < MAX_ANCESTORS) {
    const key = canonicalKey(parent, keySpace)
    if (key === null || keys.includes(key)) break
    keys.push(key)
    parent = (await store.session(key))?.spawnedBy
  }
  return keys
}

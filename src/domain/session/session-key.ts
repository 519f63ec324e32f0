/** Words that are keys by themselves. */
const BARE_KEYS: ReadonlySet<string> = new Set(['global', 'unknown'])

/** Name of every agent's main session. */
export const MAIN_KEY = 'main'

/** What canonical keys depend on. */
export interface KeySpace {
  readonly defaultAgentId: string
  /** `global`: every main alias is the one session `global`. */
  readonly scope: 'per-sender' | 'global'
}

/** `agent:<agentId>:<rest>`, taken apart. */
export interface AgentKey {
  readonly agentId: string
  readonly rest: string
}

/** Reads `agent:<agentId>:<rest>`; null for anything else. */
export function parseAgentKey(key: string): AgentKey | null {
  const match = /^agent:([^:]+):(.+)$/s.exec(key.trim().toLowerCase())
  return match === null ? null : { agentId: match[1] as string, rest: match[2] as string }
}

/** A key that claims to name an agent but lacks its third part. */
export function isMalformedKey(key: string): boolean {
  return key.trim().toLowerCase().startsWith('agent:') && parseAgentKey(key) === null
}

/** Key of an agent's main session. */
export function mainSessionKey(agentId: string, space: KeySpace): string {
  return space.scope === 'global' ? 'global' : `agent:${agentId}:${MAIN_KEY}`
}

/**
 * The one spelling of a session key; null when it is blank. Every method that takes a key goes through here, so
 * `work`, `agent:main:work` and `AGENT:main:WORK` are one session.
 */
export function canonicalKey(key: string, space: KeySpace): string | null {
  const text = key.trim().toLowerCase()
  if (text === '') return null
  if (BARE_KEYS.has(text)) return text
  const parsed = parseAgentKey(text)
  if (parsed !== null) {
    if (parsed.rest === MAIN_KEY) return mainSessionKey(parsed.agentId, space)
    return `agent:${parsed.agentId}:${directSpelling(parsed.rest)}`
  }
  if (text === MAIN_KEY) return mainSessionKey(space.defaultAgentId, space)
  return `agent:${space.defaultAgentId}:${directSpelling(text)}`
}

/** Words that say what kind of peer follows. */
const PEER_KINDS: ReadonlySet<string> = new Set(['dm', 'direct', 'group', 'channel'])

/** `dm` is read as `direct` where the peer kind stands: first, after the channel, or after its account. */
function directSpelling(rest: string): string {
  const parts = rest.split(':')
  const kindAt = parts.findIndex((part) => PEER_KINDS.has(part))
  if (parts[kindAt] !== 'dm' || kindAt > 2 || kindAt === parts.length - 1) return rest
  parts[kindAt] = 'direct'
  return parts.join(':')
}

/** Which agent a canonical key belongs to. */
export function agentOfKey(key: string, space: KeySpace): string {
  return parseAgentKey(key)?.agentId ?? space.defaultAgentId
}

/** Agent ids: lower case, anything but letters, digits, `_` and `-` becomes `-`, at most 64 characters; empty = `main`. */
export function normalizeAgentId(name: string): string {
  const id = name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '')
  return id === '' ? MAIN_KEY : id
}

export type SessionKind = 'direct' | 'group' | 'global' | 'unknown'

/** What kind of conversation a canonical key names. */
export function kindOfKey(key: string, chatType?: string): SessionKind {
  if (key === 'global' || key === 'unknown') return key
  if (chatType === 'group' || chatType === 'channel') return 'group'
  return /:(group|channel):/.test(`:${parseAgentKey(key)?.rest ?? key}`) ? 'group' : 'direct'
}

/** Sessions of single cron runs, which lists never show. */
export function isCronRunKey(key: string): boolean {
  return /:cron:[^:]+:run:/.test(key)
}

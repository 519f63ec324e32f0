import type { SessionEntry } from './session-entry.js'

/** Whose sessions a session may see, widest last. */
export type SessionVisibility = 'self' | 'tree' | 'agent' | 'all'

/** What decides which sessions an agent may see and write to. */
export interface SightRules {
  readonly visibility: SessionVisibility
  readonly agentToAgent: {
    readonly enabled: boolean
    /** Agents that take part, `*` stands for any text; none named = all. */
    readonly allow: readonly string[]
  }
}

/** Who looks. */
export interface Viewer {
  /** Null for a run that is bound to no session: it has no session of its own and no tree. */
  readonly sessionKey: string | null
  readonly agentId: string
}

/**
 * Whether a session may see another one.
 * @param ancestors keys of the sessions that led to the other one, nearest first
 */
export function maySee(
  viewer: Viewer,
  other: Pick<SessionEntry, 'key' | 'agentId'>,
  ancestors: readonly string[],
  rules: SightRules,
): boolean {
  if (other.key === viewer.sessionKey) return true
  if (rules.visibility === 'self') return false
  if (viewer.sessionKey !== null && ancestors.includes(viewer.sessionKey)) return true
  if (rules.visibility === 'tree') return false
  if (other.agentId === viewer.agentId) return true
  return rules.visibility === 'all' && mayMeet(viewer.agentId, other.agentId, rules)
}

/** Whether two agents may know of each other. */
export function mayMeet(one: string, other: string, { agentToAgent }: SightRules): boolean {
  if (one === other) return true
  return agentToAgent.enabled && takesPart(one, agentToAgent.allow) && takesPart(other, agentToAgent.allow)
}

function takesPart(agentId: string, allow: readonly string[]): boolean {
  return allow.length === 0 || allow.some((pattern) => matches(agentId, pattern.trim().toLowerCase()))
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return text === pattern
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.endsWith(last) && text.length - last.length >= at
}

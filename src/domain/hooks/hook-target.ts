import { canonicalKey, isMalformedKey, type KeySpace, normalizeAgentId, parseAgentKey } from '../session/session-key.js'

/** What decides where the run of a webhook goes. */
export interface HookTargetRules {
  readonly defaultSessionKey?: string | undefined
  readonly allowRequestSessionKey: boolean
  /** Absent = any. */
  readonly allowedSessionKeyPrefixes?: readonly string[] | undefined
  /** Absent = all; `*` stands for all. */
  readonly allowedAgentIds?: readonly string[] | undefined
}

export interface HookTargetQuestion {
  readonly agentId?: string | undefined
  readonly sessionKey?: string | undefined
  /** Who chose the session: whoever sent the request, or the operator in a mapping. */
  readonly chosenBy: 'request' | 'operator'
  /** Name of the session of this call alone. */
  readonly ownName: string
}

export type HookTarget =
  | { readonly ok: true; readonly agentId: string; readonly sessionKey: string }
  | { readonly ok: false; readonly error: string }

const LONGEST_KEY = 512

/** Finds agent and session of a webhook's run. An agent that does not exist stands for the default agent. */
export function hookTarget(
  question: HookTargetQuestion,
  rules: HookTargetRules,
  known: { readonly space: KeySpace; readonly hasAgent: (id: string) => boolean },
): HookTarget {
  const { space, hasAgent } = known
  const { sessionKey: wanted, chosenBy } = question
  if (wanted !== undefined && chosenBy === 'request' && !rules.allowRequestSessionKey) {
    return refused('sessionKey is not taken from requests; hooks.allowRequestSessionKey would change that')
  }
  const key = wanted ?? rules.defaultSessionKey ?? `hook:${question.ownName}`
  if (key.length > LONGEST_KEY || /\p{Cc}/u.test(key) || isMalformedKey(key)) return refused('sessionKey is malformed')
  if (!hasAllowedPrefix(key, rules.allowedSessionKeyPrefixes)) {
    return refused(`sessionKey must start with one of: ${(rules.allowedSessionKeyPrefixes ?? []).join(', ')}`)
  }
  const named = parseAgentKey(key)?.agentId
  if (named !== undefined && !hasAgent(named)) return refused('sessionKey names an agent that does not exist')
  const asked = question.agentId === undefined ? undefined : normalizeAgentId(question.agentId)
  if (named !== undefined && asked !== undefined && asked !== named) {
    return refused('sessionKey names another agent than agentId')
  }
  const agentId = named ?? (asked !== undefined && hasAgent(asked) ? asked : space.defaultAgentId)
  if (!isAllowed(agentId, rules.allowedAgentIds)) return refused('agent not allowed by hooks.allowedAgentIds')
  const whole = named === undefined && !isBare(key) ? `agent:${agentId}:${key}` : key
  const canonical = canonicalKey(whole, space)
  return canonical === null ? refused('sessionKey must not be blank') : { ok: true, agentId, sessionKey: canonical }
}

/** `agent:x:hook:1` begins with `hook:` as `hook:1` does: whether the agent may be asked is judged apart. */
function hasAllowedPrefix(key: string, prefixes: readonly string[] | undefined): boolean {
  if (prefixes === undefined || prefixes.length === 0) return true
  const whole = key.trim().toLowerCase()
  const rest = parseAgentKey(whole)?.rest
  return prefixes.some((written) => {
    const prefix = written.trim().toLowerCase()
    return whole.startsWith(prefix) || rest?.startsWith(prefix) === true
  })
}

function isAllowed(agentId: string, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || allowed.some((id) => id.trim() === '*' || normalizeAgentId(id) === agentId)
}

/** One session for all agents. */
function isBare(key: string): boolean {
  return ['global', 'unknown'].includes(key.trim().toLowerCase())
}

function refused(error: string): HookTarget {
  return { ok: false, error }
}

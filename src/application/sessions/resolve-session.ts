import type { SessionsResolveParams } from '../../domain/protocol/methods/sessions.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { canonicalKey, type KeySpace, normalizeAgentId } from '../../domain/session/session-key.js'
import type { SessionQuery, SessionStore } from '../ports/session-store.js'

/** Finds the key of the one session that a key, a session id or a label means. */
export class ResolveSession {
  readonly #store: SessionStore
  readonly #space: KeySpace

  constructor(store: SessionStore, space: KeySpace) {
    this.#store = store
    this.#space = space
  }

  async resolve(params: SessionsResolveParams): Promise<{ ok: true; key: string }> {
    const key = params.key?.trim() || undefined
    const sessionId = params.sessionId?.trim() || undefined
    const label = params.label?.trim() || undefined
    const given = [key, sessionId, label].filter((word) => word !== undefined).length
    if (given > 1) throw invalidRequest('Provide either key, sessionId, or label (not multiple)')
    if (key !== undefined) return { ok: true, key: await this.#byKey(key) }
    if (sessionId !== undefined) return { ok: true, key: await this.#bySessionId(sessionId, params) }
    if (label !== undefined) return { ok: true, key: await this.#byLabel(label, params) }
    throw invalidRequest('Either key, sessionId, or label is required')
  }

  async #byKey(key: string): Promise<string> {
    const canonical = canonicalKey(key, this.#space)
    const entry = canonical === null ? null : await this.#store.session(canonical)
    if (entry === null) throw invalidRequest(`No session found: ${key}`)
    return entry.key
  }

  async #bySessionId(sessionId: string, params: SessionsResolveParams): Promise<string> {
    const listed = await this.#store.list({ ...queryOf(params), search: sessionId })
    const found = listed.filter((entry) => entry.sessionId === sessionId)
    return onlyKey(found, `No session found: ${sessionId}`, `sessionId: ${sessionId}`)
  }

  async #byLabel(label: string, params: SessionsResolveParams): Promise<string> {
    const found = await this.#store.list({ ...queryOf(params), label })
    return onlyKey(found, `No session found with label: ${label}`, `label: ${label}`)
  }
}

function onlyKey(found: readonly SessionEntry[], none: string, what: string): string {
  const [only, ...more] = found
  if (only === undefined) throw invalidRequest(none)
  if (more.length === 0) return only.key
  const keys = found.map((entry) => entry.key).join(', ')
  throw invalidRequest(`Multiple sessions found with ${what} (${keys})`)
}

function queryOf(params: SessionsResolveParams): SessionQuery {
  const { agentId, spawnedBy, includeGlobal, includeUnknown } = params
  return {
    ...(agentId === undefined ? {} : { agentId: normalizeAgentId(agentId) }),
    ...(spawnedBy === undefined ? {} : { spawnedBy: spawnedBy.trim() }),
    ...(includeGlobal === undefined ? {} : { includeGlobal }),
    ...(includeUnknown === undefined ? {} : { includeUnknown }),
  }
}

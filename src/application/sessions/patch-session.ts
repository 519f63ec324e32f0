import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { ModelCatalog } from '../../domain/model/catalog.js'
import type { SessionsPatchParams } from '../../domain/protocol/methods/sessions.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { type SessionChanges, type SessionEntry, withChanges } from '../../domain/session/session-entry.js'
import { agentOfKey, type KeySpace } from '../../domain/session/session-key.js'
import { entryView } from '../../domain/session/session-row.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import { type SessionStore, StoreFailure } from '../ports/session-store.js'
import { newSession } from './new-session.js'
import { refuseWebchat } from './refuse-webchat.js'
import { requestedChanges, requestedThinking } from './requested-changes.js'
import { requiredKey } from './required-key.js'
import { sessionModel } from './session-model.js'

/** What can be chosen now. May throw when nobody can tell. */
export type Catalogue = () => Pick<ModelCatalog, 'resolve' | 'find'>

export interface PatchedSession {
  readonly ok: true
  /** Where the index is kept, for people. */
  readonly path: string
  readonly key: string
  readonly entry: unknown
  readonly resolved: { readonly modelProvider: string; readonly model: string }
}

/** Changes settings of a session, and begins it if nobody has. */
export class PatchSession {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #agents: AgentDirectory
  readonly #models: Catalogue
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  constructor(
    store: SessionStore,
    space: KeySpace,
    agents: AgentDirectory,
    models: Catalogue,
    makes: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#store = store
    this.#space = space
    this.#agents = agents
    this.#models = models
    this.#makes = makes
  }

  async patch(params: SessionsPatchParams, client: Client): Promise<PatchedSession> {
    refuseWebchat(client, 'patch')
    const key = requiredKey(params.key, this.#space)
    const stored = await this.#store.session(key)
    const before = stored ?? this.#begun(key)
    const changes = this.#changes(params, before)
    if (stored === null || Object.keys(changes).length > 0) await this.#commit(before, changes)
    const entry = stored === null ? await this.#asStored(before, changes) : withChanges(before, changes)
    const { provider, model } = sessionModel(entry, this.#agents)
    return {
      ok: true,
      path: this.#store.location,
      key,
      entry: entryView(entry),
      resolved: { modelProvider: provider, model },
    }
  }

  #begun(key: string): SessionEntry {
    const { clock, ids } = this.#makes
    return newSession(key, { agentId: agentOfKey(key, this.#space), sessionId: ids.uuid(), now: clock.now() })
  }

  #changes(params: SessionsPatchParams, entry: SessionEntry): SessionChanges {
    const chosen = this.#chosenModel(params.model, entry)
    const changes = { ...requestedChanges(params, entry), ...chosen }
    if (params.thinkingLevel === undefined) return changes
    if (params.thinkingLevel === null) return { ...changes, thinkingLevel: null }
    const model = sessionModel(withChanges(entry, chosen), this.#agents)
    return { ...changes, thinkingLevel: requestedThinking(params.thinkingLevel, this.#hasExtraHigh(model)) }
  }

  #chosenModel(wanted: string | null | undefined, entry: SessionEntry): SessionChanges {
    if (wanted === undefined) return {}
    if (wanted === null) return { providerOverride: null, modelOverride: null }
    const resolved = this.#catalogue().resolve(wanted, this.#agents.modelOf(entry.agentId))
    if (!resolved.ok) throw invalidRequest(resolved.message)
    return { providerOverride: resolved.model.provider, modelOverride: resolved.model.model }
  }

  /** Models we know nothing about are trusted to. */
  #hasExtraHigh(model: ModelChoice): boolean {
    const known = this.#catalogue().find(model)
    return known === undefined || known.reasoning === true
  }

  #catalogue(): ReturnType<Catalogue> {
    try {
      return this.#models()
    } catch (cause) {
      throw unavailable('model catalog unavailable', { cause })
    }
  }

  async #commit(before: SessionEntry, changes: SessionChanges): Promise<void> {
    try {
      await this.#store.commit([{ kind: 'session.update', key: before.key, changes, otherwise: before }])
    } catch (thrown) {
      if (!(thrown instanceof StoreFailure) || thrown.code !== 'label-taken') throw thrown
      throw invalidRequest(`label already in use: ${changes.label}`)
    }
  }

  /** Somebody else may have begun the session at the same time; theirs counts then. */
  async #asStored(before: SessionEntry, changes: SessionChanges): Promise<SessionEntry> {
    return (await this.#store.session(before.key)) ?? withChanges(before, changes)
  }
}

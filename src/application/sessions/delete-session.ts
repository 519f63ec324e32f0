import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { SessionsDeleteParams } from '../../domain/protocol/methods/sessions.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { archiveName } from './archive-name.js'
import { refuseWebchat } from './refuse-webchat.js'
import { requiredKey } from './required-key.js'
import { type StopSession, stopWork } from './stop-work.js'

export interface DeletedSession {
  readonly ok: true
  readonly key: string
  /** False when there was no such session. */
  readonly deleted: boolean
  /** Where what was said can still be read. */
  readonly archived: readonly string[]
}

/** Takes a session out of the index and puts its transcript aside. Main sessions stay. */
export class DeleteSession {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #agents: AgentDirectory
  readonly #stopSession: StopSession
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  constructor(
    store: SessionStore,
    space: KeySpace,
    agents: AgentDirectory,
    stopSession: StopSession,
    makes: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#store = store
    this.#space = space
    this.#agents = agents
    this.#stopSession = stopSession
    this.#makes = makes
  }

  async delete(params: SessionsDeleteParams, client: Client): Promise<DeletedSession> {
    refuseWebchat(client, 'delete')
    const key = requiredKey(params.key, this.#space)
    if (this.#isMain(key)) throw invalidRequest(`Cannot delete the main session (${key}).`)
    await stopWork(key, this.#stopSession)
    const entry = await this.#store.session(key)
    if (entry === null) return { ok: true, key, deleted: false, archived: [] }
    const archived = await this.#delete(key, entry.sessionId, params.deleteTranscript ?? true)
    return { ok: true, key, deleted: true, archived }
  }

  #isMain(key: string): boolean {
    return this.#agents.agents.some((agent) => mainSessionKey(agent.id, this.#space) === key)
  }

  async #delete(key: string, sessionId: string, withTranscript: boolean): Promise<readonly string[]> {
    const changes: StoreChange[] = [{ kind: 'session.delete', key }]
    const isAnythingSaid = withTranscript && (await this.#store.transcriptLength(sessionId)) > 0
    if (!isAnythingSaid) {
      await this.#store.commit(changes)
      return []
    }
    const archiveId = this.#makes.ids.uuid()
    const at = this.#makes.clock.now()
    changes.push({
      kind: 'transcript.archive',
      sessionId,
      sessionKey: key,
      archiveId,
      reason: 'deleted',
      at,
      keepLast: 0,
    })
    await this.#store.commit(changes)
    return [archiveName(this.#store.location, archiveId)]
  }
}

import type { SessionsArchivedParams, SessionsArchivesParams } from '../../domain/protocol/methods/usage.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { historyJson, historyLimits } from '../../domain/session/history-view.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { SessionStore, TranscriptArchive } from '../ports/session-store.js'
import { requiredKey } from './required-key.js'

/** Shows what was put aside of the conversations that a session key has had. */
export class SessionArchives {
  readonly #store: SessionStore
  readonly #space: KeySpace

  constructor(store: SessionStore, space: KeySpace) {
    this.#store = store
    this.#space = space
  }

  /** `sessions.archives`: oldest first; none for a key that nobody knows. */
  async list(
    params: SessionsArchivesParams,
  ): Promise<{ readonly key: string; readonly archives: readonly TranscriptArchive[] }> {
    const key = requiredKey(params.key, this.#space)
    return { key, archives: await this.#store.archivesOf(key) }
  }

  /** `sessions.archived`: the newest messages of one archive, as `chat.history` shows them. */
  async read({ key: asked, archiveId, limit = historyLimits.messages }: SessionsArchivedParams): Promise<RawJson> {
    const key = requiredKey(asked, this.#space)
    const archives = await this.#store.archivesOf(key)
    if (!archives.some(({ id }) => id === archiveId)) throw invalidRequest(`no such archive: ${archiveId}`)
    const messages = historyJson(await this.#store.archived(archiveId, limit))
    return new RawJson(`${JSON.stringify({ key, archiveId }).slice(0, -1)},"messages":${messages}}`)
  }
}

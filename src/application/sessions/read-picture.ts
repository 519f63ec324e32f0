import type { ChatPictureParams } from '../../domain/protocol/methods/runs.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import type { SessionStore } from '../ports/session-store.js'
import { requiredKey } from './required-key.js'

/** A picture as the transcript holds it. */
export interface ShownPicture {
  readonly mimeType: string
  /** base64. */
  readonly data: string
}

/** Gives single pictures of a conversation, which its history leaves out. */
export class ReadPicture {
  readonly #store: Pick<SessionStore, 'session' | 'transcript' | 'transcriptLength'>
  readonly #space: KeySpace

  constructor(store: Pick<SessionStore, 'session' | 'transcript' | 'transcriptLength'>, space: KeySpace) {
    this.#store = store
    this.#space = space
  }

  /** Rejects with Refusal where there is no picture. */
  async picture({ sessionKey, place, block }: ChatPictureParams): Promise<ShownPicture> {
    const session = await this.#store.session(requiredKey(sessionKey, this.#space))
    const entry = session === null ? undefined : await this.#entryAt(session.sessionId, place)
    const found = entry?.message.content[block]
    if (found?.type !== 'image') throw invalidRequest('no such picture')
    return { mimeType: found.mimeType, data: found.data }
  }

  /** Places count from the oldest entry and the store from the newest, so nothing may have come in between. */
  async #entryAt(sessionId: string, place: number): Promise<TranscriptEntry | undefined> {
    for (;;) {
      const length = await this.#store.transcriptLength(sessionId)
      if (place >= length) return undefined
      const [entry] = await this.#store.transcript(sessionId, length - place)
      if ((await this.#store.transcriptLength(sessionId)) === length) return entry
    }
  }
}

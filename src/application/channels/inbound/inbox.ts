import { type StoredMessage, storedMessageId } from '../../../domain/channels/inbound/stored-message.js'
import type { ChannelMail } from '../../ports/channel-mail.js'
import { INBOX_KEPT_MS } from '../../ports/channel-mail.js'
import type { Clock } from '../../ports/clock.js'
import type { SessionStore, StoreChange } from '../../ports/session-store.js'

export interface InboxParts {
  readonly store: Pick<SessionStore, 'commit'> & Pick<ChannelMail, 'knowsInbound' | 'undoneInbox'>
  readonly clock: Pick<Clock, 'now'>
}

/** What networks were told is received and nobody has answered yet; durable. */
export class Inbox {
  readonly #parts: InboxParts
  #isClosed = false

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** The gateway is stopping: what is undone stays so until the next start. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether a message was taken before, however long ago within the time that ids are kept. */
  knows(id: string): Promise<boolean> {
    return this.#parts.store.knowsInbound(id)
  }

  /** Rejects when it could not be kept; then the network must not be told. */
  async add(message: StoredMessage): Promise<void> {
    const { store, clock } = this.#parts
    if (this.#isClosed) throw new Error('the gateway is stopping and takes no messages')
    const entry = { id: storedMessageId(message), message, at: clock.now() }
    await store.commit([{ kind: 'inbox.add', entry }])
  }

  /** For the commit that makes something of them. */
  done(ids: readonly string[]): readonly StoreChange[] {
    return [{ kind: 'inbox.done', ids }]
  }

  /** What an earlier process took and nobody answered, oldest first; ids of long ago are forgotten. */
  async open(): Promise<readonly StoredMessage[]> {
    const { store, clock } = this.#parts
    this.#isClosed = false
    await store.commit([{ kind: 'inbox.forget', before: clock.now() - INBOX_KEPT_MS }])
    return (await store.undoneInbox()).map(({ message }) => message)
  }

  close(): void {
    this.#isClosed = true
  }
}

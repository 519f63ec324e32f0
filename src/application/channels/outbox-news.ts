import type { OutboxEntry } from '../ports/channel-mail.js'
import type { StoreChange } from '../ports/session-store.js'

/** Tells what was put into the outbox as soon as it is durable, to somebody who is made after the store. */
export class OutboxNews {
  #added: (entry: OutboxEntry) => void = () => undefined

  /** @param added must not throw */
  tell(added: (entry: OutboxEntry) => void): void {
    this.#added = added
  }

  committed(changes: readonly StoreChange[]): void {
    for (const change of changes) if (change.kind === 'outbox.add') this.#added(change.entry)
  }
}

import type { DeadLetter, InboxEntry, MailChange, UndeliveredEntry } from '../../application/ports/channel-mail.js'
import type { Undo } from './undo.js'

/** A taken message; one that is done keeps only what it is recognised by. */
interface TakenMessage {
  readonly position: number
  readonly at: number
  /** Null: done. */
  readonly entry: InboxEntry | null
}

interface Placed<Value> {
  readonly position: number
  readonly value: Value
}

/** What was taken from networks and what is still to be said. Positions count in the order of the commits. */
export class MemoryMail {
  readonly #inbox = new Map<string, TakenMessage>()
  readonly #outbox = new Map<string, Placed<UndeliveredEntry>>()
  readonly #dead = new Map<string, Placed<DeadLetter>>()
  #position = 0

  knows(id: string): boolean {
    return this.#inbox.has(id)
  }

  undone(): readonly InboxEntry[] {
    const taken = [...this.#inbox.values()].sort((one, other) => one.position - other.position)
    return taken.map(({ entry }) => entry).filter((entry) => entry !== null)
  }

  undelivered(): readonly UndeliveredEntry[] {
    return inOrder(this.#outbox)
  }

  newestDead(limit: number): readonly DeadLetter[] {
    const oldestFirst = inOrder(this.#dead).sort((one, other) => one.failedAt - other.failedAt)
    return oldestFirst.reverse().slice(0, limit)
  }

  /** @param change frozen, and nobody else's */
  apply(change: MailChange, undo: Undo[]): void {
    switch (change.kind) {
      case 'inbox.add': {
        const { entry } = change
        if (this.#inbox.has(entry.id)) break
        put(this.#inbox, entry.id, { position: ++this.#position, at: entry.at, entry }, undo)
        break
      }
      case 'inbox.done':
        for (const id of change.ids) {
          const taken = this.#inbox.get(id)
          if (taken !== undefined) put(this.#inbox, id, { ...taken, entry: null }, undo)
        }
        break
      case 'inbox.forget':
        for (const [id, { at, entry }] of this.#inbox) {
          if (entry === null && at < change.before) take(this.#inbox, id, undo)
        }
        break
      case 'outbox.add': {
        const { id } = change.entry
        if (this.#outbox.has(id) || this.#dead.has(id)) break
        put(this.#outbox, id, { position: ++this.#position, value: frozen({ ...change.entry, sentTo: 0 }) }, undo)
        break
      }
      case 'outbox.progress':
        this.#rewrite(change.id, (entry) => ({ ...entry, sentTo: change.sentTo }), undo)
        break
      case 'outbox.done':
        take(this.#outbox, change.id, undo)
        break
      case 'outbox.failed':
        this.#giveUp(change, undo)
        break
      case 'outbox.move': {
        const { channel, accountId, from, to } = change
        for (const [id, { value }] of this.#outbox) {
          if (value.channel !== channel || value.accountId !== accountId || value.place.chatId !== from) continue
          this.#rewrite(id, (entry) => ({ ...entry, place: frozen({ ...entry.place, chatId: to }) }), undo)
        }
        break
      }
      case 'outbox.forget':
        for (const [id, { value }] of this.#dead) if (value.failedAt < change.before) take(this.#dead, id, undo)
        break
    }
  }

  #rewrite(id: string, change: (entry: UndeliveredEntry) => UndeliveredEntry, undo: Undo[]): void {
    const before = this.#outbox.get(id)
    if (before === undefined) return
    put(this.#outbox, id, { position: before.position, value: frozen(change(before.value)) }, undo)
  }

  #giveUp(change: Extract<MailChange, { kind: 'outbox.failed' }>, undo: Undo[]): void {
    const before = this.#outbox.get(change.id)
    if (before === undefined) return
    const { id, at: failedAt, code, reason } = change
    take(this.#outbox, id, undo)
    const value = frozen({ ...before.value, failedAt, code, reason })
    put(this.#dead, id, { position: before.position, value }, undo)
  }
}

function inOrder<Value>(map: ReadonlyMap<string, Placed<Value>>): Value[] {
  return [...map.values()].sort((one, other) => one.position - other.position).map(({ value }) => value)
}

function frozen<Value extends object>(value: Value): Value {
  return Object.freeze(value)
}

function put<Value>(map: Map<string, Value>, key: string, value: Value, undo: Undo[]): void {
  const before = map.get(key)
  undo.push(before === undefined ? () => map.delete(key) : () => map.set(key, before))
  map.set(key, value)
}

function take<Value>(map: Map<string, Value>, key: string, undo: Undo[]): void {
  const before = map.get(key)
  if (before === undefined) return
  undo.push(() => map.set(key, before))
  map.delete(key)
}

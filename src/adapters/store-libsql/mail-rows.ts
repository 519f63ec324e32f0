import type { DeadLetter, InboxEntry, OutboxEntry, UndeliveredEntry } from '../../application/ports/channel-mail.js'
import type { Connection, Prepared } from './connection.js'

/** The mail of the channels: what was taken and is to be answered, what is to be said, and what was given up. */
export class MailRows {
  readonly #takeIn: Prepared
  readonly #done: Prepared
  readonly #forgetDone: Prepared
  readonly #knows: Prepared
  readonly #undone: Prepared
  readonly #toSend: Prepared
  readonly #progress: Prepared
  readonly #sent: Prepared
  readonly #giveUp: Prepared
  readonly #undelivered: Prepared
  readonly #rewrite: Prepared
  readonly #dead: Prepared
  readonly #forgetDead: Prepared

  constructor(connection: Connection) {
    this.#takeIn = connection.prepare(
      'INSERT INTO inbox (id, at, entry) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING',
    )
    this.#done = connection.prepare('UPDATE inbox SET entry = NULL WHERE id = ?1')
    this.#forgetDone = connection.prepare('DELETE FROM inbox WHERE entry IS NULL AND at < ?1')
    this.#knows = connection.prepare('SELECT 1 FROM inbox WHERE id = ?1')
    this.#undone = connection.prepare('SELECT entry FROM inbox WHERE entry IS NOT NULL ORDER BY position')
    this.#toSend = connection.prepare(
      'INSERT INTO outbox (id, entry, sent_to) VALUES (?1, ?2, 0) ON CONFLICT (id) DO NOTHING',
    )
    this.#progress = connection.prepare('UPDATE outbox SET sent_to = ?2 WHERE id = ?1 AND failed_at IS NULL')
    this.#sent = connection.prepare('DELETE FROM outbox WHERE id = ?1 AND failed_at IS NULL')
    this.#giveUp = connection.prepare(
      'UPDATE outbox SET failed_at = ?2, failure = ?3 WHERE id = ?1 AND failed_at IS NULL',
    )
    this.#undelivered = connection.prepare(
      'SELECT entry, sent_to, position FROM outbox WHERE failed_at IS NULL ORDER BY position',
    )
    this.#rewrite = connection.prepare('UPDATE outbox SET entry = ?2 WHERE position = ?1')
    this.#dead = connection.prepare(
      `SELECT entry, sent_to, failure FROM outbox WHERE failed_at IS NOT NULL
        ORDER BY failed_at DESC, position DESC LIMIT ?1`,
    )
    this.#forgetDead = connection.prepare('DELETE FROM outbox WHERE failed_at < ?1')
  }

  takeIn(id: string, at: number, entryJson: string): void {
    this.#takeIn.run(id, at, entryJson)
  }

  done(id: string): void {
    this.#done.run(id)
  }

  forgetDone(before: number): void {
    this.#forgetDone.run(before)
  }

  knows(id: string): boolean {
    return this.#knows.first(id) !== undefined
  }

  undone(): InboxEntry[] {
    return this.#undone.all().map(([entry]) => JSON.parse(entry as string) as InboxEntry)
  }

  toSend(id: string, entryJson: string): void {
    this.#toSend.run(id, entryJson)
  }

  progress(id: string, sentTo: number): void {
    this.#progress.run(id, sentTo)
  }

  sent(id: string): void {
    this.#sent.run(id)
  }

  giveUp(id: string, at: number, failureJson: string): void {
    this.#giveUp.run(id, at, failureJson)
  }

  undelivered(): UndeliveredEntry[] {
    return this.#undelivered.all().map(undeliveredOf)
  }

  move(account: { readonly channel: string; readonly accountId: string }, from: string, to: string): void {
    for (const row of this.#undelivered.all()) {
      const entry = JSON.parse(row[0] as string) as OutboxEntry
      if (entry.channel !== account.channel || entry.accountId !== account.accountId) continue
      if (entry.place.chatId !== from) continue
      this.#rewrite.run(row[2] as number, JSON.stringify({ ...entry, place: { ...entry.place, chatId: to } }))
    }
  }

  dead(limit: number): DeadLetter[] {
    return this.#dead.all(limit).map((row) => ({
      ...undeliveredOf(row),
      ...(JSON.parse(row[2] as string) as Pick<DeadLetter, 'failedAt' | 'code' | 'reason'>),
    }))
  }

  forgetDead(before: number): void {
    this.#forgetDead.run(before)
  }
}

function undeliveredOf(row: readonly unknown[]): UndeliveredEntry {
  return { ...(JSON.parse(row[0] as string) as OutboxEntry), sentTo: row[1] as number }
}

import { readSenderFile, writeSenderFile } from '../../domain/channels/sender-file.js'
import {
  type Approval,
  type ApprovedSender,
  type Asked,
  type Asking,
  approveSender,
  askToPair,
  CODE_BYTES,
  codeOf,
  EMPTY_BOOK,
  isApprovedSender,
  rejectSender,
  revokeSender,
  type SenderBook,
  type SenderRequest,
  waitingRequests,
} from '../../domain/channels/sender-pairing.js'
import { Failure } from '../../domain/failure.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import type { AuditFacts, AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Document } from '../ports/document.js'
import type { Ids } from '../ports/ids.js'

/** Wrong codes in this time lock approving for as long. */
const GUESS_WINDOW_MS = 600_000
const MAX_GUESSES = 10

/** What a sender reads who was let in. */
export const SENDER_WELCOME = 'You were let in. Write something.'

/** Why what is known of senders cannot be used, code by code. */
export const SENDER_FAILURES = {
  'senders-unreadable': 'the file with the approved senders is damaged or was written by a later version',
} as const

export class SenderFailure extends Failure {
  override readonly code: keyof typeof SENDER_FAILURES

  constructor(code: keyof typeof SENDER_FAILURES, message: string) {
    super(code, message)
    this.code = code
  }
}

/** Which code, and where it was given out. */
export interface CodeParams {
  readonly code: string
  readonly channel?: string
  readonly accountId?: string
}

export interface SenderRegistryParts {
  readonly document: Document
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Pick<Ids, 'token'>
  readonly trail: Pick<AuditTrail, 'record'>
}

/**
 * Who was let in by pairing, and who waits for it; in memory and on paper. A change is visible, and its promise
 * resolves, when it is durable; one that could not be written has changed nothing.
 */
export class SenderRegistry {
  readonly #parts: SenderRegistryParts
  #book: SenderBook = EMPTY_BOOK
  #turn: Promise<unknown> = Promise.resolve()
  /** When wrong codes were given, Unix ms. */
  #guesses: number[] = []
  #lockedUntil = 0

  constructor(parts: SenderRegistryParts) {
    this.#parts = parts
  }

  /** Reads what was kept. Rejects with a SenderFailure when that cannot be understood, a DocumentFailure when not read. */
  async open(): Promise<void> {
    const { document } = this.#parts
    const text = await document.read()
    if (text === null) return
    const reading = readSenderFile(text)
    if (reading.kind === 'unreadable') {
      throw new SenderFailure(
        'senders-unreadable',
        `cannot use the approved senders in ${document.location}: ${reading.problem}. ` +
          'Restore it from a backup, or move it away; then all senders have to be approved again',
      )
    }
    this.#book = reading.book
  }

  /** Ends when everything that was asked for is written. */
  async close(): Promise<void> {
    await this.#turn
  }

  isApproved(sender: Pick<SenderRequest, 'channel' | 'accountId' | 'senderId'>): boolean {
    return isApprovedSender(this.#book, sender)
  }

  /** Those that wait, oldest first. @param channel absent = of every channel */
  waiting(channel?: string): readonly SenderRequest[] {
    const waiting = waitingRequests(this.#book, this.#parts.clock.now())
    return channel === undefined ? waiting : waiting.filter((request) => request.channel === channel)
  }

  /** Those that were let in, oldest first. @param channel absent = on every channel */
  approved(channel?: string): readonly ApprovedSender[] {
    const { approved } = this.#book
    return channel === undefined ? approved : approved.filter((sender) => sender.channel === channel)
  }

  /** A stranger wrote. */
  ask(asking: Asking): Promise<Asked> {
    return this.#change((book) => {
      const asked = askToPair(book, asking, this.#parts.clock.now(), () => this.#newCode())
      if (asked.kind === 'created') {
        this.#parts.trail.record('pairing-requested', { subject: nameOf(asking), reason: 'sender' })
      }
      return { book: asked.book, result: asked }
    })
  }

  /** Lets a stranger in. Rejects with a Refusal for a code that does not wait, and after too many of those. */
  async approve(params: CodeParams, by: AuditFacts): Promise<SenderRequest> {
    this.#requireUnlocked()
    const approval = await this.#change((book): { book: SenderBook; result: Approval } => {
      const result = approveSender(book, params.code, this.#parts.clock.now(), params)
      return { book: result.book, result }
    })
    if (approval.kind === 'unknown') throw this.#wrongCode()
    this.#parts.trail.record('pairing-approved', { ...by, subject: nameOf(approval.request), reason: 'sender' })
    return approval.request
  }

  /** Forgets a request; the stranger may ask again. */
  async reject(params: CodeParams, by: AuditFacts): Promise<SenderRequest> {
    this.#requireUnlocked()
    const rejected = await this.#change((book) => {
      const result = rejectSender(book, params.code, this.#parts.clock.now(), params)
      return { book: result?.book ?? book, result }
    })
    if (rejected === null) throw this.#wrongCode()
    this.#parts.trail.record('pairing-rejected', { ...by, subject: nameOf(rejected.request), reason: 'sender' })
    return rejected.request
  }

  /** Takes an approval back. Rejects with a Refusal when there is none. */
  async revoke(
    {
      channel,
      senderId,
      accountId,
    }: { readonly channel: string; readonly senderId: string; readonly accountId?: string },
    by: AuditFacts,
  ): Promise<number> {
    const result = await this.#change((book) => {
      const revoked = revokeSender(book, channel, senderId, accountId)
      return { book: revoked?.book ?? book, result: revoked }
    })
    if (result === null) throw invalidRequest(`${senderId} is not approved on ${channel}; see: mayros pairing list`)
    for (const sender of result.revoked) {
      this.#parts.trail.record('pairing-rejected', { ...by, subject: nameOf(sender), reason: 'sender revoked' })
    }
    return result.revoked.length
  }

  /** One change after the other; the book is replaced when it is durable. */
  #change<T>(decide: (book: SenderBook) => { readonly book: SenderBook; readonly result: T }): Promise<T> {
    const changed = this.#turn.then(async () => {
      const { book, result } = decide(this.#book)
      if (book !== this.#book) {
        await this.#parts.document.write(writeSenderFile(book))
        this.#book = book
      }
      return result
    })
    this.#turn = changed.then(
      () => undefined,
      () => undefined,
    )
    return changed
  }

  #newCode(): string {
    return codeOf(this.#parts.ids.token(CODE_BYTES))
  }

  #requireUnlocked(): void {
    const retryAfterMs = this.#lockedUntil - this.#parts.clock.now()
    if (retryAfterMs <= 0) return
    throw unavailable('too many wrong codes; approving is locked for a while', { retryable: true, retryAfterMs })
  }

  #wrongCode(): Error {
    const now = this.#parts.clock.now()
    this.#guesses = [...this.#guesses.filter((at) => at > now - GUESS_WINDOW_MS), now]
    if (this.#guesses.length >= MAX_GUESSES) {
      this.#lockedUntil = now + GUESS_WINDOW_MS
      this.#guesses = []
    }
    return invalidRequest('no waiting request with this code (codes live 1 hour)')
  }
}

function nameOf({ channel, accountId, senderId }: Pick<SenderRequest, 'channel' | 'accountId' | 'senderId'>): string {
  return `${channel}/${accountId}:${senderId}`
}

import {
  type ApprovalsFile,
  checkApprovals,
  NO_APPROVALS,
  readApprovals,
  writeApprovals,
} from '../../domain/exec/approvals-file.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { Document } from '../ports/document.js'
import type { Ids } from '../ports/ids.js'
import type { Secrets } from '../ports/secrets.js'
import { ApprovalsFailure } from './approvals-failure.js'

/** What is allowed, as it is on disk now. */
export interface ApprovalsState {
  readonly exists: boolean
  /** Of the text; empty when there is none. */
  readonly hash: string
  readonly file: ApprovalsFile
}

/**
 * The approvals file. It is read anew for every question, since people and programs edit it too; changes of this gateway
 * are made one after the other. A file that cannot be understood is an ApprovalsFailure, never an empty list.
 */
export class ApprovalsBook {
  readonly #document: Document
  readonly #secrets: Pick<Secrets, 'hash'>
  readonly #ids: Pick<Ids, 'uuid'>
  #last: Promise<unknown> = Promise.resolve()

  constructor(document: Document, secrets: Pick<Secrets, 'hash'>, ids: Pick<Ids, 'uuid'>) {
    this.#document = document
    this.#secrets = secrets
    this.#ids = ids
  }

  /** Where it is kept, for people. */
  get location(): string {
    return this.#document.location
  }

  /** Rejects with an ApprovalsFailure, or a DocumentFailure. */
  async read(): Promise<ApprovalsState> {
    const text = await this.#document.read()
    if (text === null) return { exists: false, hash: '', file: NO_APPROVALS }
    const reading = readApprovals(text)
    if (reading.kind === 'read') return { exists: true, hash: this.#secrets.hash(text), file: reading.file }
    throw new ApprovalsFailure(
      'approvals-unreadable',
      `cannot use the approvals in ${this.#document.location}: ${reading.problem}. Until that is mended or the file is moved away, no command may run`,
    )
  }

  /** Changes the file, durably; a change that returns the same file writes nothing. Rejects as `read` does. */
  change(decide: (file: ApprovalsFile, newId: () => string) => ApprovalsFile): Promise<ApprovalsState> {
    return this.#inTurn(async () => {
      const before = await this.read()
      const file = decide(before.file, () => this.#ids.uuid())
      return file === before.file ? before : this.#write(file)
    })
  }

  /**
   * Puts another file in its place. Rejects with a Refusal when it has the wrong shape, or when the file has changed since
   * the caller saw it.
   */
  replace(sent: unknown, baseHash: string | undefined): Promise<ApprovalsState> {
    return this.#inTurn(async () => {
      const before = await this.read()
      requireHash(before, baseHash)
      const checked = checkApprovals(sent, () => this.#ids.uuid())
      if (checked.kind === 'unreadable') throw invalidRequest(`invalid exec approvals: ${checked.problem}`)
      return this.#write(withSocket(checked.file, before.file))
    })
  }

  async #write(file: ApprovalsFile): Promise<ApprovalsState> {
    const text = writeApprovals(file)
    await this.#document.write(text)
    return { exists: true, hash: this.#secrets.hash(text), file }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn
    return turn
  }
}

function requireHash({ exists, hash }: ApprovalsState, baseHash: string | undefined): void {
  if (!exists) return
  if (baseHash === undefined) {
    throw invalidRequest('exec approvals base hash required; re-run exec.approvals.get and retry')
  }
  if (baseHash !== hash) {
    throw invalidRequest('exec approvals changed since last load; re-run exec.approvals.get and retry')
  }
}

/** Clients do not see the token of the socket, and must not remove it by sending back what they saw. */
function withSocket(sent: ApprovalsFile, before: ApprovalsFile): ApprovalsFile {
  if (before.socket === undefined) return sent
  return { ...sent, socket: { ...before.socket, ...sent.socket } }
}

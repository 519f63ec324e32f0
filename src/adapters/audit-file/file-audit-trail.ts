import { AuditIntake } from '../../application/audit/audit-intake.js'
import {
  AUDIT_QUERY_LIMIT,
  type AuditEntry,
  type AuditEvent,
  type AuditFacts,
  AuditFailure,
  type AuditQuery,
  type AuditTrail,
  isWanted,
} from '../../application/ports/audit-trail.js'
import type { Clock, Timer } from '../../application/ports/clock.js'
import { type AuditFamily, auditFamily, pathsOf } from './audit-family.js'
import { entryOf, lineOf } from './audit-lines.js'
import { type AuditPart, closeParts, linesFromEnd, openParts } from './audit-reader.js'
import { AuditWriter } from './audit-writer.js'

const MAX_BYTES = 32 * 1024 * 1024
const KEPT_FILES = 5
const LATEST_MS = 100
const RETRY_MS = 1_000
const MOST_WAITING = 10_000
/** Entries are in the order they were recorded; a clock that was set back may disturb their times by so much. */
const CLOCK_SLACK_MS = 3_600_000

/** Happen all the time and may wait to be written together. */
const ROUTINE: ReadonlySet<AuditEvent> = new Set(['connected', 'disconnected', 'refused'])

export interface FileAuditTrailOptions {
  readonly stateDir: string
  readonly clock: Clock
  /** A file that would grow beyond this is put aside (32 MiB). */
  readonly maxBytes?: number
  /** How many are put aside before the oldest goes (5). */
  readonly keep?: number
  /** Told once when entries cannot be written, and again only after they could be in between. */
  readonly onTrouble?: (message: string) => void
}

/**
 * `<state dir>/logs/audit.jsonl`, one JSON object a line, and the files it was put aside to: `audit.1.jsonl` and older.
 * Nothing is touched before the first entry, so it can be made just for reading.
 */
export class FileAuditTrail implements AuditTrail {
  readonly location: string
  readonly #clock: Clock
  readonly #onTrouble: (message: string) => void
  readonly #family: AuditFamily
  readonly #writer: AuditWriter
  readonly #intake: AuditIntake
  /** Lines that are not durable yet, oldest first. */
  readonly #waiting: string[] = []
  #lost = 0
  #timer: Timer | undefined
  #failure: AuditFailure | undefined
  /** The end of everything that is being done with the files, one after the other. */
  #work: Promise<void> = Promise.resolve()
  #isWriteDue = false
  #closing: Promise<void> | undefined

  constructor(options: FileAuditTrailOptions) {
    this.#clock = options.clock
    this.#onTrouble = options.onTrouble ?? (() => undefined)
    this.#family = auditFamily(options.stateDir, options.keep ?? KEPT_FILES)
    this.#writer = new AuditWriter(this.#family, options.maxBytes ?? MAX_BYTES)
    this.#intake = new AuditIntake(options.clock, (entry) => this.#keep(entry))
    this.location = this.#family.current
  }

  record(event: AuditEvent, facts: AuditFacts): void {
    if (this.#closing === undefined) this.#intake.take(event, facts)
  }

  async read(query: AuditQuery = {}): Promise<readonly AuditEntry[]> {
    const limit = Math.max(0, query.limit ?? AUDIT_QUERY_LIMIT)
    this.#beginWrite()
    const { parts, waiting } = await this.#afterWork(() => this.#snapshot())
    try {
      return (await newestWanted(waiting, parts, { ...query, limit })).reverse()
    } catch (error) {
      throw new AuditFailure('audit-unreadable', `cannot read ${this.location}: ${reasonOf(error)}`, error)
    } finally {
      await closeParts(parts)
    }
  }

  async flush(): Promise<void> {
    this.#beginWrite()
    await this.#work
    if (this.#failure !== undefined) throw this.#failure
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#intake.endMinute()
    this.#beginWrite()
    await this.#work
    this.#timer?.cancel()
    if (this.#waiting.length > 0) {
      this.#onTrouble(`entries of the audit trail are lost: ${this.#waiting.length} (${this.#failure?.message})`)
    }
    await this.#writer.close().catch((error) => this.#onTrouble(`cannot close ${this.location}: ${reasonOf(error)}`))
  }

  #keep(entry: AuditEntry): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1
      return
    }
    this.#tellLoss()
    this.#waiting.push(lineOf(entry))
    if (this.#failure !== undefined) return
    if (!ROUTINE.has(entry.event)) this.#beginWrite()
    else if (!this.#isWriteDue) this.#timer ??= this.#clock.after(LATEST_MS, () => this.#beginWrite())
  }

  /** Where entries are missing, an entry says so. */
  #tellLoss(): void {
    if (this.#lost === 0) return
    this.#waiting.push(lineOf({ at: this.#clock.now(), event: 'entries-lost', details: { lost: this.#lost } }))
    this.#lost = 0
  }

  /** What is recorded until the writing begins, later in this turn, goes with it. */
  #beginWrite(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#isWriteDue) return
    this.#isWriteDue = true
    void this.#afterWork(() => this.#write())
  }

  async #write(): Promise<void> {
    this.#isWriteDue = false
    while (this.#waiting.length > 0) {
      const { durable, trouble } = await this.#writer.append([...this.#waiting])
      this.#waiting.splice(0, durable)
      if (trouble !== undefined) return this.#tryAgainLater(trouble)
      this.#tellLoss()
    }
    this.#failure = undefined
  }

  #tryAgainLater(trouble: unknown): void {
    const isNews = this.#failure === undefined
    const sentence = `cannot write ${this.location}: ${reasonOf(trouble)}`
    this.#failure = new AuditFailure('audit-unwritable', sentence, trouble)
    this.#timer?.cancel()
    this.#timer = this.#clock.after(RETRY_MS, () => this.#beginWrite())
    if (isNews) this.#onTrouble(`the audit trail is not being written: ${sentence}`)
  }

  /** Files and memory as they are between two writes, so that every entry is in one of them. */
  async #snapshot(): Promise<{ parts: readonly AuditPart[]; waiting: readonly string[] }> {
    const parts = await openParts(pathsOf(this.#family))
    return { parts, waiting: [...this.#waiting] }
  }

  #afterWork<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(action)
    // A rejection belongs to whoever asked; the next one in line only needs to know that it is over.
    this.#work = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
}

/** Newest first. */
async function newestWanted(
  waiting: readonly string[],
  parts: readonly AuditPart[],
  query: AuditQuery & { readonly limit: number },
): Promise<AuditEntry[]> {
  const wanted: AuditEntry[] = []
  const oldest = (query.since ?? Number.NEGATIVE_INFINITY) - CLOCK_SLACK_MS
  for await (const line of newestLines(waiting, parts)) {
    if (wanted.length >= query.limit) break
    const entry = entryOf(line)
    if (entry === null) continue
    if (entry.at < oldest) break
    if (isWanted(entry, query)) wanted.push(entry)
  }
  return wanted
}

async function* newestLines(waiting: readonly string[], parts: readonly AuditPart[]): AsyncGenerator<string> {
  yield* [...waiting].reverse()
  yield* linesFromEnd(parts)
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}

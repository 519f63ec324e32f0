import { messageOf } from '../../domain/failure.js'
import type { Document } from '../ports/document.js'
import type { Log } from '../ports/log.js'

const MAX_PER_SESSION = 20

export interface SystemEventsParts {
  readonly document: Document
  readonly log: Log
}

/** Things that happened and that the model should hear of with the next message of a session. They outlive restarts. */
export class SystemEvents {
  readonly #parts: SystemEventsParts
  readonly #waiting = new Map<string, string[]>()
  /** The last save that was begun; never rejects. */
  #saving: Promise<boolean> = Promise.resolve(true)

  constructor(parts: SystemEventsParts) {
    this.#parts = parts
  }

  /** Takes over what waited when the last process ended. */
  async open(): Promise<void> {
    const { document, log } = this.#parts
    try {
      const text = await document.read()
      if (text === null) return
      for (const [sessionKey, lines] of Object.entries(eventsIn(text))) this.#waiting.set(sessionKey, [...lines])
    } catch (thrown) {
      log.warn('saved events cannot be read, starting without', { path: document.location, error: messageOf(thrown) })
    }
  }

  /** Waits for what is being saved. */
  async close(): Promise<void> {
    await this.#saving
  }

  /**
   * Queues a line; the oldest gives way when there are too many. A repetition of the newest line is left out.
   * @returns whether it is kept over a crash, once that is known; it is in the queue at once in any case
   */
  queue(sessionKey: string, text: string): Promise<boolean> {
    const lines = this.#waiting.get(sessionKey) ?? []
    if (lines.at(-1) === text) return this.#saving
    lines.push(text)
    if (lines.length > MAX_PER_SESSION) lines.shift()
    this.#waiting.set(sessionKey, lines)
    return this.#save()
  }

  /** Takes everything that waits for a session. */
  take(sessionKey: string): readonly string[] {
    const lines = this.#waiting.get(sessionKey)
    if (lines === undefined) return []
    this.#waiting.delete(sessionKey)
    void this.#save()
    return lines
  }

  /** Whether something waits for a session. */
  isWaiting(sessionKey: string): boolean {
    return this.#waiting.has(sessionKey)
  }

  /** Everything that waits, for `status`. */
  get all(): readonly string[] {
    return [...this.#waiting.values()].flat()
  }

  #save(): Promise<boolean> {
    const { document, log } = this.#parts
    this.#saving = document.write(`${JSON.stringify(Object.fromEntries(this.#waiting))}\n`).then(
      () => true,
      (thrown: unknown) => {
        log.error('events cannot be saved', { path: document.location, error: messageOf(thrown) })
        return false
      },
    )
    return this.#saving
  }
}

/** @throws SyntaxError for what was never saved */
function eventsIn(text: string): Readonly<Record<string, readonly string[]>> {
  const saved: unknown = JSON.parse(text)
  const isSaved =
    typeof saved === 'object' &&
    saved !== null &&
    Object.values(saved).every((lines) => Array.isArray(lines) && lines.every((line) => typeof line === 'string'))
  if (!isSaved) throw new SyntaxError('it holds no events')
  return saved as Record<string, string[]>
}

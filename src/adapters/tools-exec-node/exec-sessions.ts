import type { Clock, Timer } from '../../application/ports/clock.js'
import { endFamily } from './end-family.js'
import type { ExecSession, SessionScope } from './exec-session.js'

/** How many commands are kept, running or remembered. */
export const MAX_SESSIONS = 64

/** The commands that run, and those in the background that ended and are remembered for a while. */
export class ExecSessions {
  readonly #clock: Clock
  readonly #sessions = new Map<string, ExecSession>()
  /** Beginning of the mark of all of them. */
  readonly #mark: string
  /** When which one is forgotten. */
  readonly #timers = new Map<ExecSession, Timer>()
  #isUsed = false

  constructor(clock: Clock, mark: string) {
    this.#clock = clock
    this.#mark = mark
  }

  /** Whether one more may start; forgets the oldest that ended, if that helps. */
  hasRoom(): boolean {
    if (this.#sessions.size < MAX_SESSIONS) return true
    for (const session of this.#sessions.values()) {
      if (!session.isEnded) continue
      this.forget(session)
      return true
    }
    return false
  }

  add(session: ExecSession): void {
    this.#isUsed = true
    this.#sessions.set(session.id, session)
  }

  forget(session: ExecSession): void {
    this.#sessions.delete(session.id)
    this.#timers.get(session)?.cancel()
    this.#timers.delete(session)
  }

  /** Forgets an ended one after so many milliseconds. */
  forgetAfter(session: ExecSession, delayMs: number): void {
    if (this.#sessions.get(session.id) !== session) return
    const timer = this.#clock.after(delayMs, () => this.forget(session))
    this.#timers.set(session, timer)
  }

  /** Those in the background that this conversation may see, oldest first. */
  visibleTo(scope: SessionScope): readonly ExecSession[] {
    return [...this.#sessions.values()].filter((session) => session.isBackground && isSame(session.scope, scope))
  }

  /** Ends all of them, and what left its group on the way. */
  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    await Promise.all(sessions.map((session) => session.end('closed')))
    for (const session of sessions) this.forget(session)
    if (this.#isUsed) await endFamily({ groupId: null, mark: this.#mark })
  }
}

function isSame(one: SessionScope, other: SessionScope): boolean {
  return one.agentId === other.agentId && one.sessionKey === other.sessionKey
}

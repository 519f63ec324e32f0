import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { AuditFacts, AuditTrail } from '../ports/audit-trail.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'

export const APPROVAL_DECISIONS = ['allow-once', 'allow-always', 'deny'] as const

export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number]

/** What is asked about, as operators see it; null = unknown. */
export interface ApprovalSubject {
  readonly command: string
  readonly cwd: string | null
  readonly host: string | null
  readonly security: string | null
  readonly ask: string | null
  readonly agentId: string | null
  readonly resolvedPath: string | null
  readonly sessionKey: string | null
}

export interface ApprovalQuestion {
  readonly id: string
  readonly request: ApprovalSubject
  /** Unix milliseconds. */
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** A question with its end. Null: nobody answered in time. */
export interface AskedQuestion {
  readonly question: ApprovalQuestion
  readonly decision: Promise<ApprovalDecision | null>
}

export interface AskOptions {
  readonly id?: string | undefined
  readonly timeoutMs?: number | undefined
  /** Makes the answer `allow-always` last; is awaited before the answer counts. */
  readonly remember?: () => Promise<void>
  /** Nobody wants to know any more. */
  readonly signal?: AbortSignal
}

/** Who decided: for the record, and a name for other operators. */
export interface ApprovalDecider {
  readonly facts: AuditFacts
  readonly name: string
}

/** Asks people in chats. */
export interface ApprovalForwarding {
  /** Whether they are to be asked about this. */
  concerns(request: ApprovalSubject): boolean
  /** Whether the question has reached any of them. Never rejects. */
  ask(question: ApprovalQuestion): Promise<boolean>
}

export interface PendingApprovalsParts {
  readonly broadcast: Pick<Broadcast, 'publish' | 'hasListeners'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'uuid'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly forwarding?: ApprovalForwarding
}

interface Pending extends AskedQuestion {
  readonly remember: (() => Promise<void>) | undefined
  settle(decision: ApprovalDecision | null): void
  timer: Timer | undefined
  unlisten: () => void
  isSettled: boolean
  /** An answer is being remembered; until that is done the question neither expires nor takes another answer. */
  isAnswered: boolean
}

export const APPROVAL_TIMEOUT_MS = 120_000
/** How long an answer can still be asked for. */
const AFTERLIFE_MS = 15_000
/** An agent that asks more often than anybody can answer has to wait. */
const MAX_PENDING = 64
/** Timers do not take longer times. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Questions to operators whether a command may run. */
export class PendingApprovals {
  readonly #parts: PendingApprovalsParts
  readonly #byId = new Map<string, Pending>()

  constructor(parts: PendingApprovalsParts) {
    this.#parts = parts
  }

  /** Those without an answer, oldest first. */
  list(): readonly ApprovalQuestion[] {
    return [...this.#byId.values()].filter(({ isSettled }) => !isSettled).map(({ question }) => question)
  }

  /**
   * Asks everybody who may answer, in chats too where the configuration says so. Without anybody there the question ends at once.
   * @throws Refusal when there is such a question already, or too many wait
   */
  ask(request: ApprovalSubject, options: AskOptions = {}): AskedQuestion {
    const { broadcast, clock, ids, forwarding } = this.#parts
    const id = options.id ?? ids.uuid()
    if (this.#byId.has(id)) throw invalidRequest('approval id already pending')
    if (this.list().length >= MAX_PENDING) throw unavailable('too many approvals are pending', { retryable: true })
    const createdAtMs = clock.now()
    const timeoutMs = Math.min(options.timeoutMs ?? APPROVAL_TIMEOUT_MS, MAX_TIMEOUT_MS)
    const question = { id, request, createdAtMs, expiresAtMs: createdAtMs + timeoutMs }
    const pending = this.#add(question, options)
    if (options.signal?.aborted === true) {
      this.#expire(pending, 'aborted')
      return pending
    }
    const isForwarded = forwarding?.concerns(request) === true
    if (!isForwarded && !broadcast.hasListeners('exec.approval.requested')) {
      this.#expire(pending, 'nobody-there')
      return pending
    }
    this.#arm(pending)
    if (isForwarded) void forwarding.ask(question).then((isReached) => this.#forwarded(pending, isReached))
    broadcast.publish('exec.approval.requested', question)
    return pending
  }

  /** A question that is pending, or was until a moment ago. */
  find(id: string): AskedQuestion | undefined {
    return this.#byId.get(id)
  }

  /** Answers a question. Rejects with a Refusal when it is not pending, with a failure when it could not be remembered. */
  async resolve(id: string, decision: ApprovalDecision, by: ApprovalDecider): Promise<void> {
    const pending = this.#pending(id)
    if (decision === 'allow-always') await this.#remember(pending)
    const { broadcast, clock, trail } = this.#parts
    this.#settle(pending, decision)
    trail.record('approval', { ...by.facts, ...recorded(pending.question), reason: decision })
    broadcast.publish('exec.approval.resolved', {
      id,
      decision,
      resolvedBy: by.name,
      ts: clock.now(),
      request: pending.question.request,
    })
  }

  /** Ends all questions; nobody will answer them. */
  close(): void {
    for (const pending of [...this.#byId.values()]) if (!pending.isSettled) this.#settle(pending, null)
  }

  /** Rejects with what kept it from being remembered, or when nobody wants to know any more. */
  async #remember(pending: Pending): Promise<void> {
    pending.isAnswered = true
    pending.timer?.cancel()
    try {
      await pending.remember?.()
    } catch (thrown) {
      if (!pending.isSettled) this.#arm(pending)
      throw thrown
    } finally {
      pending.isAnswered = false
    }
    this.#pending(pending.question.id)
  }

  #forwarded(pending: Pending, isReached: boolean): void {
    const isAsked = isReached || this.#parts.broadcast.hasListeners('exec.approval.requested')
    if (!isAsked && !pending.isAnswered) this.#expire(pending, 'nobody-there')
  }

  #arm(pending: Pending): void {
    const { clock } = this.#parts
    const leftMs = Math.max(0, pending.question.expiresAtMs - clock.now())
    pending.timer = clock.after(leftMs, () => this.#expire(pending, 'timeout'))
  }

  #pending(id: string): Pending {
    const pending = this.#byId.get(id)
    if (pending === undefined || pending.isSettled || pending.isAnswered) throw invalidRequest('unknown approval id')
    return pending
  }

  #add(question: ApprovalQuestion, { remember, signal }: AskOptions): Pending {
    let settle: Pending['settle'] = () => undefined
    const decision = new Promise<ApprovalDecision | null>((resolve) => {
      settle = resolve
    })
    const pending: Pending = {
      question,
      decision,
      remember,
      settle,
      timer: undefined,
      unlisten: () => undefined,
      isSettled: false,
      isAnswered: false,
    }
    this.#byId.set(question.id, pending)
    const abort = () => this.#expire(pending, 'aborted')
    signal?.addEventListener('abort', abort, { once: true })
    pending.unlisten = () => signal?.removeEventListener('abort', abort)
    return pending
  }

  #expire(pending: Pending, why: 'timeout' | 'nobody-there' | 'aborted'): void {
    if (pending.isSettled) return
    this.#settle(pending, null)
    this.#parts.trail.record('approval', { actor: 'gateway', ...recorded(pending.question), reason: why })
  }

  #settle(pending: Pending, decision: ApprovalDecision | null): void {
    pending.isSettled = true
    pending.timer?.cancel()
    pending.unlisten()
    pending.settle(decision)
    this.#parts.clock.after(AFTERLIFE_MS, () => this.#byId.delete(pending.question.id))
  }
}

/** The command itself may hold a secret; the record gets the program only. */
function recorded({ id, request }: ApprovalQuestion): Pick<AuditFacts, 'subject' | 'details'> {
  const { agentId, resolvedPath, host, sessionKey } = request
  const known = Object.entries({ agentId, program: resolvedPath, host, sessionKey })
  return {
    subject: id,
    details: Object.fromEntries(known.filter((fact): fact is [string, string] => fact[1] !== null)),
  }
}

import { withPattern, withUse } from '../../domain/exec/change-allowlist.js'
import { type CommandReading, readCommand } from '../../domain/exec/command-words.js'
import { effectiveRules } from '../../domain/exec/effective-rules.js'
import { type ElevatedSender, elevatedLevel } from '../../domain/exec/elevated.js'
import { execHostOf } from '../../domain/exec/exec-host.js'
import type { ExecRules } from '../../domain/exec/exec-rules.js'
import {
  type CommandVerdict,
  type FindProgram,
  judgeCommand,
  judgeUnanswered,
  programsIn,
} from '../../domain/exec/judge-command.js'
import { rulesForRun } from '../../domain/exec/session-rules.js'
import { Failure, messageOf } from '../../domain/failure.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Programs } from '../ports/programs.js'
import type { SessionStore } from '../ports/session-store.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { ApprovalsBook, ApprovalsState } from './approvals-book.js'
import type { PendingApprovals } from './pending-approvals.js'

/** A command that an agent wants to run. */
export interface ExecRequest {
  /** For `sh`; also what operators are shown. */
  readonly command: string
  /** The words of the command, when no shell will read them. */
  readonly argv?: readonly string[]
  /** Absolute. */
  readonly cwd: string
  readonly agentId: string
  readonly sessionKey: string | null
  readonly host: 'gateway'
  /** On whose behalf; absent = nobody who may elevate commands. */
  readonly sender?: ElevatedSender
  /** The agent sets variables of the environment, so that a program may not be what its name says. */
  readonly setsEnvironment?: boolean
}

/** The reason is a sentence for the model. */
export type ExecDecision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

export interface ExecApprovalsParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly book: ApprovalsBook
  readonly store: Pick<SessionStore, 'session'>
  readonly pending: PendingApprovals
  readonly programs: Programs
  readonly clock: Clock
  readonly log: Log
}

const NOBODY: ElevatedSender = { isOwner: false }
/** Uses of an entry are noted once in this time. */
const NOTE_EVERY_MS = 60_000
const MAX_NOTED_CHARS = 200

/** Decides whether commands of agents run: by the rules, and by asking operators where the rules say so. */
export class ExecApprovals {
  readonly #parts: ExecApprovalsParts

  constructor(parts: ExecApprovalsParts) {
    this.#parts = parts
  }

  /** Never rejects: what cannot be decided is not allowed. Ends soon after the signal aborts. */
  async decide(request: ExecRequest, signal: AbortSignal): Promise<ExecDecision> {
    try {
      return await this.#decide(request, signal)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) this.#parts.log.error('could not judge a command', { err: thrown })
      return refused(thrown instanceof Failure ? messageOf(thrown) : 'the command could not be judged')
    }
  }

  async #decide(request: ExecRequest, signal: AbortSignal): Promise<ExecDecision> {
    const { live, book, store } = this.#parts
    const { agentId, sessionKey, sender = NOBODY } = request
    const [state, session] = await Promise.all([book.read(), sessionKey === null ? null : store.session(sessionKey)])
    const elevated = elevatedLevel(live.config, agentId, session, sender)
    const host = execHostOf(live.config, agentId, session, elevated)
    if (host !== request.host) return refused(`commands of this session run on a ${host}, and this gateway has none`)
    const rules = rulesForRun(effectiveRules(live.config, state.file, agentId), session, elevated)
    const reading = readingOf(request)
    const find = await this.#finder(reading, request.cwd)
    if (signal.aborted) return refused('the run was aborted')
    const verdict = judgeCommand(reading, rules, find)
    if (verdict.kind === 'deny') return refused(verdict.reason)
    if (verdict.kind === 'ask') return this.#ask({ request, rules, reading, find, verdict }, signal)
    this.#note(state, verdict.entries, request)
    return { allowed: true }
  }

  async #ask(about: Asking, signal: AbortSignal): Promise<ExecDecision> {
    const { request, rules, reading, find, verdict } = about
    const { command, cwd, host, agentId, sessionKey } = request
    const [first, ...more] = programsIn(reading)
    const resolvedPath = first === undefined || more.length > 0 ? null : find(first)
    const { security, ask } = rules
    const { decision } = this.#parts.pending.ask(
      { command, cwd, host, security, ask, agentId, resolvedPath, sessionKey },
      { signal, remember: () => this.#remember(agentId, verdict.patterns ?? []) },
    )
    const answer = await decision
    if (signal.aborted) return refused('the run was aborted')
    if (answer === 'deny') return refused('an operator did not allow it')
    if (answer !== null) return { allowed: true }
    const reason = judgeUnanswered(reading, rules, find)
    return reason === null ? { allowed: true } : refused(reason)
  }

  /** A command that no pattern can stand for is allowed this once. */
  async #remember(agentId: string, patterns: readonly string[]): Promise<void> {
    if (patterns.length === 0) return
    await this.#parts.book.change((file, newId) =>
      patterns.reduce((draft, pattern) => withPattern(draft, agentId, { id: newId(), pattern }), file),
    )
  }

  async #finder(reading: CommandReading, cwd: string): Promise<FindProgram> {
    const found = await Promise.all(
      programsIn(reading).map(
        async (program): Promise<[string, string | null]> => [program, await this.#parts.programs.find(program, cwd)],
      ),
    )
    const paths = new Map(found)
    return (program) => paths.get(program) ?? null
  }

  /** Nobody waits for it, and losing it costs nothing. */
  #note({ file }: ApprovalsState, used: readonly string[], { command }: ExecRequest): void {
    const { book, clock, log } = this.#parts
    const now = clock.now()
    const entries = Object.values(file.agents ?? {}).flatMap(({ allowlist = [] }) => allowlist)
    const due = entries.filter(
      ({ id, lastUsedAt }) => used.includes(id) && (lastUsedAt === undefined || now - lastUsedAt >= NOTE_EVERY_MS),
    )
    if (due.length === 0) return
    const ids = due.map(({ id }) => id)
    const use = { lastUsedAt: now, lastUsedCommand: command.slice(0, MAX_NOTED_CHARS) }
    book
      .change((draft) => withUse(draft, ids, use))
      .catch((thrown: unknown) => log.warn('could not note the use of an approval', { err: messageOf(thrown) }))
  }
}

interface Asking {
  readonly request: ExecRequest
  readonly rules: ExecRules
  readonly reading: CommandReading
  readonly find: FindProgram
  readonly verdict: Extract<CommandVerdict, { kind: 'ask' }>
}

function readingOf({ command, argv, setsEnvironment }: ExecRequest): CommandReading {
  if (setsEnvironment === true) return { kind: 'opaque', because: 'it sets variables of the environment' }
  return readCommand(argv ?? command)
}

function refused(reason: string): ExecDecision {
  return { allowed: false, reason }
}

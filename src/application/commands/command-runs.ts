import { messageOf } from '../../domain/failure.js'
import type { RunOutcome, RunRecord } from '../../domain/run/run.js'
import { historyMessage } from '../../domain/session/history-view.js'
import type { AssistantMessage } from '../../domain/session/transcript.js'
import { GATEWAY_AUTHOR } from '../../domain/session/without-commands.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import type { RunFinal } from '../runs/active-run.js'
import type { RunDesk } from '../runs/run-desk.js'
import { newSession } from '../sessions/new-session.js'
import type { ChatCommands } from './chat-commands.js'
import type { CommandMessage } from './command-order.js'

/** A command that came with an idempotency key. */
export interface CommandRun {
  readonly runId: string
  readonly method: RunRecord['method']
  readonly message: CommandMessage
  /** What else the commit of its answer has to say. */
  readonly changesFor?: (answer: string) => readonly StoreChange[]
}

/** What came of it: an answer, which is an ended run, or a message for the agent under the same key. */
export type CommandEnd =
  | { readonly kind: 'answered'; readonly final: RunFinal }
  | { readonly kind: 'continue'; readonly text: string }

export interface CommandRunParts {
  readonly commands: ChatCommands
  readonly store: SessionStore
  readonly desk: Pick<RunDesk, 'remember'>
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Author of answers that no model wrote. */
const AUTHOR = { api: 'mayros', provider: 'mayros', model: GATEWAY_AUTHOR } as const
const AUTHOR_FACTS = { provider: AUTHOR.provider, model: AUTHOR.model }
const NO_USAGE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } as const

/**
 * Lets commands of clients be runs that no model takes part in: known in the ledger by their idempotency key, answered
 * in the transcript and by one chat event. Ledger and transcript are written in one commit.
 */
export class CommandRuns {
  readonly #parts: CommandRunParts

  constructor(parts: CommandRunParts) {
    this.#parts = parts
  }

  /** Whether a text is a command at all. */
  isCommand(text: string): boolean {
    return this.#parts.commands.read(text) !== null
  }

  /** Whether carrying it out may take as long as a model takes. */
  isSlow(text: string): boolean {
    return this.#parts.commands.read(text)?.command.name === 'compact'
  }

  /**
   * Carries a command out. Everybody who listens hears of the answer a moment after this resolves, so that whoever asked
   * can be told first that it was taken. Rejects with a StoreFailure; nothing was answered then.
   */
  async take(command: CommandRun): Promise<CommandEnd> {
    const { message } = command
    const startedAt = this.#parts.clock.now()
    const outcome = await this.#parts.commands.handle(message)
    if (outcome.kind === 'continue') return { kind: 'continue', text: outcome.text }
    if (outcome.kind === 'not-a-command') return { kind: 'continue', text: message.text }
    return { kind: 'answered', final: await this.#answer(command, outcome.text, startedAt) }
  }

  /** Ends a command that could not be carried out after its sender was told that it was taken. */
  fail(runId: string, sessionKey: string | null, thrown: unknown): void {
    const { clock, log, broadcast, desk } = this.#parts
    const error = messageOf(thrown)
    log.error('command could not be carried out', { runId, err: thrown })
    desk.remember({ runId, state: 'error', endedAt: clock.now(), error })
    broadcast.publish('chat', { runId, sessionKey, seq: 1, state: 'error', errorMessage: error })
  }

  async #answer(
    { runId, method, message, changesFor }: CommandRun,
    text: string,
    startedAt: number,
  ): Promise<RunFinal> {
    const { store, desk, broadcast, clock, ids } = this.#parts
    const { sessionKey, agentId, sender } = message
    const endedAt = clock.now()
    const session =
      (await store.session(sessionKey)) ?? newSession(sessionKey, { agentId, sessionId: ids.uuid(), now: endedAt })
    const outcome: RunOutcome = { text, sessionId: session.sessionId, ...AUTHOR_FACTS, stopReason: 'stop' }
    const said = { id: ids.uuid(), message: answerMessage(runId, text, endedAt) }
    const request = { message: message.text, ...(sender.isOwner ? { isOwner: true } : {}) }
    const record: RunRecord = { runId, method, sessionKey, agentId, request, state: 'accepted', acceptedAt: startedAt }
    await store.commit([
      { kind: 'run.accept', run: record },
      { kind: 'session.update', key: sessionKey, changes: { updatedAt: endedAt }, otherwise: session },
      { kind: 'transcript.append', sessionId: session.sessionId, entries: [said] },
      { kind: 'run.finish', runId, state: 'ok', endedAt, outcome },
      ...(changesFor?.(text) ?? []),
    ])
    const final: RunFinal = { runId, state: 'ok', startedAt, endedAt, outcome }
    desk.remember(final)
    const shown = { ...historyMessage(said), usage: { ...NO_USAGE, totalTokens: 0 } }
    clock.after(0, () => broadcast.publish('chat', { runId, sessionKey, seq: 1, state: 'final', message: shown }))
    return final
  }
}

function answerMessage(runId: string, text: string, timestamp: number): AssistantMessage {
  return {
    role: 'assistant',
    content: [{ type: 'text', text }],
    timestamp,
    ...AUTHOR,
    stopReason: 'stop',
    usage: { ...NO_USAGE, total: 0 },
    idempotencyKey: `${runId}:assistant`,
  }
}

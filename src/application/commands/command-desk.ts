import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { Client } from '../connection/client.js'
import type { SessionStore } from '../ports/session-store.js'
import type { Acceptance, RunDesk, RunOrder } from '../runs/run-desk.js'
import type { CommandMessage } from './command-order.js'
import type { CommandRun, CommandRuns } from './command-runs.js'

/** A command on its way. */
export interface CarriedCommand {
  /** False: it had been carried out before, or its key belongs to another run. */
  readonly isNew: Promise<boolean>
  /** Rejects when it could not be carried out. */
  readonly end: Promise<Acceptance>
  /** It may take as long as a model takes. */
  readonly isSlow: boolean
}

interface UnderWay extends CarriedCommand {
  readonly method: RunOrder['method']
}

/**
 * Takes orders whose message is a command. A repeated idempotency key does nothing twice: neither while the command is
 * under way, nor later, nor after a restart.
 */
export class CommandDesk {
  readonly #runs: CommandRuns
  readonly #desk: Pick<RunDesk, 'accept'>
  readonly #store: Pick<SessionStore, 'run'>
  readonly #underWay = new Map<string, UnderWay>()

  constructor(runs: CommandRuns, desk: Pick<RunDesk, 'accept'>, store: Pick<SessionStore, 'run'>) {
    this.#runs = runs
    this.#desk = desk
    this.#store = store
  }

  /** The command with this key that is under way; undefined = none is. */
  underWay({ runId, method }: RunOrder): CarriedCommand | undefined {
    const known = this.#underWay.get(runId)
    if (known === undefined || known.method === method) return known
    throw invalidRequest(`idempotencyKey was used before by ${known.method}; use a new one`)
  }

  /** Begins to carry out the command an order is; null = it is a message for the agent. */
  carryOut(order: RunOrder, about: Pick<CommandMessage, 'sender' | 'greeting'>, client: Client): CarriedCommand | null {
    const { runId, method, sessionKey, agentId, request } = order
    if (sessionKey === null || request.attachments !== undefined || !this.#runs.isCommand(request.message)) return null
    const command: CommandRun = { runId, method, message: { text: request.message, sessionKey, agentId, ...about } }
    const looked = this.#store.run(runId).then((record) => record === null)
    const end = looked
      .then((takes) => (takes ? this.#take(order, command, client) : this.#desk.accept(order, client)))
      .finally(() => this.#underWay.delete(runId))
    // A ledger that cannot be read is told by `end`.
    const isNew = looked.catch(() => false)
    const carried = { method, isNew, end, isSlow: this.#runs.isSlow(request.message) }
    this.#underWay.set(runId, carried)
    return carried
  }

  /** Has everybody told that a command came to nothing of which its sender believes that it was taken. */
  fail({ runId, sessionKey }: RunOrder, thrown: unknown): void {
    this.#runs.fail(runId, sessionKey, thrown)
  }

  async #take(order: RunOrder, command: CommandRun, client: Client): Promise<Acceptance> {
    const end = await this.#runs.take(command)
    if (end.kind === 'answered') return { kind: 'ended', final: end.final }
    return this.#desk.accept({ ...order, request: { ...order.request, message: end.text } }, client)
  }
}

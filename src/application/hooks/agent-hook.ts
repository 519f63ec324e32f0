import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { framedContent, printableName } from '../../domain/hooks/framed-content.js'
import type { AgentOrder } from '../../domain/hooks/hook-order.js'
import { hookTarget } from '../../domain/hooks/hook-target.js'
import { Refusal } from '../../domain/protocol/refusal.js'
import { cleanMessage } from '../../domain/run/message-text.js'
import type { RunRequest } from '../../domain/run/run.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import { problemOfModel } from '../models/problem-of-model.js'
import type { RunModels } from '../models/run-models.js'
import type { Ids } from '../ports/ids.js'
import type { Secrets } from '../ports/secrets.js'
import type { SessionStore } from '../ports/session-store.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { HookAnswer } from './hook-request.js'

export interface AgentHookParts {
  readonly desk: Pick<RunDesk, 'accept'>
  readonly store: Pick<SessionStore, 'session'>
  readonly agents: AgentDirectory
  readonly models: Pick<RunModels, 'modelsFor'>
  readonly keySpace: KeySpace
  readonly live: Pick<LiveConfig, 'config'>
  readonly ids: Ids
  readonly secrets: Pick<Secrets, 'hash'>
}

/** What is known about an order besides its words. */
export interface AgentHookFacts {
  /** Below `hooks.path`. */
  readonly path: string
  /** Tells this delivery from others; null = it is like no other. */
  readonly deliveryKey: string | null
  readonly sessionChosenBy: 'request' | 'operator'
  /** The operator vouches for the words, and they go to the model as they are. */
  readonly isTrusted: boolean
}

const WORD_BYTES = 9
const ID_LENGTH = 32

/** Has an agent run for a webhook. */
export class AgentHook {
  readonly #parts: AgentHookParts

  constructor(parts: AgentHookParts) {
    this.#parts = parts
  }

  /**
   * The id of the run is made from the delivery, so that one that comes again, after a restart too, is the run that the
   * ledger knows.
   */
  async start(order: AgentOrder, facts: AgentHookFacts): Promise<HookAnswer> {
    const { desk, store, agents, keySpace, live, ids, secrets } = this.#parts
    const { deliveryKey, sessionChosenBy } = facts
    const ownName = deliveryKey === null ? ids.uuid() : secrets.hash(deliveryKey).slice(0, ID_LENGTH)
    const target = hookTarget(
      { agentId: order.agentId, sessionKey: order.sessionKey, chosenBy: sessionChosenBy, ownName },
      live.config.hooks,
      { space: keySpace, hasAgent: (id) => agents.find(id) !== undefined },
    )
    if (!target.ok) return { kind: 'refused', error: target.error }
    const { agentId, sessionKey } = target
    const unfit = problemOfModel(order.model, agentId, this.#parts)
    if (unfit !== null) return { kind: 'refused', error: unfit }
    const session = await store.session(sessionKey)
    if (session?.sendPolicy === 'deny') return { kind: 'refused', error: 'send blocked by session policy' }
    const runId = `hook-${ownName}`
    try {
      const request = this.#requestOf(order, facts)
      await desk.accept({ runId, method: 'agent', sessionKey, agentId, request }, null)
    } catch (thrown) {
      return refusedBy(thrown)
    }
    return { kind: 'accepted', runId }
  }

  #requestOf(order: AgentOrder, { path, isTrusted }: AgentHookFacts): RunRequest {
    const { name, wakeMode, deliver, channel, to, model, thinking, timeoutSeconds } = order
    const words = cleanMessage(order.message)
    return {
      message: isTrusted ? words : framedContent(words, name, this.#parts.ids.token(WORD_BYTES)),
      deliver,
      hook: { name: printableName(name), wakeMode, channel, ...(to === undefined ? {} : { to }) },
      ...(model === undefined ? {} : { model }),
      ...(thinking === undefined ? {} : { thinking }),
      ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
      provenance: { kind: 'external_user', sourceTool: `hooks/${path}` },
    }
  }
}

function refusedBy(thrown: unknown): HookAnswer {
  if (!(thrown instanceof Refusal)) throw thrown
  if (!thrown.retryable) return { kind: 'refused', error: thrown.message }
  const { message: error, retryAfterMs } = thrown
  return { kind: 'unavailable', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

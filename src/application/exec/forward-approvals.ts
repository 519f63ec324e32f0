import type { GatewayConfig } from '../../domain/config/config.js'
import { type DeliveryPlace, deliveryPlaceOf } from '../../domain/session/delivery-place.js'
import { shortened } from '../../domain/session/preview.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'
import type { OutgoingMessage, SendMessage } from '../tools/gateway/gateway-tool-parts.js'
import type { ApprovalForwarding, ApprovalQuestion, ApprovalSubject } from './pending-approvals.js'

export interface ForwardApprovalsParts {
  /** `approvals.exec` now. */
  readonly rules: () => GatewayConfig['approvals']['exec']
  readonly store: Pick<SessionStore, 'session'>
  readonly deliver: SendMessage
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
}

const MOST_COMMAND_CHARS = 1_000
/** Enough to tell one question from another. */
const ID_CHARS = 8
/** How long a channel may take to send, in milliseconds. */
const SEND_TIMEOUT_MS = 15_000

/** Puts questions about commands into chats: that of the session that asks, and those of the configuration. */
export class ForwardApprovals implements ApprovalForwarding {
  readonly #parts: ForwardApprovalsParts

  constructor(parts: ForwardApprovalsParts) {
    this.#parts = parts
  }

  concerns({ agentId, sessionKey }: ApprovalSubject): boolean {
    const { enabled, agentFilter, sessionFilter } = this.#parts.rules()
    return enabled && isNamed(agentId, agentFilter) && isNamed(sessionKey, sessionFilter)
  }

  async ask(question: ApprovalQuestion): Promise<boolean> {
    const text = wordsOf(question)
    const places = await this.#places(question.request)
    const sent = await Promise.all(places.map((place) => this.#send({ ...place, text })))
    return sent.includes(true)
  }

  async #places({ sessionKey }: ApprovalSubject): Promise<readonly DeliveryPlace[]> {
    const { mode, targets } = this.#parts.rules()
    const listed = mode === 'session' ? [] : targets.map(({ to, threadId, ...target }) => placeOf(target, to, threadId))
    const own = mode === 'targets' || sessionKey === null ? null : await this.#placeOfSession(sessionKey)
    return own === null ? listed : [own, ...listed.filter((other) => JSON.stringify(other) !== JSON.stringify(own))]
  }

  async #placeOfSession(key: string): Promise<DeliveryPlace | null> {
    try {
      const session = await this.#parts.store.session(key)
      return session === null ? null : deliveryPlaceOf(session)
    } catch (thrown) {
      this.#parts.log.warn('the chat of a session could not be found for an approval', { sessionKey: key, err: thrown })
      return null
    }
  }

  async #send(message: OutgoingMessage): Promise<boolean> {
    const { channel, to } = message
    const late = new AbortController()
    const timer = this.#parts.clock.after(SEND_TIMEOUT_MS, () => late.abort())
    try {
      const delivery = await this.#parts.deliver(message, late.signal)
      if (delivery.isDelivered) return true
      this.#parts.log.warn('an approval could not be asked for in a chat', { channel, to, problem: delivery.problem })
    } catch (thrown) {
      this.#parts.log.error('an approval could not be asked for in a chat', { channel, to, err: thrown })
    } finally {
      timer.cancel()
    }
    return false
  }
}

function wordsOf({ id, request, createdAtMs, expiresAtMs }: ApprovalQuestion): string {
  const { command, cwd, agentId } = request
  const seconds = Math.round((expiresAtMs - createdAtMs) / 1000)
  return [
    `${agentId === null ? 'Somebody' : `The agent ${agentId}`} wants to run${cwd === null ? '' : ` in ${cwd}`}:`,
    shortened(command, MOST_COMMAND_CHARS),
    `An owner answers within ${seconds} s: /approve ${id.slice(0, ID_CHARS)} allow-once, allow-always or deny`,
  ].join('\n\n')
}

function placeOf(
  { channel, accountId }: { readonly channel: string; readonly accountId?: string | undefined },
  to: string | number,
  threadId: string | number | undefined,
): DeliveryPlace {
  return {
    channel,
    to: String(to),
    ...(accountId === undefined ? {} : { accountId }),
    ...(threadId === undefined ? {} : { threadId: String(threadId) }),
  }
}

/** Nobody listed = everybody; `*` at the end of an entry stands for the rest. */
function isNamed(name: string | null, filter: readonly string[]): boolean {
  if (filter.length === 0) return true
  const folded = name?.toLowerCase()
  return filter.some((entry) => {
    const wanted = entry.trim().toLowerCase()
    return wanted.endsWith('*') ? folded?.startsWith(wanted.slice(0, -1)) === true : folded === wanted
  })
}

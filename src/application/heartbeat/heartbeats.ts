import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { messageOf } from '../../domain/failure.js'
import { HEARTBEAT_OK, newsOfAnswer } from '../../domain/heartbeat/heartbeat-answer.js'
import { type HeartbeatSettings, heartbeatSettingsOf } from '../../domain/heartbeat/heartbeat-settings.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { RunRequest } from '../../domain/run/run.js'
import { deliveryPlaceOf } from '../../domain/session/delivery-place.js'
import { canonicalKey, type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore } from '../ports/session-store.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { OutgoingMessage, SendMessage } from '../tools/gateway/gateway-tool-parts.js'

const WAKE_PROMPT = `Look at the system events above and do what they ask for. If nothing needs attention, answer ${HEARTBEAT_OK}.`
const CLOCK_PROMPT = `This is a regular look at what is to be looked after: read HEARTBEAT.md and do what it asks for now. Leave alone what is done already. If nothing needs attention, answer ${HEARTBEAT_OK}.`
const PREVIEW_CHARS = 200
const DELIVERY_MS = 60_000

/** Which turn is to be taken, and why. */
export interface HeartbeatOrder {
  /** Absent = the default agent. */
  readonly agentId?: string | undefined
  /** Canonical; absent = the session that the settings of the agent name. */
  readonly sessionKey?: string | undefined
  readonly reason?: 'wake' | 'clock'
  /** Of the run, for those who ask for the same one again; absent = a new one. */
  readonly runId?: string | undefined
}

/** How a heartbeat ended, as clients are told. */
export interface HeartbeatOutcome {
  readonly status: 'sent' | 'ok-empty' | 'ok-token' | 'skipped' | 'failed'
  readonly reason?: string
  readonly preview?: string
  readonly durationMs?: number
  readonly channel?: string
  readonly to?: string
  readonly accountId?: string
  readonly silent?: boolean
  readonly indicatorType?: 'ok' | 'alert' | 'error'
}

export interface HeartbeatParts {
  readonly desk: Pick<RunDesk, 'accept'>
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly store: Pick<SessionStore, 'session'>
  readonly agents: Pick<AgentDirectory, 'find' | 'defaultAgent'>
  readonly space: KeySpace
  readonly config: () => GatewayConfig
  readonly deliver: SendMessage
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Turns that nobody asked for with a message: a wake-up lets the agent look at what happened, and people hear of it. */
export class Heartbeats {
  readonly #parts: HeartbeatParts
  #last = new RawJson('null')
  #isEnabled = true

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  /** Outcome of the last heartbeat, or `null`. */
  get last(): RawJson {
    return this.#last
  }

  get isEnabled(): boolean {
    return this.#isEnabled
  }

  enable(isEnabled: boolean): void {
    this.#isEnabled = isEnabled
  }

  settingsOf(agentId: string): HeartbeatSettings {
    const { config, agents } = this.#parts
    return heartbeatSettingsOf(config(), agentId, agents.defaultAgent.id)
  }

  /** The session in which an agent has its heartbeats. */
  sessionOf(agentId: string): string {
    const { space } = this.#parts
    const { session } = this.settingsOf(agentId)
    const own = { ...space, defaultAgentId: agentId }
    const key = session === null || session === 'main' ? null : canonicalKey(session, own)
    return key ?? mainSessionKey(agentId, space)
  }

  /** Lets a session take a turn; the outcome is told as an event, too. Never rejects. */
  async beat(order: HeartbeatOrder = {}): Promise<HeartbeatOutcome> {
    return this.tell(await this.#outcomeOf(order))
  }

  /** Makes an outcome known. */
  tell(outcome: HeartbeatOutcome): HeartbeatOutcome {
    this.#last = new RawJson(JSON.stringify({ ts: this.#parts.clock.now(), ...outcome }))
    this.#parts.broadcast.publish('heartbeat', this.#last)
    return outcome
  }

  async #outcomeOf(order: HeartbeatOrder): Promise<HeartbeatOutcome> {
    if (!this.#isEnabled) return { status: 'skipped', reason: 'disabled' }
    try {
      return await this.#turn(order)
    } catch (thrown) {
      this.#parts.log.warn('heartbeat failed', { error: messageOf(thrown) })
      return { status: 'failed', reason: messageOf(thrown) }
    }
  }

  async #turn(order: HeartbeatOrder): Promise<HeartbeatOutcome> {
    const { agents, clock, desk, ids } = this.#parts
    const agentId = order.agentId ?? agents.defaultAgent.id
    const settings = this.settingsOf(agentId)
    const sessionKey = order.sessionKey ?? this.sessionOf(agentId)
    const startedAt = clock.monotonic()
    const run = {
      runId: order.runId ?? `heartbeat-${ids.uuid()}`,
      method: 'agent' as const,
      sessionKey,
      agentId,
      request: requestOf(settings, order.reason ?? 'wake'),
    }
    const acceptance = await desk.accept(run, null)
    const final = acceptance.kind === 'ended' ? acceptance.final : await acceptance.run.ended
    const durationMs = Math.round(clock.monotonic() - startedAt)
    const text = final.outcome?.text ?? ''
    if (final.state !== 'ok') return { status: 'failed', reason: final.error ?? final.state, durationMs }
    if (text === '') return { status: 'ok-empty', durationMs }
    const news = newsOfAnswer(text, settings.ackMaxChars)
    if (news === null) return { status: 'ok-token', durationMs, silent: true }
    const preview = news.slice(0, PREVIEW_CHARS)
    return { status: 'sent', preview, durationMs, ...(await this.#deliver(news, settings, sessionKey)) }
  }

  /** Tells people, where the settings name a chat or the session has one. What is not delivered stays in the session. */
  async #deliver(
    text: string,
    settings: HeartbeatSettings,
    sessionKey: string,
  ): Promise<Pick<HeartbeatOutcome, 'channel' | 'to' | 'accountId' | 'reason'>> {
    const { clock, deliver, log } = this.#parts
    const message = await this.#messageOf(text, settings, sessionKey)
    if (message === null) return {}
    const { channel, to, accountId } = message
    const place = { channel, to, ...(accountId === undefined ? {} : { accountId }) }
    const stop = new AbortController()
    const limit = clock.after(DELIVERY_MS, () => stop.abort())
    try {
      const delivery = await deliver(message, stop.signal)
      if (delivery.isDelivered) return place
      log.warn('the answer to a heartbeat was not delivered', { ...place, problem: delivery.problem })
      return { ...place, reason: `not delivered: ${delivery.problem}` }
    } finally {
      limit.cancel()
    }
  }

  async #messageOf(text: string, settings: HeartbeatSettings, sessionKey: string): Promise<OutgoingMessage | null> {
    const { target, to, accountId } = settings
    const account = accountId === null ? {} : { accountId }
    if (target === 'none') return null
    if (target !== 'last') return to === null ? null : { channel: target, to, text, ...account }
    const session = await this.#parts.store.session(sessionKey)
    const place = session === null ? null : deliveryPlaceOf(session)
    return place === null ? null : { ...place, text, ...account, ...(to === null ? {} : { to }) }
  }
}

function requestOf({ prompt, model }: HeartbeatSettings, reason: 'wake' | 'clock'): RunRequest {
  return {
    message: prompt ?? (reason === 'clock' ? CLOCK_PROMPT : WAKE_PROMPT),
    provenance: { kind: 'internal_system' },
    ...(model === null ? {} : { model }),
  }
}

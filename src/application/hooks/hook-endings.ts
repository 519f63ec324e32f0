import { messageOf } from '../../domain/failure.js'
import type { RunRecord } from '../../domain/run/run.js'
import { type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { Heartbeats } from '../heartbeat/heartbeats.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { RunFinal } from '../runs/active-run.js'
import type { Delivery, OutgoingMessage } from '../tools/gateway/gateway-tool-parts.js'

export interface HookEndingsParts {
  readonly systemEvents: Pick<SystemEvents, 'queue'>
  readonly heartbeats: Pick<Heartbeats, 'beat'>
  readonly keySpace: KeySpace
  readonly deliver: (message: OutgoingMessage, signal: AbortSignal) => Promise<Delivery>
  readonly clock: Clock
  readonly log: Log
}

/** An event is a line for the model, not a letter. */
const LONGEST_SUMMARY = 2_000
const DELIVERY_MS = 60_000

/** What happens when the run of a webhook has ended: its answer goes to a chat, or else the main session hears of it. */
export class HookEndings {
  readonly #parts: HookEndingsParts

  constructor(parts: HookEndingsParts) {
    this.#parts = parts
  }

  /** Told of every run that ended. Never throws. */
  ended(record: RunRecord, final: RunFinal): void {
    const { hook } = record.request
    if (hook === undefined || final.state === 'aborted' || final.state === 'interrupted') return
    this.#tell(record, final).catch((thrown: unknown) => {
      this.#parts.log.error('the end of a webhook could not be told', { runId: record.runId, err: thrown })
    })
  }

  async #tell(record: RunRecord, final: RunFinal): Promise<void> {
    const { hook } = record.request
    if (hook === undefined) return
    const problem = await this.#problemOfDelivery(record, final)
    if (problem === null) return
    const { systemEvents, heartbeats, keySpace } = this.#parts
    const mainKey = mainSessionKey(keySpace.defaultAgentId, keySpace)
    const text = final.state === 'ok' ? (final.outcome?.text ?? '') : (final.error ?? final.state)
    if (record.sessionKey === mainKey || text.trim() === '') return
    const how = final.state === 'ok' ? '' : ` (${final.state})`
    const why = problem === '' ? '' : ` [not delivered: ${problem}]`
    await systemEvents.queue(mainKey, `Webhook ${hook.name}${how}: ${oneLine(text)}${why}`)
    if (hook.wakeMode === 'now') void heartbeats.beat()
  }

  /** Null when the answer was delivered; empty when nobody asked for it. */
  async #problemOfDelivery({ runId, request }: RunRecord, final: RunFinal): Promise<string | null> {
    const { hook, deliver } = request
    const text = final.outcome?.text ?? ''
    if (hook === undefined || deliver === false || final.state !== 'ok' || text.trim() === '') return ''
    if (hook.channel === 'last') return ''
    if (hook.to === undefined) return 'the webhook named no chat'
    const message = { channel: hook.channel, to: hook.to, text }
    const stop = new AbortController()
    const limit = this.#parts.clock.after(DELIVERY_MS, () => stop.abort())
    try {
      const delivery = await this.#parts.deliver(message, stop.signal)
      if (delivery.isDelivered) return null
      this.#parts.log.warn('the answer to a webhook was not delivered', { runId, problem: delivery.problem })
      return delivery.problem
    } catch (thrown) {
      this.#parts.log.error('the answer to a webhook was not delivered', { runId, err: thrown })
      return messageOf(thrown)
    } finally {
      limit.cancel()
    }
  }
}

/** What strangers made an agent say must not look like more than one event. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length <= LONGEST_SUMMARY ? line : `${line.slice(0, LONGEST_SUMMARY)}...`
}

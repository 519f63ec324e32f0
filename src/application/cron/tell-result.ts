import { messageOf } from '../../domain/failure.js'
import { newsOfAnswer } from '../../domain/heartbeat/heartbeat-answer.js'
import type { CronDelivery, CronDeliveryStatus, CronJob } from '../../domain/protocol/cron-job.js'
import { deliveryPlaceOf } from '../../domain/session/delivery-place.js'
import type { SendMessage } from '../channels/outbound/send-message.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import type { WebPosts } from '../ports/web-posts.js'
import type { JobAnswer } from './job-runs.js'

const POST_MS = 15_000
/** An event is a line for the model, not a letter. */
const LONGEST_EVENT = 2_000

/** What became of telling a result. */
export interface Told {
  readonly status: CronDeliveryStatus
  readonly error?: string
  /** Nobody is there yet who could be told; the job is none the worse for it. */
  readonly isNobodyThere?: true
}

export interface TellResultParts {
  readonly sending: Pick<SendMessage, 'send'>
  readonly posts: WebPosts
  /** Sent to webhooks; undefined = none. */
  readonly webhookToken: () => string | undefined
  readonly store: Pick<SessionStore, 'session'>
  readonly systemEvents: Pick<SystemEvents, 'queue'>
  readonly clock: Pick<Clock, 'after'>
}

/** One run of a job, for those who are told of it. */
export interface JobResult {
  readonly job: CronJob
  readonly runId: string
  /** The session whose people the job is for. */
  readonly sessionKey: string
  readonly answer: JobAnswer
  /** What a webhook gets. */
  readonly event: object
}

/** Tells people, or a web server, what came of a job. Never rejects. */
export class TellResult {
  readonly #parts: TellResultParts

  constructor(parts: TellResultParts) {
    this.#parts = parts
  }

  async tell(result: JobResult): Promise<Told> {
    const { delivery } = result.job
    if (delivery === undefined || delivery.mode === 'none') return { status: 'not-requested' }
    try {
      return delivery.mode === 'webhook' ? await this.#post(delivery, result) : await this.#announce(delivery, result)
    } catch (thrown) {
      return { status: 'not-delivered', error: messageOf(thrown) }
    }
  }

  async #post({ to = '' }: CronDelivery, { event }: JobResult): Promise<Told> {
    const { posts, webhookToken, clock } = this.#parts
    const token = webhookToken()
    const stop = new AbortController()
    const limit = clock.after(POST_MS, () => stop.abort())
    try {
      const body = JSON.stringify(event)
      await posts.post({ url: to, body, ...(token === undefined ? {} : { token }) }, stop.signal)
      return { status: 'delivered' }
    } finally {
      limit.cancel()
    }
  }

  /** Failures are for whoever looks after the job, not for those who read its results. */
  async #announce(delivery: CronDelivery, { job, runId, sessionKey, answer }: JobResult): Promise<Told> {
    const text = answer.status === 'ok' ? newsOfAnswer(answer.text, 0) : null
    if (text === null || text === '') return { status: 'not-requested' }
    const isLast = delivery.channel === undefined || delivery.channel === 'last'
    const session = isLast ? await this.#parts.store.session(sessionKey) : null
    const place = session === null ? null : deliveryPlaceOf(session)
    const channel = isLast ? place?.channel : delivery.channel
    const to = delivery.to ?? place?.to
    if (channel === undefined || to === undefined) {
      await this.#parts.systemEvents.queue(sessionKey, `Cron job ${oneLine(job.name)}: ${oneLine(text)}`)
      if (!isLast) return { status: 'not-delivered', error: 'the job names no chat (delivery.to)' }
      const error = 'nobody has written from a chat yet; the agent hears of it with its next turn'
      return { status: 'not-delivered', error, isNobodyThere: true }
    }
    const accountId = delivery.accountId ?? place?.accountId
    await this.#parts.sending.send({
      channel,
      to,
      message: text,
      idempotencyKey: runId,
      ...(accountId === undefined ? {} : { accountId }),
      ...(place?.threadId === undefined || delivery.to !== undefined ? {} : { threadId: place.threadId }),
      ...(isLast && delivery.to === undefined ? { sessionKey } : {}),
    })
    return { status: 'delivered' }
  }
}

/** What an agent was made to say must not look like more than one event. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length <= LONGEST_EVENT ? line : `${line.slice(0, LONGEST_EVENT)}...`
}

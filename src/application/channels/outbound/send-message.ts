import { accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import { routedMessageOf } from '../../../domain/channels/inbound/routed-message.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { messageOf } from '../../../domain/failure.js'
import type { PollParams, SendParams } from '../../../domain/protocol/methods/channels.js'
import { invalidRequest, unavailable } from '../../../domain/protocol/refusal.js'
import { route } from '../../../domain/routing/bindings.js'
import {
  type Channel,
  ChannelFailure,
  type ChannelPoll,
  type Delivery,
  type OutboundMedia,
} from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { RemoteFiles } from '../../ports/remote-files.js'
import type { DeliveryDesk } from './delivery-desk.js'
import type { MirrorMessage } from './mirror-message.js'
import { readMedia } from './read-media.js'
import { type Target, targetOf } from './target-of.js'

const BYTES_PER_MB = 1024 * 1024
const POLL_MS = 30_000
const SECONDS_PER_HOUR = 3_600

export interface SendMessageParts {
  readonly config: () => GatewayConfig
  readonly channels: readonly Channel[]
  readonly delivery: Pick<DeliveryDesk, 'sendNow'>
  readonly mirror: Pick<MirrorMessage, 'mirror'>
  readonly files: RemoteFiles
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
}

/** Says something in a chat because somebody asks for it, not because an agent answers. */
export class SendMessage {
  readonly #parts: SendMessageParts

  constructor(parts: SendMessageParts) {
    this.#parts = parts
  }

  /** What the network made of it. Throws Refusal. */
  async send(params: SendParams): Promise<object> {
    const { channels, config } = this.#parts
    const text = params.message?.trim() ?? ''
    const urls = [params.mediaUrl, ...(params.mediaUrls ?? [])].filter((url) => url !== undefined && url !== '')
    if (text === '' && urls.length === 0) throw invalidRequest('text or media required')
    const target = targetOf(channels, params)
    const { id, accountId, label, capabilities } = target.channel
    if (urls.length > 0 && !capabilities.media.outbound) throw invalidRequest(`${label} takes no media`)
    const { mediaMaxMb } = accountSettingsOf(config(), id, accountId)
    const media: OutboundMedia[] = []
    for (const url of urls) media.push(await readMedia(url ?? '', mediaMaxMb * BYTES_PER_MB, this.#parts.files))
    const delivery = await this.#deliver(target, text, media, params)
    await this.#mirror(target, [text, ...media.map(({ fileName }) => `[file: ${fileName}]`)], params.sessionKey)
    return answerOf(target, delivery, params.idempotencyKey)
  }

  /** Asks people to choose. Throws Refusal. */
  async poll(params: PollParams): Promise<object> {
    const target = targetOf(this.#parts.channels, params)
    const { channel } = target
    if (channel.poll === undefined || !channel.capabilities.polls) throw invalidRequest(`${channel.label} has no polls`)
    const ask = channel.poll.bind(channel)
    const delivery = await this.#within((signal) => ask(pollOf(target, params), signal))
    return {
      ...answerOf(target, delivery, params.idempotencyKey),
      ...(delivery.pollId === undefined ? {} : { pollId: delivery.pollId }),
    }
  }

  async #deliver(
    { channel, place }: Target,
    text: string,
    media: readonly OutboundMedia[],
    { idempotencyKey, replyTo, silent }: SendParams,
  ): Promise<Delivery> {
    const { delivery } = this.#parts
    const about = {
      channel: channel.id,
      accountId: channel.accountId,
      place,
      ...(replyTo === undefined || replyTo === '' ? {} : { replyTo }),
      ...(silent === undefined ? {} : { isSilent: silent }),
    }
    try {
      const [first, ...more] = media
      const id = `send:${idempotencyKey}`
      let sent = await delivery.sendNow({ ...about, id, text, ...(first === undefined ? {} : { media: first }) })
      for (const [index, one] of more.entries()) {
        sent = await delivery.sendNow({ ...about, id: `${id}:${index + 1}`, text: '', media: one })
      }
      return sent
    } catch (thrown) {
      throw refusalOf(thrown)
    }
  }

  /** People have it; that the conversation does not say so must not make anybody send it again. */
  async #mirror({ channel, place }: Target, lines: readonly string[], sessionKey: string | undefined): Promise<void> {
    const { config, mirror, log } = this.#parts
    const routed = route(routedMessageOf(channel, { place, sender: { id: place.chatId } }), config())
    const key = sessionKey === undefined || sessionKey === '' ? routed.sessionKey : sessionKey
    if (key === null) return
    try {
      await mirror.mirror(key, lines.filter((line) => line !== '').join('\n'))
    } catch (thrown) {
      log.warn('a message that was sent is not in its conversation', { sessionKey: key, error: messageOf(thrown) })
    }
  }

  async #within<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController()
    const timer = this.#parts.clock.after(POLL_MS, () => late.abort())
    try {
      return await ask(late.signal)
    } catch (thrown) {
      throw refusalOf(thrown)
    } finally {
      timer.cancel()
    }
  }
}

function pollOf({ place }: Target, params: PollParams): ChannelPoll {
  const { question, options, maxSelections, durationSeconds, durationHours, isAnonymous, silent } = params
  const seconds = durationSeconds ?? (durationHours === undefined ? undefined : durationHours * SECONDS_PER_HOUR)
  return {
    place,
    question,
    options,
    ...(maxSelections === undefined ? {} : { maxSelections }),
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(isAnonymous === undefined ? {} : { isAnonymous }),
    ...(silent === undefined ? {} : { isSilent: silent }),
  }
}

function answerOf({ channel }: Target, { messageId, ids }: Delivery, runId: string): object {
  return { runId, messageId, channel: channel.id, accountId: channel.accountId, ...ids }
}

/** Whether trying again helps is told; a message that came through although its answer was lost comes again then. */
function refusalOf(thrown: unknown): unknown {
  if (!(thrown instanceof ChannelFailure)) return thrown
  const { message, retryable, retryAfterMs, code } = thrown
  return unavailable(message, {
    retryable,
    details: { reason: code },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: thrown,
  })
}

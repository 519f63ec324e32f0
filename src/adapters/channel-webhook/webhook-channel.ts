import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import {
  type Channel,
  type ChannelAccountStatus,
  ChannelFailure,
  type ChannelProbe,
  type ChannelReceiver,
  type ChatPlace,
  type ChatSender,
  type Delivery,
  type OutboundMedia,
  type OutboundMessage,
  type TextLimit,
} from '../../application/ports/channel.js'
import type { ChannelSurroundings } from '../../application/ports/channel-factory.js'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../domain/failure.js'
import { type PostParts, postSigned } from './post-signed.js'
import { ProgramWatch } from './program-watch.js'
import { WebhookDoor } from './webhook-door.js'
import { USUAL_PACE, type WebhookPace } from './webhook-pace.js'
import { readTarget } from './webhook-target.js'

const BYTES_PER_MB = 1024 * 1024
/** A body may have this many bytes besides its attachments. */
const BODY_BYTES = 256 * 1024
/** Most UTF-16 units of one answer, however large `textChunkLimit` is. */
const LONGEST_TEXT = 65_536

interface Running {
  readonly door: WebhookDoor
  readonly watch: ProgramWatch
  readonly post: PostParts
}

/** One program of your own: its messages arrive at our address, answers are posted to its. */
export class WebhookChannel implements Channel {
  readonly id = 'webhook'
  readonly label = 'Webhook'
  readonly accountId: string
  readonly capabilities = {
    media: { inbound: true, outbound: true },
    typing: false,
    reactions: false,
    edits: false,
    replies: true,
    polls: false,
    threads: true,
    nativeCommands: false,
  }
  readonly textLimit: TextLimit
  readonly httpPaths: readonly string[]
  readonly #account: ChannelAccount<'webhook'>
  readonly #surroundings: ChannelSurroundings
  readonly #pace: WebhookPace
  readonly #name: string
  readonly #path: string
  /** What is on its way to the program. */
  readonly #said = new Set<Promise<unknown>>()
  #running: Running | null = null

  constructor(account: ChannelAccount<'webhook'>, surroundings: ChannelSurroundings, pace: Partial<WebhookPace> = {}) {
    this.accountId = account.accountId
    this.#account = account
    this.#surroundings = surroundings
    this.#pace = { ...USUAL_PACE, ...pace }
    this.#name = `webhook/${account.accountId}`
    const path = account.path ?? `/channels/webhook/${encodeURIComponent(account.accountId)}`
    this.#path = path.startsWith('/') ? path : `/${path}`
    this.httpPaths = [this.#path]
    this.textLimit = { max: LONGEST_TEXT, unit: 'utf16', lineBreaks: true }
  }

  async start(receiver: ChannelReceiver): Promise<void> {
    const { secret, replyUrl, mediaMaxMb } = this.#account
    if (this.#running !== null || secret === undefined || replyUrl === undefined) return receiver.changed()
    const { clock, log, random } = this.#surroundings
    const post = this.#postParts(secret, replyUrl)
    this.#running = {
      post,
      door: new WebhookDoor({
        path: this.#path,
        secret,
        // Base64 makes four characters of three bytes.
        maxBytes: Math.ceil((mediaMaxMb * BYTES_PER_MB * 4) / 3) + BODY_BYTES,
        clock,
        log,
        take: (message) => receiver.received(message),
      }),
      watch: new ProgramWatch({
        look: (signal) => postSigned(this.#ping(), post, signal),
        changed: () => receiver.changed(),
        pace: this.#pace,
        random,
        clock,
      }),
    }
    receiver.changed()
  }

  async stop(): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    await running.watch.stop()
    await Promise.allSettled(this.#said)
    running.post.agent.destroy()
  }

  status(): ChannelAccountStatus {
    const { enabled, replyUrl } = this.#account
    const missing = this.#missing
    return {
      accountId: this.accountId,
      enabled,
      configured: missing === null,
      running: this.#running !== null,
      ...(missing === null ? {} : { lastError: missing, lastErrorCode: 'auth' as const }),
      ...(this.#running?.watch.told ?? { connected: false }),
      ...(replyUrl === undefined ? {} : { self: new URL(replyUrl).origin }),
      facts: { path: this.#path },
    }
  }

  async probe(signal: AbortSignal): Promise<ChannelProbe> {
    const { clock } = this.#surroundings
    const { secret, replyUrl } = this.#account
    if (secret === undefined || replyUrl === undefined) return { ok: false, latencyMs: 0, error: this.#missing ?? '' }
    const startedAt = clock.monotonic()
    const post = this.#postParts(secret, replyUrl)
    try {
      await postSigned(this.#ping(), post, signal)
      return { ok: true, latencyMs: clock.monotonic() - startedAt, self: new URL(replyUrl).origin }
    } catch (thrown) {
      return { ok: false, latencyMs: clock.monotonic() - startedAt, error: messageOf(thrown) }
    } finally {
      post.agent.destroy()
    }
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    const running = this.#running
    if (running === null) throw new ChannelFailure('stopped', `${this.#name} is not running`)
    const id = message.id ?? randomUUID()
    const { place } = message
    const ending = AbortSignal.any([signal, running.watch.signal])
    if (ending.aborted) throw new ChannelFailure('stopped', `${this.#name}: sending was stopped`)
    const saying = postSigned(this.#saidAs(id, message), running.post, ending)
    this.#said.add(saying)
    try {
      const answer = await saying
      running.watch.worked()
      return { messageId: idIn(answer) ?? id, ids: { conversationId: place.chatId } }
    } catch (thrown) {
      running.watch.failed(thrown)
      throw thrown
    } finally {
      this.#said.delete(saying)
    }
  }

  placeOf(target: string): ChatPlace | null {
    return readTarget(target)
  }

  isSender(entry: string, sender: ChatSender): boolean {
    return entry === sender.id || entry === `webhook:${sender.id}`
  }

  async handle(request: Request): Promise<Response> {
    const running = this.#running
    if (running !== null) return running.door.handle(request)
    return Response.json(
      { ok: false, error: 'the account is not running' },
      { status: 503, headers: { 'retry-after': '5' } },
    )
  }

  get #missing(): string | null {
    const { secret, replyUrl, accountId } = this.#account
    const section = accountId === 'default' ? 'channels.webhook' : `channels.webhook.accounts.${accountId}`
    if (secret === undefined) return `${this.#name} has no secret; set ${section}.secret`
    return replyUrl === undefined ? `${this.#name} has no address for answers; set ${section}.replyUrl` : null
  }

  #postParts(secret: string, url: string): PostParts {
    const { headers = {}, timeoutSeconds = 10 } = this.#account
    const agent = url.startsWith('https:') ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
    const { clock } = this.#surroundings
    return { name: this.#name, url, secret, headers, timeoutMs: timeoutSeconds * 1000, agent, clock }
  }

  #ping(): object {
    return { type: 'ping', account: this.accountId, sentAt: this.#surroundings.clock.now() }
  }

  #saidAs(id: string, { place, text, replyTo, isSilent, media }: OutboundMessage): object {
    return {
      type: 'message',
      id,
      account: this.accountId,
      conversation: place.chatId,
      kind: place.kind,
      ...(place.branch === undefined ? {} : { thread: place.branch.id }),
      text,
      sentAt: this.#surroundings.clock.now(),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(isSilent === true ? { silent: true } : {}),
      ...(media === undefined ? {} : { media: [asJson(media)] }),
    }
  }
}

function asJson({ kind, mimeType, fileName, bytes }: OutboundMedia): object {
  return { kind, mimeType, fileName, data: Buffer.from(bytes).toString('base64') }
}

/** The id that the program gave to a message, when it says one. */
function idIn(answer: unknown): string | null {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null
  return typeof id === 'string' && id !== '' ? id : null
}

import type { InboundMessage } from '../../application/ports/channel.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Log } from '../../application/ports/log.js'
import { readMessage } from './read-message.js'
import { isProven, readProof, TOLERANCE_MS } from './request-signature.js'

/** How long a body may take, in milliseconds. */
const BODY_MS = 30_000
/** Of what was refused, one line in this time goes into the log. */
const QUIET_MS = 60_000

export interface WebhookDoorParts {
  readonly path: string
  readonly secret: string
  readonly maxBytes: number
  readonly clock: Clock
  readonly log: Log
  /** Resolves when the message is kept; when it rejects, the program is asked to bring it again. */
  readonly take: (message: InboundMessage) => Promise<void>
}

/** Answers what a program sends to our address: signed messages, each taken once. */
export class WebhookDoor {
  readonly #parts: WebhookDoorParts
  /** What was taken, by conversation and id, with the time; long enough that no overheard request counts again. */
  readonly #taken = new Map<string, number>()
  /** The last message of each conversation that is under way: one after the other. */
  readonly #underWay = new Map<string, Promise<unknown>>()
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(parts: WebhookDoorParts) {
    this.#parts = parts
  }

  async handle(request: Request): Promise<Response> {
    const { path, secret, maxBytes, clock } = this.#parts
    if (new URL(request.url).pathname !== path) return refused(404, 'there is nothing at this path')
    if (request.method !== 'POST') return refused(405, 'messages are posted', { allow: 'POST' })
    const proof = readProof(request.headers, clock.now())
    if (typeof proof === 'string') return this.#unproven(proof)
    const body = await this.#bodyOf(request, maxBytes)
    if (body === 'late') return refused(408, 'the body took too long')
    if (body === 'large') return refused(413, `the body may have ${maxBytes} bytes`)
    if (!isProven(secret, proof, body)) return this.#unproven('the signature does not match the secret and the body')
    const message = readMessage(body, clock.now())
    return typeof message === 'string' ? refused(400, message) : this.#inOrder(message)
  }

  #unproven(problem: string): Response {
    const { clock, log, path } = this.#parts
    if (clock.monotonic() - this.#toldAt >= QUIET_MS) {
      this.#toldAt = clock.monotonic()
      log.warn('a request without a valid signature was refused', { path, problem })
    }
    return refused(401, problem)
  }

  async #inOrder(message: InboundMessage): Promise<Response> {
    const { chatId } = message.place
    const before = this.#underWay.get(chatId) ?? Promise.resolve()
    const mine = before.then(() => this.#take(message))
    this.#underWay.set(chatId, mine)
    const answer = await mine
    if (this.#underWay.get(chatId) === mine) this.#underWay.delete(chatId)
    return answer
  }

  async #take(message: InboundMessage): Promise<Response> {
    const { take, clock } = this.#parts
    const name = JSON.stringify([message.place.chatId, message.messageId])
    this.#forget(clock.now())
    if (this.#taken.has(name)) return Response.json({ ok: true, duplicate: true })
    try {
      await take(message)
    } catch (thrown) {
      this.#parts.log.debug('a message could not be kept and has to come again', { err: thrown })
      return refused(503, 'the message cannot be kept now; send it again', { 'retry-after': '1' })
    }
    this.#taken.set(name, clock.now())
    return Response.json({ ok: true })
  }

  /** A timestamp may lie ahead as far as it may lie behind. */
  #forget(now: number): void {
    for (const [name, at] of this.#taken) {
      if (now - at <= 2 * TOLERANCE_MS) return
      this.#taken.delete(name)
    }
  }

  async #bodyOf({ body }: Request, maxBytes: number): Promise<Uint8Array | 'late' | 'large'> {
    if (body === null) return new Uint8Array()
    const reader = body.getReader()
    const chunks: Uint8Array[] = []
    let size = 0
    let isLate = false
    const timer = this.#parts.clock.after(BODY_MS, () => {
      isLate = true
      void reader.cancel()
    })
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (isLate) return 'late'
        if (done) return Buffer.concat(chunks)
        size += value.byteLength
        if (size > maxBytes) {
          void reader.cancel()
          return 'large'
        }
        chunks.push(value)
      }
    } finally {
      timer.cancel()
    }
  }
}

function refused(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ ok: false, error }, { status, headers })
}

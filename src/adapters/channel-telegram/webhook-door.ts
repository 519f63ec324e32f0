import { createHash, timingSafeEqual } from 'node:crypto'
import type { Update } from 'grammy/types'

/** Telegram's own updates stay far below. */
const MOST_BYTES = 1_048_576
const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

/** Answers what Telegram sends to our address: https://core.telegram.org/bots/api#setwebhook */
export class WebhookDoor {
  readonly #path: string
  readonly #secret: string
  readonly #take: (update: Update) => Promise<void>

  /**
   * @param take resolves when the update may be forgotten by Telegram; when it rejects, Telegram is asked to bring it
   * again
   */
  constructor(options: {
    readonly path: string
    readonly secret: string
    readonly take: (update: Update) => Promise<void>
  }) {
    this.#path = options.path
    this.#secret = options.secret
    this.#take = options.take
  }

  async handle(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== this.#path) return answer(404)
    if (request.method !== 'POST') return answer(405, { allow: 'POST' })
    if (!isSame(request.headers.get(SECRET_HEADER) ?? '', this.#secret)) return answer(401)
    const text = await boundedText(request)
    if (text === null) return answer(413)
    const update = readUpdate(text)
    if (update === null) return answer(400)
    return this.#take(update).then(
      () => answer(200),
      () => answer(503, { 'retry-after': '1' }),
    )
  }
}

/** Takes the same time whatever differs. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return secret !== '' && timingSafeEqual(digest(given), digest(secret))
}

async function boundedText(request: Request): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readUpdate(text: string): Update | null {
  try {
    const read: unknown = JSON.parse(text)
    const isUpdate = typeof read === 'object' && read !== null && 'update_id' in read
    return isUpdate && Number.isSafeInteger(read.update_id) ? (read as Update) : null
  } catch {
    return null
  }
}

function answer(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers })
}

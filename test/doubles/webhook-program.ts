import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { unusedPort } from '../contracts/harness/unused-port.js'

/** A request that the gateway sent to the program. */
export interface SeenPost {
  readonly headers: IncomingMessage['headers']
  readonly body: Readonly<Record<string, unknown>> & { readonly type: string }
  readonly isSigned: boolean
}

/** Headers of a request as the gateway wants them signed. */
export function signatureHeaders(secret: string, body: string, nowMs = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const hex = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return { 'x-mayros-timestamp': timestamp, 'x-mayros-signature': `sha256=${hex}` }
}

/** A program on the other side of the webhook channel: a real server that answers, breaks, and falls silent when told. */
export class WebhookProgram {
  readonly secret: string
  readonly posts: SeenPost[] = []
  /** Answers to the next posts that are no pings, in order; afterwards all are taken. */
  readonly answers: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }[] =
    []
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #isSilent = false

  private constructor(secret: string) {
    this.secret = secret
  }

  static async open(secret = 's3cret-of-the-webhook'): Promise<WebhookProgram> {
    const program = new WebhookProgram(secret)
    await program.mend()
    return program
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/answers`
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** What was said, pings left out. */
  get messages(): readonly SeenPost[] {
    return this.posts.filter(({ body }) => body.type === 'message')
  }

  fallSilent(): void {
    this.#isSilent = true
  }

  async mend(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#port ||= await unusedPort()
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
  }

  async break(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const sentAt = Number(request.headers['x-mayros-timestamp']) * 1000
    const expected = signatureHeaders(this.secret, text, sentAt)['x-mayros-signature']
    const body = JSON.parse(text) as SeenPost['body']
    const isSigned = expected === request.headers['x-mayros-signature']
    const answer = body.type === 'ping' ? undefined : this.answers.shift()
    if (answer === undefined || answer.status < 300) this.posts.push({ headers: request.headers, body, isSigned })
    if (this.#isSilent) return
    response.writeHead(answer?.status ?? 200, answer?.headers).end(answer?.body ?? '{}')
  }
}

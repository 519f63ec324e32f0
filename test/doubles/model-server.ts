import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Dialect, dialectOf, eventsOf } from './model-dialects.js'

/** A tool the model asks for. `text`: the arguments as they go over the wire, readable or not; Google sends none such. */
export interface SpokenCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
  readonly text?: string
}

/** What the model says, in whatever dialect it is asked. */
export interface ModelSpeech {
  readonly kind: 'speech'
  readonly text?: readonly string[]
  readonly thinking?: readonly string[]
  readonly toolCall?: SpokenCall
  /** Several at once; after `toolCall` where both are given. */
  readonly toolCalls?: readonly SpokenCall[]
  readonly finish?: 'stop' | 'length' | 'filtered'
  /** Milliseconds before every event. */
  readonly delayMs?: number
  /** After the text: the connection breaks, the response ends without a finish, or nothing more ever comes. */
  readonly after?: 'drop' | 'end' | 'hang'
}

/** Any other behaviour of a server. */
export type ModelAnswer =
  | ModelSpeech
  | {
      readonly kind: 'error'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body: unknown
    }
  /** Events as they go over the wire, then the end of the response or silence. */
  | {
      readonly kind: 'raw'
      readonly pieces: readonly string[]
      readonly headers?: Record<string, string>
      readonly after?: 'hang'
    }
  /** The connection is cut without a word. */
  | { readonly kind: 'drop' }
  /** The request is read and never answered. */
  | { readonly kind: 'hang' }

/** One request as it arrived. */
export interface ModelRequest {
  readonly dialect: Dialect
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
  /** Number of the TCP connection, from 1. */
  readonly connection: number
}

/**
 * An HTTP server that speaks like the model providers: OpenAI chat completions and responses, Anthropic messages and
 * Google generateContent, all streaming. It says what it was told to say.
 */
export class ModelServer {
  readonly requests: ModelRequest[] = []
  /** Asked for every request, in the order of arrival. */
  answer: (request: ModelRequest) => ModelAnswer = () => ({ kind: 'speech', text: ['Hello ', 'world'] })
  readonly #server: Server
  readonly #connections = new WeakMap<object, number>()
  #connectionCount = 0
  #unanswered = 0

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.on('connection', (socket) => {
      this.#connectionCount += 1
      this.#connections.set(socket, this.#connectionCount)
    })
  }

  static async start(): Promise<ModelServer> {
    const double = new ModelServer()
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve))
    return double
  }

  /** `http://127.0.0.1:12345`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Responses that were neither completed nor given up by the client. */
  get openResponses(): number {
    return this.#unanswered
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#unanswered += 1
    response.on('close', () => {
      this.#unanswered -= 1
    })
    let text = ''
    for await (const piece of incoming.setEncoding('utf8')) text += piece
    const path = incoming.url ?? ''
    const request: ModelRequest = {
      dialect: dialectOf(path),
      path,
      headers: incoming.headers,
      body: JSON.parse(text),
      connection: this.#connections.get(incoming.socket) ?? 0,
    }
    this.requests.push(request)
    await respond(this.answer(request), request.dialect, response)
  }
}

async function respond(answer: ModelAnswer, dialect: Dialect, response: ServerResponse): Promise<void> {
  switch (answer.kind) {
    case 'hang':
      return
    case 'drop':
      response.destroy()
      return
    case 'error':
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
      return
    case 'raw':
      response.writeHead(200, { 'content-type': 'text/event-stream', ...answer.headers })
      for (const piece of answer.pieces) await write(response, piece)
      if (answer.after !== 'hang') response.end()
      return
    case 'speech':
      return speak(answer, dialect, response)
  }
}

async function speak(speech: ModelSpeech, dialect: Dialect, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const { body, end } = eventsOf(dialect, speech)
  for (const event of body) {
    if (speech.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, speech.delayMs))
    if (response.destroyed) return
    await write(response, event)
  }
  if (speech.after === 'hang') return
  if (speech.after === 'drop') response.destroy()
  else if (speech.after === 'end') response.end()
  else response.end(end.join(''))
}

/** Waits until the piece has left this process. */
function write(response: ServerResponse, piece: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(piece, () => resolve())
  })
}

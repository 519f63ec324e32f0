import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type ApiFacts, type ApiRequest, apiRequests } from './api-requests.js'

export const FUZZ_HOOKS_TOKEN = 'a-token-for-webhooks-of-the-fuzzer'

/** Everything is turned on; nothing reaches out into the network, and no tool that touches the machine is there. */
export const FUZZ_CONFIG = {
  gateway: {
    controlUi: { enabled: false },
    http: {
      endpoints: {
        chatCompletions: { enabled: true, maxBodyBytes: '64kb' },
        responses: {
          enabled: true,
          maxBodyBytes: '64kb',
          files: { allowUrl: false },
          images: { allowUrl: false },
        },
      },
    },
  },
  tools: { allow: ['sessions_list', 'sessions_history', 'session_status', 'agents_list'] },
  agents: { defaults: { maxConcurrent: 64 } },
  hooks: {
    enabled: true,
    token: FUZZ_HOOKS_TOKEN,
    maxBodyBytes: '64kb',
    allowRequestSessionKey: true,
    presets: ['github', 'gmail'],
    mappings: [
      { match: { path: 'alarm' }, action: 'wake', textTemplate: 'Alarm: {{text}} {{a.b[0].c}}' },
      {
        match: { path: 'job' },
        action: 'agent',
        messageTemplate: '{{message}}',
        sessionKey: 'hook:job:{{id}}',
        deliver: false,
      },
    ],
  },
}

/** Stands in made-up requests for the id of the response that was given last. */
const STORED = 'resp_0'

/** For an answer, whole. */
const PATIENCE_MS = 15_000
/** What may come to any request whatever it asks for: another path, another method. */
const OF_ANYTHING: readonly number[] = [400, 404, 405]

/** What a fuzzer found: how often each status came, and what was wrong. */
export interface Outcome {
  readonly status: number
  /** What the gateway must not do; null = nothing. */
  readonly trouble: string | null
}

/** Makes up requests of an API and judges what is answered. The same seed makes the same requests. */
export class ApiFuzz {
  readonly #requests: fc.Arbitrary<ApiRequest>
  readonly #seed: number
  readonly #agent = new Agent({ keepAlive: true })
  #lastResponse = STORED

  constructor(facts: Pick<ApiFacts, 'token'>, seed: number) {
    const known = {
      id: ['mayros', 'mayros:main', 'agent:main', STORED, STORED],
      name: ['alarm', 'job', 'github', 'gmail'],
    }
    this.#requests = apiRequests({ ...facts, hooksToken: FUZZ_HOOKS_TOKEN, known })
    this.#seed = seed
  }

  /** The request with this number. */
  request(index: number): ApiRequest {
    const [request] = fc.sample(this.#requests, { seed: this.#seed * 1_000_003 + index, numRuns: 1 })
    if (request === undefined) throw new Error('nothing was made up')
    return request
  }

  /**
   * Sends a request and judges the answer.
   * @param mayFail whether models fail on purpose, so that what they are asked for may end with 5xx
   */
  async play(url: string, request: ApiRequest, mayFail = false): Promise<Outcome> {
    const target = request.target.replace(STORED, this.#lastResponse)
    const body = typeof request.body === 'string' ? request.body.replace(STORED, this.#lastResponse) : request.body
    const answer = await this.#ask(url, { ...request, target, ...(body === undefined ? {} : { body }) })
    const { status, text } = answer
    this.#lastResponse = /"id":"(resp_\w+)"/.exec(text)?.[1] ?? this.#lastResponse
    return { status, trouble: troubleOf(request, answer, mayFail) }
  }

  /** Ends the connections that were kept for the next request. */
  hangUp(): void {
    this.#agent.destroy()
  }

  #ask(url: string, { method, target, headers: given, body }: ApiRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url)
      const signal = AbortSignal.timeout(PATIENCE_MS)
      // For some methods nobody else would say how long the body is.
      const headers = body === undefined ? given : { ...given, 'content-length': Buffer.byteLength(body) }
      // As it stands: whoever parses the target first would tidy it up.
      const options = { hostname, port, method, path: target, headers, agent: this.#agent, signal }
      const outgoing = httpRequest(options, (incoming) => {
        buffer(incoming).then((bytes) => {
          const text = decoded(bytes, incoming.headers['content-encoding'])
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
        }, reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

function decoded(bytes: Buffer, coding: string | undefined): string {
  if (bytes.length === 0 || coding === undefined) return bytes.toString()
  return (coding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes)).toString()
}

function troubleOf(
  { described, method }: ApiRequest,
  { status, headers, text }: Answer,
  mayFail: boolean,
): string | null {
  if (status >= 500 && !(mayFail && described?.includes(status) === true)) return `answered with ${status}`
  if (described !== null && !described.includes(status)) return `${status} is not described`
  if (described === null && status >= 400 && !KNOWN_REFUSALS.has(status)) return `${status} for another method or path`
  if (headers['x-request-id'] === undefined) return 'has no request id'
  const type = headers['content-type'] ?? ''
  if (type.startsWith('text/event-stream')) return streamTrouble(text)
  if (!type.startsWith('application/json') || method === 'HEAD') return null
  return jsonTrouble(text, status)
}

const KNOWN_REFUSALS: ReadonlySet<number> = new Set([...OF_ANYTHING, 401, 403, 408, 413, 421])

function jsonTrouble(text: string, status: number): string | null {
  try {
    const value = JSON.parse(text) as { readonly error?: unknown }
    const isTold = typeof value.error === 'string' || typeof (value.error as Error | undefined)?.message === 'string'
    return status < 400 || isTold ? null : 'the error has no message'
  } catch (thrown) {
    return `the body is no JSON: ${(thrown as Error).message}`
  }
}

function streamTrouble(text: string): string | null {
  if (!text.endsWith('\n\n')) return 'the stream is cut off'
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  return last === 'data: [DONE]' || last.includes('"error"') ? null : `the stream ends with ${last.slice(0, 200)}`
}

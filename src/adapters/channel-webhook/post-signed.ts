import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ChannelFailure, type ChannelFailureCode } from '../../application/ports/channel.js'
import type { Clock } from '../../application/ports/clock.js'
import { signed } from './request-signature.js'

/** More of an answer is not read. */
const LONGEST_ANSWER = 65_536

export interface PostParts {
  /** For messages: `webhook/default`. */
  readonly name: string
  readonly url: string
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly agent: Agent
  readonly clock: Clock
}

/**
 * Posts a value to the program and answers with what it said; null = nothing that is JSON. A redirect is not followed:
 * what was signed for one address must not be shown to another. Rejects with a ChannelFailure.
 */
export async function postSigned(value: object, parts: PostParts, signal: AbortSignal): Promise<unknown> {
  const { name, clock, timeoutMs } = parts
  const late = new AbortController()
  const timer = clock.after(timeoutMs, () => late.abort())
  const ending = AbortSignal.any([signal, late.signal])
  try {
    const response = await ask(value, parts, ending)
    const text = await read(response, ending)
    refuse(response, name)
    return jsonIn(text)
  } catch (thrown) {
    if (thrown instanceof ChannelFailure) throw thrown
    if (signal.aborted) throw new ChannelFailure('stopped', `${name}: sending was stopped`, { cause: thrown })
    if (late.signal.aborted) {
      throw new ChannelFailure('network', `${name}: the program did not answer within ${timeoutMs / 1000} s`)
    }
    throw new ChannelFailure('network', `${name}: the program cannot be reached (${codeOf(thrown)})`, { cause: thrown })
  } finally {
    timer.cancel()
  }
}

function ask(value: object, parts: PostParts, signal: AbortSignal): Promise<IncomingMessage> {
  const { name, url, secret, agent, clock } = parts
  const body = Buffer.from(JSON.stringify(value))
  const headers = {
    ...lowerCased(parts.headers),
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'mayros',
    ...signed(secret, body, clock.now()),
  }
  return new Promise((resolve, reject) => {
    const open = url.startsWith('https:') ? httpsRequest : httpRequest
    try {
      open(url, { method: 'POST', agent, headers, signal }, resolve).once('error', reject).end(body)
    } catch (thrown) {
      // Node refuses headers that cannot be sent; its message would show their value.
      reject(new ChannelFailure('invalid', `${name}: the request cannot be sent; see channels.webhook.headers`))
      if (!(thrown instanceof TypeError)) throw thrown
    }
  })
}

async function read(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LONGEST_ANSWER) break
    chunks.push(chunk)
  }
  if (signal.aborted) throw signal.reason
  return Buffer.concat(chunks).toString('utf8')
}

/** Throws unless the program has taken it. */
function refuse({ statusCode: status = 0, headers }: IncomingMessage, name: string): void {
  if (status >= 200 && status < 300) return
  const { code, because } = refusalOf(status)
  const seconds = Number(headers['retry-after'])
  throw new ChannelFailure(code, `${name}: the program answered ${status}${because}`, {
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  })
}

function refusalOf(status: number): { readonly code: ChannelFailureCode; readonly because: string } {
  if (status >= 300 && status < 400) {
    return { code: 'auth', because: ', a redirect; set replyUrl to the address where it ends' }
  }
  if (status === 401 || status === 403) return { code: 'auth', because: '; both sides need the same secret' }
  if (status === 404 || status === 410) return { code: 'not-found', because: '; see replyUrl' }
  if (status === 413) return { code: 'too-large', because: '' }
  if (status === 429) return { code: 'rate-limited', because: '' }
  if (status === 408 || status === 425 || status >= 500) return { code: 'network', because: '' }
  return { code: 'invalid', because: '' }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'the connection broke'
}

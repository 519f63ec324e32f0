import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream'

/** What the library gives to its `fetch`, and what it reads of the answer. */
interface CallInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | NodeJS.ReadableStream
  /** Of a polyfill, or the platform's. */
  readonly signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }
}

export type AgentFetch = (address: string, init: CallInit) => Promise<{ json(): Promise<unknown> }>

/**
 * The part of `fetch` that the library needs, over the connections of one account. (Its own knows signals by the name of
 * their class, which does not survive bundling, and ends in errors that name the address with the token.)
 */
export function agentFetch(agent: Agent): AgentFetch {
  return async (address, init) => {
    const response = await ask(address, init, agent)
    return { json: () => read(response) }
  }
}

function ask(address: string, init: CallInit, agent: Agent): Promise<IncomingMessage> {
  const { method = 'POST', headers = {}, body, signal } = init
  return new Promise((resolve, reject) => {
    const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
    const open = address.startsWith('https:') ? httpsRequest : httpRequest
    const request = open(address, { method, agent, headers: { ...headers, ...length } }, resolve)
    request.once('error', reject)
    const leave = () => request.destroy(problemOf('ABORTED'))
    if (signal?.aborted === true) return leave()
    signal?.addEventListener('abort', leave)
    if (body === undefined || typeof body === 'string') request.end(body)
    else pipeline(body, request, (problem) => problem && request.destroy(problem))
  })
}

async function read(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw problemOf(`HTTP_${response.statusCode}`)
  }
}

function problemOf(code: string): Error {
  return Object.assign(new Error('there is no answer that can be read'), { code })
}

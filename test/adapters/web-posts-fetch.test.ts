import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FetchWebPosts } from '../../src/adapters/web-posts-fetch/fetch-web-posts.js'
import { WebPostFailure } from '../../src/application/ports/web-posts.js'

const posts = new FetchWebPosts()
const patience = new AbortController().signal

let server: Server
let url: string
let seen: { readonly request: IncomingMessage; readonly body: string }[]
let status: number | null

beforeEach(async () => {
  seen = []
  status = 200
  server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    seen.push({ request, body })
    if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end('{"secret":"of the server"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?key=hidden`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const failure = (sent: Promise<void>) => sent.then(() => null).catch((thrown: unknown) => thrown as WebPostFailure)

describe('a post', () => {
  it('carries the JSON, and the token where there is one', async () => {
    await posts.post({ url, body: '{"a":1}', token: 'sesame' }, patience)
    await posts.post({ url, body: '{"a":2}' }, patience)
    expect(seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":2}'])
    const [first, second] = seen.map(({ request }) => request)
    expect(first).toMatchObject({ method: 'POST', url: '/in?key=hidden' })
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer sesame' })
    expect(second?.headers.authorization).toBeUndefined()
  })

  it.each([500, 404, 302])('that is answered with %i was not taken', async (answer) => {
    status = answer
    const thrown = await failure(posts.post({ url, body: '{}' }, patience))
    expect(thrown).toBeInstanceOf(WebPostFailure)
    expect(thrown).toMatchObject({ code: 'web-post-refused', retryable: false })
    expect(thrown?.message).toBe(`${new URL(url).origin} answered with status ${answer}`)
    expect(seen).toHaveLength(1)
  })

  it('to nobody says so, without what may be secret in the address', async () => {
    server.close()
    server.closeAllConnections()
    const thrown = await failure(posts.post({ url, body: '{}', token: 'sesame' }, patience))
    expect(thrown).toMatchObject({ code: 'web-post-unreachable', retryable: true })
    expect(thrown?.message).toBe(`${new URL(url).origin} could not be reached: ECONNREFUSED`)
  })

  it('ends when it is given up', async () => {
    status = null
    const stop = new AbortController()
    const sent = failure(posts.post({ url, body: '{}' }, stop.signal))
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    expect((await sent)?.message).toBe(`${new URL(url).origin} could not be reached: it took too long`)
  })
})

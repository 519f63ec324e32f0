import assert from 'node:assert/strict'
import type { Proof } from './stage.js'
import type { RawClient } from './transport-harness.js'
import { pause, until, within } from './until.js'

const CHUNK_BYTES = 64 * 1024
/** How much a client offers that does not listen meanwhile. */
const PATIENT_UPLOAD_CHUNKS = 1_024
/** Heads are sent in pieces of this size, so that the engine has to put them together. */
const PIECE_BYTES = 512

/** What no server may take for a request. */
const MALFORMED = [
  '\u0000\u0001\u0002\u0003 binary \u00ff\u00fe\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nabcde',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
]

export const httpWireProofs = {
  '5.14': async (stage) => {
    const scene = await stage.serve({
      fetch: async (request) => {
        if (request.method === 'GET') return new Response('next')
        const reader = request.body!.getReader()
        await reader.read()
        await reader.read()
        return new Response('too much', { status: 413 })
      },
    })
    let isAnswered = false
    let offered = 0
    async function* body() {
      for (; offered < PATIENT_UPLOAD_CHUNKS && !isAnswered; offered++) {
        yield new Uint8Array(CHUNK_BYTES)
        await pause(0)
      }
    }
    const response = await stage.request(scene.endpoint, { method: 'POST', body: body() })
    isAnswered = true
    assert.deepEqual([response.status, await within('the body', response.text())], [413, 'too much'])
    assert.ok(offered < PATIENT_UPLOAD_CHUNKS, 'the whole upload was taken before it was answered')
    const next = await stage.request(scene.endpoint)
    assert.deepEqual([next.status, await next.text()], [200, 'next'])
  },

  '5.15': async (stage) => {
    const scene = await stage.serve({ fetch: ({ url }) => new Response(`at ${new URL(url).pathname};`) })
    const raw = await stage.raw(scene.endpoint)
    for (let n = 0; n < 5; n++) {
      raw.write(`GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`)
      await until(
        `answer ${n} on one connection`,
        () => raw.text.includes(`at /${n};`),
        () => raw.text,
      )
      await pause(5)
      assert.equal(raw.hasEnded, false, `the connection ended after answer ${n}`)
    }
    raw.write('GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await until('the last answer', () => raw.text.includes('at /last;'))
    await until('the end a client asked for', () => raw.hasEnded)
  },

  '5.16': async (stage) => {
    const isOrdered = stage.supports.pipelining === 'ordered'
    const signals: AbortSignal[] = []
    const scene = await stage.serve({
      fetch: async ({ url, signal }) => {
        signals.push(signal)
        const { pathname } = new URL(url)
        if (isOrdered) await pause(pathname === '/1' ? 40 : 5)
        else await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return new Response(`at ${pathname};`)
      },
    })
    const raw = await stage.raw(scene.endpoint)
    const requests = [1, 2, 3].map((n) => `GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`)
    if (isOrdered) {
      raw.write(requests.join(''))
      await until(
        '3 answers',
        () => raw.text.match(/at \/\d;/g)?.length === 3 || raw.hasEnded,
        () => raw.text,
      )
      assert.deepEqual(raw.text.match(/at \/\d;/g), ['at /1;', 'at /2;', 'at /3;'])
      return
    }
    raw.write(requests[0]!)
    await until('the first request', () => signals.length === 1)
    raw.write(requests[1]!)
    await until(
      'the end of a client whose pipelining is refused',
      () => raw.hasEnded,
      () => raw.text,
    )
    await until('the signal of the first request to abort', () => signals[0]?.aborted === true)
    assert.equal(raw.text, '', 'something was answered, though pipelining is declared as refused')
  },

  '5.17': async (stage) => {
    let asked = 0
    const scene = await stage.serve({
      fetch: (request) => {
        asked++
        return new Response(`${request.headers.get('x-long')?.length} ${new URL(request.url).search.length}`)
      },
    })
    const { maxHeadBytes, answersLongHeads } = stage.supports
    const fitting = 'x'.repeat(Math.floor(maxHeadBytes * 0.75))
    const raw = await stage.raw(scene.endpoint)
    await inPieces(raw, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${fitting}\r\n\r\n`)
    await until(
      'an answer to a head that fits',
      () => raw.text.includes(`\r\n${fitting.length} 0`),
      () => `${raw.text}${raw.hasEnded ? ', then the end' : ''}`,
    )
    const long = 'x'.repeat(maxHeadBytes * 5)
    for (const head of [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${long}`, `GET /?${long} HTTP/1.1\r\nHost: x`]) {
      const client = await stage.raw(scene.endpoint)
      client.write(`${head}\r\n\r\n`)
      await until(
        'an end or an answer to a head that is too long',
        () => client.hasEnded || client.text.includes('\r\n\r\n'),
        () => client.text,
      )
      if (answersLongHeads || client.text !== '') assert.match(client.text, /^HTTP\/1\.1 (431|414) /)
    }
    assert.equal(asked, 1, 'a head that is too long reached fetch')
    assert.equal((await stage.request(scene.endpoint)).status, 200, 'another client suffers')
  },

  '5.18': async (stage) => {
    const scene = await stage.serve({
      fetch: ({ method, url }) => {
        const allow = { allow: 'GET, HEAD' }
        if (method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
        if (url.endsWith('/absent')) return new Response('not here', { status: 404 })
        if (method !== 'GET' && method !== 'HEAD') return new Response('not so', { status: 405, headers: allow })
        return new Response('here')
      },
    })
    for (let round = 0; round < 2; round++) {
      for (const [method, path, status, allow, text] of [
        ['OPTIONS', '/', 204, 'GET, HEAD', ''],
        ['HEAD', '/', 200, null, ''],
        ['HEAD', '/absent', 404, null, ''],
        ['GET', '/absent', 404, null, 'not here'],
        ['DELETE', '/', 405, 'GET, HEAD', 'not so'],
        ['PATCH', '/', 405, 'GET, HEAD', 'not so'],
        ['GET', '/', 200, null, 'here'],
      ] as const) {
        const response = await stage.request(scene.endpoint, { method, path })
        const seen = [response.status, response.headers.get('allow'), await response.text()]
        assert.deepEqual(seen, [status, allow, text], `${method} ${path}`)
      }
    }
  },

  '5.19': async (stage) => {
    const asked: string[] = []
    const scene = await stage.serve({
      fetch: ({ method, url, headers }) => {
        if (!url.endsWith('/well')) asked.push(`${method} ${url} ${JSON.stringify([...headers])}`)
        return new Response('well')
      },
    })
    const raws: RawClient[] = []
    for (const text of MALFORMED) {
      const raw = await stage.raw(scene.endpoint)
      raw.write(text)
      raws.push(raw)
    }
    for (let n = 0; n < 5; n++) {
      assert.equal(await (await stage.request(scene.endpoint, { path: '/well' })).text(), 'well')
    }
    await pause(20)
    for (const [n, { text }] of raws.entries()) {
      assert.doesNotMatch(text, /^HTTP\/1\.\d 2/, `${JSON.stringify(MALFORMED[n])} was answered with success`)
    }
    assert.deepEqual(asked, [], 'requests that reached fetch though they are malformed')
    assert.deepEqual(scene.events.failures.map(String), [], 'failed was told of a mistake of the client')
    await within('stop while they are connected', scene.listener.stop())
  },
} satisfies Record<string, Proof>

async function inPieces(raw: RawClient, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    raw.write(text.slice(at, at + PIECE_BYTES))
    await pause(1)
  }
}

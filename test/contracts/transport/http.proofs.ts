import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Peer } from '../../../src/application/ports/transport.js'
import type { Proof } from './stage.js'
import { pause, settled, until, within } from './until.js'

const CHUNK_BYTES = 64 * 1024
/** No buffers on the way hold this much. */
const STALLED_BYTES = 48 * 1024 * 1024
const BIG_CHUNKS = 128

export const httpProofs = {
  '5.1': async (stage) => {
    let seen: { request: Request; peer: Peer; body: string } | undefined
    const scene = await stage.serve({
      fetch: async (request, peer) => {
        seen = { request, peer, body: await request.text() }
        return new Response('ok')
      },
    })
    const path = '/a/b%20c?x=1&x=2&y=%C3%BC'
    const headers = [
      ['X-Twice', 'one'],
      ['X-Twice', 'two'],
      ['Authorization', 'Bearer abc'],
    ] as const
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const body = method === 'GET' || method === 'OPTIONS' ? '' : `körper of ${method}`
      const response = await stage.request(scene.endpoint, { method, path, headers, ...(body && { body }) })
      assert.equal(await response.text(), 'ok')
      assert.equal(seen?.request.method, method)
      assert.equal(new URL(seen?.request.url ?? '').pathname, '/a/b%20c')
      assert.equal(new URL(seen?.request.url ?? '').search, '?x=1&x=2&y=%C3%BC')
      assert.equal(seen?.request.headers.get('x-twice'), 'one, two')
      assert.equal(seen?.request.headers.get('authorization'), 'Bearer abc')
      assert.equal(seen?.request.headers.get('host'), stage.place.hostHeader(scene.endpoint))
      assert.equal(seen?.body, body)
      assert.equal(seen?.peer.url, path)
      assert.equal(seen?.peer.headers.get('x-twice'), 'one, two')
      assert.equal(seen?.peer.address, stage.place.peerAddress)
    }
  },

  '5.2': async (stage) => {
    const scene = await stage.serve({
      fetch: () => {
        const headers = new Headers({ 'content-type': 'text/x; charset=utf-8', 'x-one': '1' })
        headers.append('set-cookie', 'a=1; Path=/, really')
        headers.append('set-cookie', 'b=2')
        return new Response('grüß dich', { status: 418, headers })
      },
    })
    const response = await stage.request(scene.endpoint)
    assert.equal(response.status, 418)
    assert.equal(response.headers.get('content-type'), 'text/x; charset=utf-8')
    assert.equal(response.headers.get('x-one'), '1')
    assert.deepEqual(response.headers.getSetCookie(), ['a=1; Path=/, really', 'b=2'])
    assert.equal(await response.text(), 'grüß dich')
  },

  '5.3': async (stage) => {
    const scene = await stage.serve({
      fetch: ({ method, url }) => {
        if (url.endsWith('/204')) return new Response(null, { status: 204 })
        if (url.endsWith('/304')) return new Response(null, { status: 304, headers: { etag: '"x"' } })
        if (url.endsWith('/empty')) return new Response(null)
        return new Response(`body of ${method}`, { headers: { 'x-here': 'yes' } })
      },
    })
    for (let round = 0; round < 3; round++) {
      const head = await stage.request(scene.endpoint, { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.get('x-here'), await head.text()], [200, 'yes', ''])
      const noContent = await stage.request(scene.endpoint, { path: '/204' })
      assert.deepEqual([noContent.status, await noContent.text()], [204, ''])
      const unchanged = await stage.request(scene.endpoint, { path: '/304' })
      assert.deepEqual([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()], [304, '"x"', ''])
      const empty = await stage.request(scene.endpoint, { path: '/empty' })
      assert.deepEqual([empty.status, await empty.text()], [200, ''])
      assert.equal(await (await stage.request(scene.endpoint)).text(), 'body of GET')
    }
  },

  '5.4': async (stage) => {
    const seen: string[] = []
    const scene = await stage.serve({
      fetch: async (request) => {
        for await (const part of parts(request.body)) seen.push(new TextDecoder().decode(part))
        return new Response(seen.join(''))
      },
    })
    async function* body() {
      yield new TextEncoder().encode('first,')
      await until(
        'the first part',
        () => seen.join('') === 'first,',
        () => seen,
      )
      yield new TextEncoder().encode('last')
    }
    const response = await stage.request(scene.endpoint, { method: 'POST', body: body() })
    assert.equal(await response.text(), 'first,last')
  },

  '5.5': async (stage) => {
    let offered = 0
    let goOn: () => void = () => undefined
    const scene = await stage.serve({
      fetch: async (request) => {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
        let bytes = 0
        for await (const part of parts(request.body)) bytes += part.length
        return new Response(`${bytes}`)
      },
    })
    const total = (STALLED_BYTES / CHUNK_BYTES) * 2
    async function* body() {
      for (; offered < total; offered++) yield new Uint8Array(CHUNK_BYTES)
    }
    const answer = stage.request(scene.endpoint, { method: 'POST', body: body() })
    const atRest = await settled('the upload', () => offered)
    assert.ok(atRest * CHUNK_BYTES < STALLED_BYTES, `${atRest * CHUNK_BYTES} bytes were taken though nobody read them`)
    goOn()
    assert.equal(await (await answer).text(), `${total * CHUNK_BYTES}`)
  },

  '5.6': async (stage) => {
    const source = manualStream()
    const headers = { 'content-type': 'text/event-stream' }
    const scene = await stage.serve({ fetch: () => new Response(source.stream, { headers }) })
    source.enqueue('data: 0\n\n')
    const response = await stage.request(scene.endpoint)
    const reader = response.body!.getReader()
    let text = await readEvent(reader)
    assert.equal(text, 'data: 0\n\n')
    for (let n = 1; n < 5; n++) {
      source.enqueue(`data: ${n}\n\n`)
      text = await readEvent(reader)
      assert.equal(text, `data: ${n}\n\n`)
    }
    source.close()
    assert.equal((await within('the end', reader.read())).done, true)
  },

  '5.7': async (stage) => {
    const source = manualStream()
    const headers = { 'content-type': 'text/event-stream' }
    const scene = await stage.serve({ fetch: () => new Response(source.stream, { headers }) })
    const response = await stage.request(scene.endpoint)
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    source.enqueue('data: 0\n\n')
    assert.equal(await readEvent(response.body!.getReader()), 'data: 0\n\n')
  },

  '5.8': async (stage) => {
    let produced = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          produced++
          controller.enqueue(new Uint8Array(CHUNK_BYTES))
        },
      },
      { highWaterMark: 0 },
    )
    const scene = await stage.serve({ fetch: () => new Response(body) })
    const response = await stage.request(scene.endpoint)
    const reader = response.body!.getReader()
    await within('a first part', reader.read())
    const atRest = await settled('the download', () => produced)
    assert.ok(atRest * CHUNK_BYTES < STALLED_BYTES, `${atRest * CHUNK_BYTES} bytes were pulled though nobody read them`)
    for (let bytes = 0; bytes < STALLED_BYTES / 2; ) bytes += (await reader.read()).value?.length ?? 0
    await until('more to be pulled', () => produced > atRest)
    await reader.cancel()
  },

  '5.9': async (stage) => {
    const scene = await stage.serve({
      fetch: async (request) => {
        if (request.method === 'GET') return new Response(streamOf(bigBody()))
        const hash = createHash('sha256')
        for await (const part of parts(request.body)) hash.update(part)
        return new Response(hash.digest('hex'))
      },
    })
    const meant = createHash('sha256')
    for await (const part of bigBody()) meant.update(part)
    const expected = meant.digest('hex')
    const upload = await stage.request(scene.endpoint, { method: 'POST', body: bigBody() })
    assert.equal(await upload.text(), expected, 'the upload differs')
    const download = createHash('sha256')
    for await (const part of parts((await stage.request(scene.endpoint)).body)) download.update(part)
    assert.equal(download.digest('hex'), expected, 'the download differs')
    const known = await stage.request(scene.endpoint, { method: 'POST', body: new Uint8Array(3_000_000).fill(9) })
    const plain = createHash('sha256').update(new Uint8Array(3_000_000).fill(9)).digest('hex')
    assert.equal(await known.text(), plain, 'the upload of known length differs')
  },

  '5.10': async (stage) => {
    let signal: AbortSignal | undefined
    const scene = await stage.serve({
      fetch: (request) => {
        signal = request.signal
        return new Promise((resolve) => request.signal.addEventListener('abort', () => resolve(new Response('late'))))
      },
    })
    for (const method of ['GET', 'POST']) {
      signal = undefined
      const leaving = new AbortController()
      const body = method === 'POST' ? { body: 'x' } : {}
      const answer = stage.request(scene.endpoint, { method, signal: leaving.signal, ...body }).catch(() => 'left')
      await until('fetch', () => signal !== undefined)
      assert.equal((signal as AbortSignal | undefined)?.aborted, false, 'aborted too early')
      leaving.abort()
      await until(`the signal of ${method} to abort`, () => signal?.aborted === true)
      assert.equal(await answer, 'left')
    }
  },

  '5.11': async (stage) => {
    let cancelled = 0
    let aborted = 0
    let pulls = 0
    const scene = await stage.serve({
      fetch: (request) => {
        request.signal.addEventListener('abort', () => aborted++)
        const body = new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            if (pulls++ > 0 && request.url.endsWith('/quiet')) return new Promise(() => undefined)
            controller.enqueue(new Uint8Array(CHUNK_BYTES))
          },
          cancel: () => {
            cancelled++
          },
        })
        return new Response(body)
      },
    })
    for (const [index, path] of ['/busy', '/quiet'].entries()) {
      pulls = 0
      const response = await stage.request(scene.endpoint, { path })
      const reader = response.body!.getReader()
      await within('a first part', reader.read())
      await reader.cancel()
      await until(`the body of ${path} to be cancelled`, () => cancelled === index + 1)
      await until(`the signal of ${path} to abort`, () => aborted === index + 1)
    }
  },

  '5.12': async (stage) => {
    const scene = await stage.serve({
      fetch: (request) => new Response('too much', { status: request.method === 'POST' ? 413 : 200 }),
    })
    async function* body() {
      for (let n = 0; n < 64; n++) yield new Uint8Array(CHUNK_BYTES)
    }
    const outcome = await stage.request(scene.endpoint, { method: 'POST', body: body() }).then(
      (response) => response.status,
      () => 'cut',
    )
    assert.ok(outcome === 413 || outcome === 'cut', `the upload ended with ${outcome}`)
    const small = await stage.request(scene.endpoint, { method: 'POST', body: 'small' })
    assert.deepEqual([small.status, await small.text()], [413, 'too much'])
    const next = await stage.request(scene.endpoint)
    assert.deepEqual([next.status, await next.text()], [200, 'too much'])
  },

  '5.13': async (stage) => {
    const signals: AbortSignal[] = []
    const scene = await stage.serve({
      fetch: async (request) => {
        signals.push(request.signal)
        return new Response(`got ${await request.text()}`)
      },
    })
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? { body: 'x' } : {}
      await (await stage.request(scene.endpoint, { method, ...body })).text()
    }
    await pause(30)
    assert.deepEqual(
      signals.map((signal) => signal.aborted),
      [false, false],
    )
  },
} satisfies Record<string, Proof>

async function* bigBody(): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < BIG_CHUNKS; n++) {
    const chunk = new Uint8Array(CHUNK_BYTES + n)
    for (let at = 0; at < chunk.length; at += 97) chunk[at] = (n + at) & 255
    yield chunk
  }
}

function streamOf(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await source.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

async function* parts(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  for (;;) {
    const read = await reader?.read()
    if (!read || read.done) return
    yield read.value
  }
}

/** A body whose parts come when the test says so. */
function manualStream() {
  let sink: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      sink = controller
    },
  })
  return {
    stream,
    enqueue: (text: string) => sink?.enqueue(new TextEncoder().encode(text)),
    close: () => sink?.close(),
  }
}

/**
 * The next event of a stream, however its bytes were cut on the way. Comments are skipped: an adapter may send some to
 * get the headers on their way.
 */
async function readEvent(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = ''
  for (;;) {
    const { value } = await within('the next part', reader.read())
    text = `${text}${new TextDecoder().decode(value)}`.replace(/^:[^\n]*\n\n?/, '')
    if (text.endsWith('\n\n') || value === undefined) return text
  }
}

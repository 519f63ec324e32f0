import { describe, expect, it } from 'vitest'
import { ended, engine, listen, rawClient, seen, title } from './stage.js'

describe.skipIf(engine === undefined)(title('HTTP'), () => {
  const timer = () => new Promise((resolve) => setTimeout(resolve, 5))

  it('lets a handler look at the request and read the body long after its callback', async () => {
    const { port } = await listen({
      fetch: async (request, peer) => {
        await timer()
        const { pathname, search } = new URL(request.url)
        await timer()
        const body = await request.text()
        return Response.json([
          request.method,
          pathname,
          search,
          request.headers.get('x-name'),
          peer.address,
          body.length,
        ])
      },
    })
    const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: 'PUT',
      headers: { 'x-name': 'ann' },
      body: 'x'.repeat(300_000),
    })
    expect(await response.json()).toEqual(['PUT', '/a', '?b=c', 'ann', '127.0.0.1', 300_000])
  })

  it('survives a handler that never answers', async () => {
    let signal: AbortSignal | undefined
    const { port } = await listen({
      fetch: (request) => {
        if (request.url.endsWith('/fine')) return new Response('fine')
        signal = request.signal
        return new Promise(() => undefined)
      },
    })
    const client = rawClient(port)
    client.send('GET /never HTTP/1.1', 'Host: x')
    await expect.poll(() => signal !== undefined).toBe(true)
    client.socket.destroy()
    await expect.poll(() => signal?.aborted).toBe(true)
    expect(await (await fetch(`http://127.0.0.1:${port}/fine`)).text()).toBe('fine')
  })

  it('lets copies of a request follow its signal, also when the client left before anybody asked', async () => {
    const requests: Request[] = []
    const { port } = await listen({
      fetch: (request) => {
        requests.push(request, request.clone(), new Request('http://copy', request))
        return new Promise(() => undefined)
      },
    })
    const client = rawClient(port)
    client.send('GET /never HTTP/1.1', 'Host: x')
    await expect.poll(() => requests.length).toBe(3)
    expect(requests[0]).toBeInstanceOf(Request)
    expect(requests.map((request) => request.signal.aborted)).toEqual([false, false, false])
    client.socket.destroy()
    await expect.poll(() => requests.map((request) => request.signal.aborted)).toEqual([true, true, true])
  })

  it('writes the phrase, one length, one date, and header values as the bytes they are', async () => {
    const headers = { 'content-length': '5', date: 'never', connection: 'close', 'x-name': 'caf\u00e9' }
    const { port } = await listen({ fetch: () => new Response('12345', { status: 418, headers }) })
    const client = rawClient(port)
    client.send('GET / HTTP/1.1', 'Host: x')
    await seen(client).toMatch(/12345$/)
    expect(client.text).toMatch(/^HTTP\/1\.1 418 I'm a Teapot\r\n/)
    expect(client.text.match(/content-length:/gi)).toHaveLength(1)
    expect(client.text.match(/date:/gi)).toHaveLength(1)
    expect(client.text).not.toMatch(/connection: close/i)
    expect(client.text).toContain('x-name: caf\u00e9\r\n')
  })

  it('tells HEAD the declared length and keeps the connection usable', async () => {
    const headers = { 'content-length': '1234' }
    const { port } = await listen({
      fetch: ({ method }) => (method === 'HEAD' ? new Response(null, { headers }) : new Response('after HEAD')),
    })
    const client = rawClient(port)
    client.send('HEAD / HTTP/1.1', 'Host: x')
    await seen(client).toMatch(/content-length: 1234\r\n.*\r\n\r\n$/is)
    client.send('GET / HTTP/1.1', 'Host: x')
    await seen(client).toMatch(/after HEAD$/)
  })

  it('answers faults on HEAD without a body', async () => {
    const { port } = await listen({ fetch: () => Promise.reject(new Error('x')) })
    const client = rawClient(port)
    client.send('HEAD / HTTP/1.1', 'Host: x')
    await seen(client).toMatch(/^HTTP\/1\.1 500 .*\r\n\r\n$/s)
  })

  it('holds a body to its declared length', async () => {
    const body = (...parts: string[]) =>
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (const part of parts) controller.enqueue(new TextEncoder().encode(part))
          controller.close()
        },
      })
    const headers = { 'content-length': '10' }
    const { port, failures } = await listen({
      fetch: ({ url }) =>
        new Response(url.endsWith('/short') ? body('1234') : body('1234567', '890 too much'), { headers }),
    })
    const long = rawClient(port)
    long.send('GET /long HTTP/1.1', 'Host: x')
    await seen(long).toMatch(/Content-Length: 10\r\n\r\n1234567890$/)
    const short = rawClient(port)
    short.send('GET /short HTTP/1.1', 'Host: x')
    await ended(short)
    expect(short.text).not.toMatch(/\r\n\r\n.{5}/s)
    expect(failures).toHaveLength(1)
  })

  it('hands over a big body of known length at the pace of the client', async () => {
    const { port } = await listen({ fetch: () => new Response('0123456789'.repeat(2_000_000)) })
    const client = rawClient(port)
    client.socket.pause()
    client.send('GET / HTTP/1.1', 'Host: x')
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.socket.resume()
    await expect.poll(() => client.text.length, { timeout: 5_000 }).toBeGreaterThan(20_000_000)
    expect(client.text.slice(client.text.indexOf('\r\n\r\n') + 4) === '0123456789'.repeat(2_000_000)).toBe(true)
  })

  it('opens an event stream that has nothing to say yet with an empty comment', async () => {
    let sink: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        sink = controller
      },
    })
    const { port } = await listen({
      fetch: () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    })
    const reader = (await fetch(`http://127.0.0.1:${port}`)).body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(':\n\n')
    sink?.enqueue(new TextEncoder().encode('data: 1\n\n'))
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n')
    sink?.close()
    expect((await reader.read()).done).toBe(true)
  })

  it('answers 400 to what cannot be expressed as a request, and never calls the handler', async () => {
    let calls = 0
    const { port } = await listen({
      fetch: () => {
        calls++
        return new Response('called')
      },
    })
    for (const lines of [
      ['TRACE / HTTP/1.1', 'Host: x'],
      ['GET / HTTP/1.1', 'Host: a b'],
    ]) {
      const client = rawClient(port)
      client.send(...lines)
      await seen(client).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    }
    expect(calls).toBe(0)
  })

  it('answers an early 413 and closes when the rest of the upload is long', async () => {
    const { port } = await listen({ fetch: () => new Response('too much', { status: 413 }) })
    const client = rawClient(port)
    client.send('POST / HTTP/1.1', 'Host: x', 'Content-Length: 100000000')
    await ended(client)
    expect(client.text).toMatch(/^HTTP\/1\.1 413 .*too much$/s)
  })
})

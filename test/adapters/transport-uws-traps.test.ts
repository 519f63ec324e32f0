import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { copyOf, textOf } from '../../src/adapters/transport-uws/borrowed-bytes.js'
import { addressText } from '../../src/adapters/transport-uws/peer-address.js'
import { firstThatLoads, loadUws, type UwsCandidate } from '../../src/adapters/transport-uws/uws-binding.js'
import type { UwsTransportOptions } from '../../src/adapters/transport-uws/uws-settings.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import {
  type Connection,
  type Listener,
  ListenFailure,
  type TransportEvents,
} from '../../src/application/ports/transport.js'
import { type Closure, closures } from '../../src/domain/protocol/close-codes.js'
import { RawClient } from './transport-uws/raw-client.js'
import { buildOtherProcess } from './transport-uws/spawn-other-process.js'

const { engine, refusals } = loadUws()
const reasons = refusals.map((refusal) => `${refusal.engine}: ${refusal.reason}`).join('; ')
const title = (name: string) => (engine === undefined ? `${name} (skipped, no engine loads here: ${reasons})` : name)

const listeners: Listener[] = []
const clients: RawClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy()
  await Promise.all(listeners.splice(0).map((listener) => listener.stop()))
})

async function listen(events: Partial<TransportEvents>, options: UwsTransportOptions = {}, port = 0) {
  const listener = await new UwsTransport(engine!, options).listen([{ host: '127.0.0.1', port }])
  listeners.push(listener)
  const failures: unknown[] = []
  listener.serve({ ...silent(), failed: (thrown) => void failures.push(thrown), ...events })
  return { listener, port: listener.endpoints[0]!.port, failures }
}

function silent(): TransportEvents {
  return {
    fetch: () => new Response('served'),
    admit: () => 'accept',
    opened: () => undefined,
    received: () => undefined,
    drained: () => undefined,
    closed: () => undefined,
  }
}

function rawClient(port: number): RawClient {
  const client = new RawClient(port)
  clients.push(client)
  return client
}

function seen(client: RawClient): { toMatch(pattern: RegExp): Promise<void> } {
  return { toMatch: (pattern) => expect.poll(() => client.text, { timeout: 5_000 }).toMatch(pattern) }
}

async function ended(client: RawClient): Promise<void> {
  await expect.poll(() => client.hasEnded, { timeout: 5_000 }).toBe(true)
}

describe('choosing an engine', () => {
  const require = createRequire(import.meta.url)
  const failing = (message: string): UwsCandidate => ({
    packageName: 'engine-x',
    title: 'engine x',
    isLoopbackOnly: false,
    load: () => {
      throw new Error(message)
    },
  })
  const reasonFor = (message: string) => firstThatLoads([failing(message)], require).refusals[0]?.reason

  it('explains refusals in a few words', () => {
    const glibc = "/lib/libc.so.6: version `GLIBC_9.99' not found (required by /x/uws_linux_x64_115.node)"
    expect(reasonFor(`It supports only this and that.\n\nError: ${glibc}`)).toMatch(
      /^needs glibc 9\.99, found (\d|none)/,
    )
    expect(reasonFor("Cannot find module 'engine-x'\nRequire stack:\n- x")).toBe('not installed')
    expect(reasonFor("Only some.\n\nError: Cannot find module './uws_linux_x64_1.node'")).toMatch(
      /^no binary for Node.js/,
    )
    expect(reasonFor('Error loading shared library ld-linux-x86-64.so.2')).toBe('needs glibc, found another C library')
    expect(reasonFor('wrong ELF class\nand more')).toBe('wrong ELF class')
  })

  it('takes the first that loads and keeps the reasons of those before it', () => {
    const native = {} as never
    const working = { ...failing(''), isLoopbackOnly: true, load: () => ({ native, version: '20.30.0-x.1' }) }
    const binding = firstThatLoads([failing('broken'), working, failing('never tried')], require)
    expect(binding.engine).toEqual({ name: 'uws 20.30', version: '20.30.0-x.1', isLoopbackOnly: true, native })
    expect(binding.refusals).toEqual([{ engine: 'engine x', reason: 'broken' }])
  })

  it('raises the header limit before the engine loads, unless somebody set it', () => {
    expect(Number(process.env.UWS_HTTP_MAX_HEADERS_SIZE)).toBeGreaterThanOrEqual(16 * 1024)
  })

  it('says of v20.30 that it is for loopback only', () => {
    if (engine?.name === 'uws 20.30') expect(engine.isLoopbackOnly).toBe(true)
    else expect(engine?.isLoopbackOnly ?? false).toBe(false)
  })
})

describe('bytes and addresses', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values).buffer

  it('writes addresses as people do', () => {
    expect(addressText(bytes(127, 0, 0, 1))).toBe('127.0.0.1')
    expect(addressText(bytes(...new Array(10).fill(0), 255, 255, 10, 0, 0, 7))).toBe('10.0.0.7')
    expect(addressText(bytes(...new Array(15).fill(0), 1))).toBe('::1')
    expect(addressText(bytes(...new Array(16).fill(0)))).toBe('::')
    expect(addressText(bytes(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 7))).toBe('2001:db8::1:0:0:7')
    expect(addressText(bytes(0x20, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6))).toBe('2001:0:1:2:3:4:5:6')
    expect(addressText(bytes(0xfe, 0x80, ...new Array(14).fill(0)))).toBe('fe80::')
    expect(addressText(bytes())).toBe('')
  })

  it('reads lent text of any size, byte order mark included', () => {
    for (const text of [
      '',
      'a',
      '\ufeffbom',
      'grüß 🦊',
      'x'.repeat(5_000),
      `${'x'.repeat(5_000)}日本🦊`,
      '\ufeff'.repeat(3_000),
    ]) {
      expect(textOf(new TextEncoder().encode(text).buffer)).toBe(text)
    }
  })

  it('copies lent bytes', () => {
    const lent = bytes(1, 2, 3)
    const kept = copyOf(lent)
    new Uint8Array(lent).fill(9)
    expect([...kept]).toEqual([1, 2, 3])
  })
})

describe.skipIf(engine === undefined)(title('a port has one owner'), () => {
  let other: Awaited<ReturnType<typeof buildOtherProcess>>
  beforeAll(async () => {
    other = await buildOtherProcess()
  })
  afterAll(() => other.remove())

  const refusal = (port: number) => listen({}, {}, port).catch((thrown: unknown) => thrown)

  it('against another listener and against the bare engine in this process', async () => {
    const { port } = await listen({})
    expect(await refusal(port)).toMatchObject({ name: 'ListenFailure', code: 'EADDRINUSE', endpoint: { port } })
    const app = engine!.native.App().any('/*', (response) => void response.end('stolen'))
    const tokens: unknown[] = []
    app.listen('127.0.0.1', port, 0, (token) => tokens.push(token))
    app.close()
    expect(tokens).toEqual([false])
  })

  it('against a process that came first, sharing or not', async () => {
    const { port, listener } = await listen({})
    await listener.stop()
    for (const mode of ['raw', 'adapter']) {
      const first = await other.spawn(mode, String(port))
      expect(first.word, mode).toBe('listening')
      expect(await refusal(port), mode).toMatchObject({ code: 'EADDRINUSE' })
      expect(await first.end(), mode).toEqual({ exitCode: 0, stderr: '' })
    }
    await listen({}, {}, port)
  })

  it('against a process that comes second, sharing or not', async () => {
    const { port } = await listen({})
    for (const [mode, word] of [
      ['raw', 'refused'],
      ['adapter', 'EADDRINUSE'],
    ] as const) {
      const second = await other.spawn(mode, String(port))
      expect(second.word, mode).toBe(word)
      expect((await second.end()).exitCode, mode).toBe(0)
    }
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('served')
  })

  it('writes nothing to the console while serving, and ends by itself after stop', async () => {
    const worker = await other.spawn('work')
    expect(worker.word).toBe('listening')
    expect(await worker.end()).toEqual({ exitCode: 0, stderr: '' })
  })
})

describe.skipIf(engine === undefined)(title('listening'), () => {
  const refusal = (host: string, port: number, options: UwsTransportOptions = {}) =>
    new UwsTransport(engine!, options).listen([{ host, port }]).catch((thrown: unknown) => thrown)

  it('takes addresses only, and ports that are ports', async () => {
    expect(await refusal('localhost', 0)).toMatchObject({ code: 'EADDRNOTAVAIL' })
    expect(await refusal('', 0)).toMatchObject({ code: 'EADDRNOTAVAIL' })
    for (const port of [70_000, -1, 1.5, Number.NaN]) {
      const failure = await refusal('127.0.0.1', port)
      expect(failure).toBeInstanceOf(ListenFailure)
      expect(failure).toMatchObject({ code: 'UNKNOWN' })
    }
  })

  it('refuses the same address twice in one list', async () => {
    const { port, listener } = await listen({})
    await listener.stop()
    const at = { host: '127.0.0.1', port }
    await expect(new UwsTransport(engine!).listen([at, at])).rejects.toMatchObject({ code: 'EADDRINUSE', endpoint: at })
    await expect(new UwsTransport(engine!).listen([at, { host: '0.0.0.0', port }])).rejects.toMatchObject({
      code: 'EADDRINUSE',
      endpoint: { host: '0.0.0.0' },
    })
    await listen({}, {}, port)
  })

  it('can listen again on a port it was given, while old connections linger', async () => {
    let { port, listener } = await listen({})
    for (let round = 0; round < 3; round++) {
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('served')
      await listener.stop()
      ;({ port, listener } = await listen({}, {}, port))
    }
  })

  it('names an unusable certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uws-tls-'))
    const file = join(folder, 'not-a.pem')
    await writeFile(file, 'no certificate')
    expect(await refusal('127.0.0.1', 0, { tls: { certPath: file, keyPath: file } })).toMatchObject({ code: 'TLS' })
    expect(await refusal('127.0.0.1', 0, { tls: { certPath: file, keyPath: join(folder, 'absent') } })).toMatchObject({
      code: 'TLS',
    })
    await rm(folder, { recursive: true })
  })
})

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

describe.skipIf(engine === undefined)(title('WebSocket'), () => {
  async function connected(port: number): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: true })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return socket
  }

  const closing = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve))

  it('answers version 13 only, with no sub-protocol and no compression', async () => {
    const { port } = await listen({})
    const old = rawClient(port)
    old.upgrade('Sec-WebSocket-Version: 8')
    await seen(old).toMatch(/^HTTP\/1\.1 426 .*sec-websocket-version: 13\r\n/is)
    const current = rawClient(port)
    current.upgrade('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: a, b')
    await seen(current).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n/s)
    expect(current.text).not.toMatch(/sec-websocket-protocol/i)
    expect((await connected(port)).extensions).toBe('')
  })

  it('publishes to nobody at all without harm', async () => {
    const { listener } = await listen({})
    expect(() => listener.publish('nobody', 'x')).not.toThrow()
  })

  it('ends too large a message with 1009 up to 7 MiB over the limit, and cuts it beyond', async () => {
    const limit = 1024
    const closes: Closure[] = []
    const { port } = await listen({ closed: (_, closure) => void closes.push(closure) }, { maxMessageBytes: limit })
    for (const [bytes, code] of [
      [limit + 1, 1009],
      [limit + 7 * 1024 * 1024, 1009],
      [limit + 7 * 1024 * 1024 + 1, 1006],
    ] as const) {
      const socket = await connected(port)
      socket.on('error', () => undefined)
      const end = closing(socket)
      socket.send(new Uint8Array(bytes))
      expect(await end, `${bytes} bytes`).toBe(code)
      expect(closes.at(-1)).toEqual({ code, reason: '' })
    }
  })

  it('closes with 1011 when an asynchronous handler fails, and tells the log', async () => {
    const { port, failures } = await listen({
      received: async () => {
        throw new Error('late')
      },
    })
    const socket = await connected(port)
    const end = closing(socket)
    socket.send('x')
    expect(await end).toBe(1011)
    expect(failures).toHaveLength(1)
  })

  it('survives a broken handler for failures', async () => {
    const warnings: string[] = []
    const listening = (warning: Error) => warnings.push(warning.message)
    process.on('warning', listening)
    const { port } = await listen({
      fetch: () => Promise.reject(new Error('first')),
      failed: () => {
        throw new Error('second')
      },
    })
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(500)
    await expect.poll(() => warnings).toContainEqual('the handler for failures failed: second')
    process.off('warning', listening)
  })

  describe('towards a client that does not read', () => {
    /** A connection with a queue, and its client, which reads again when told so. */
    async function stalled(options: UwsTransportOptions = {}) {
      const closes: Closure[] = []
      let connection: Connection | undefined
      let drains = 0
      const { port, listener } = await listen(
        {
          opened: (opened) => {
            connection = opened
          },
          drained: () => drains++,
          closed: (_, closure) => void closes.push(closure),
        },
        options,
      )
      const client = rawClient(port)
      client.upgrade('Sec-WebSocket-Version: 13')
      await seen(client).toMatch(/\r\n\r\n$/)
      client.socket.pause()
      client.text = ''
      let messages = 1
      while (connection!.send('x'.repeat(20_000)) === 'sent') messages++
      // 4 bytes of frame header each: the large-message shortcut of v20.30 would lose some of them here.
      return { connection: connection!, client, listener, closes, bytes: () => messages * 20_004, drains: () => drains }
    }

    it('close sends the queue first, then the frame, and drain waits for both', async () => {
      const { client, listener, connection, closes, bytes } = await stalled()
      const drained = listener.drain(closures.serviceRestart, new AbortController().signal)
      expect(connection.send('late')).toBe('dropped')
      expect(closes).toEqual([])
      client.socket.resume()
      await drained
      expect(closes).toEqual([closures.serviceRestart])
      await ended(client)
      const farewell = 2 + 2 + closures.serviceRestart.reason.length
      expect(client.text.length).toBe(bytes() + farewell)
      expect(client.text.endsWith(closures.serviceRestart.reason)).toBe(true)
    })

    it('close gives up when nothing moves, and what was published meanwhile does not keep it', async () => {
      const { listener, connection, closes } = await stalled({ closePatienceMs: 30 })
      connection.join('news')
      connection.close(closures.serviceRestart)
      listener.publish('news', 'late')
      await expect.poll(() => closes).toEqual([{ code: 1006, reason: '' }])
    })

    it('drained comes once, after the queue was known to be there', async () => {
      const { client, drains, connection } = await stalled()
      expect(drains()).toBe(0)
      client.socket.resume()
      await expect.poll(drains).toBe(1)
      expect(connection.queuedBytes).toBe(0)
      expect(connection.send('quick')).toBe('sent')
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(drains()).toBe(1)
    })

    it('close at the ceiling is an abort, because the engine would drop the frame', async () => {
      const { connection, closes } = await stalled({ queueCeilingBytes: 1 })
      connection.close(closures.serviceRestart)
      await expect.poll(() => closes).toEqual([{ code: 1006, reason: '' }])
    })
  })

  it('keeps only so much of what is said before anybody answers', async () => {
    const { port, listener } = await listen({}, { maxMessageBytes: 10_000 })
    listener.suspend()
    const socket = await connected(port)
    const end = closing(socket)
    for (let n = 0; n < 4; n++) socket.send('x'.repeat(8_000))
    expect(await end).toBe(1013)
    const quiet = await connected(port)
    quiet.send('kept')
    const heard: unknown[] = []
    await new Promise((resolve) => setTimeout(resolve, 20))
    listener.serve({ ...silent(), received: (_, data) => void heard.push(data) })
    await expect.poll(() => heard).toEqual(['kept'])
    quiet.terminate()
  })
})

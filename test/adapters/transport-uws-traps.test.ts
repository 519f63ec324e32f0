import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { UwsTransportOptions } from '../../src/adapters/transport-uws/uws-settings.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { type Connection, ListenFailure } from '../../src/application/ports/transport.js'
import { type Closure, closures } from '../../src/domain/protocol/close-codes.js'
import { buildOtherProcess } from './transport-uws/spawn-other-process.js'
import { ended, engine, listen, rawClient, seen, silent, title } from './transport-uws/stage.js'

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

  it('sends the short messages of one turn in one piece, and at once what is asked about or closed behind', async () => {
    let connection: Connection | undefined
    const { port } = await listen({
      opened: (opened) => {
        connection = opened
      },
    })
    const client = rawClient(port)
    client.upgrade('Sec-WebSocket-Version: 13')
    await seen(client).toMatch(/\r\n\r\n$/)
    client.text = ''
    const pieces: number[] = []
    client.socket.on('data', (piece) => pieces.push(piece.length))
    for (let n = 0; n < 10; n++) expect(connection!.send(`${n}`)).toBe('sent')
    await seen(client).toMatch(/9$/)
    expect(pieces).toEqual([30])
    connection!.send('counted')
    expect(connection!.queuedBytes).toBe(0)
    connection!.send('last words')
    connection!.close(closures.serviceRestart)
    await ended(client)
    expect(client.text).toMatch(/counted.*last words.*service restart/s)
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

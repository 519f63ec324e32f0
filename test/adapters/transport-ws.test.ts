import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { encodeFrame } from '../../src/adapters/transport-ws/ws-frame.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Connection, Listener, SendStatus, TransportEvents } from '../../src/application/ports/transport.js'
import { closure, closures } from '../../src/domain/protocol/close-codes.js'
import { LOOPBACK_CERTIFICATE } from '../contracts/harness/loopback-certificate.js'
import { socketHarness } from '../contracts/harness/socket-harness.js'
import { RecordedEvents } from '../contracts/transport/recorded-events.js'
import { portOf } from '../contracts/transport/stage.js'
import { transportContract } from '../contracts/transport.contract.js'

const tls = LOOPBACK_CERTIFICATE

transportContract(
  { describe, it },
  socketHarness({ name: 'ws', create: (options) => new WsTransport({ ...options, mayProxy: () => true }), tls }),
)

describe('WsTransport on the wire', () => {
  const listeners: Listener[] = []

  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()))
  })

  async function serve(events: Partial<TransportEvents>): Promise<{ events: RecordedEvents; port: number }> {
    const listener = await new WsTransport().listen([{ host: '127.0.0.1', port: 0 }])
    listeners.push(listener)
    const recorded = new RecordedEvents(events)
    listener.serve(recorded)
    return { events: recorded, port: portOf(listener) }
  }

  /** Writes raw text and returns all that comes back until the server hangs up. */
  async function converse(port: number, text: string): Promise<string> {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.write(text, 'latin1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
    })
    await once(socket, 'close')
    return answer
  }

  it('answers pipelined requests in order', async () => {
    const { port } = await serve({ fetch: ({ url }) => new Response(`at ${new URL(url).pathname};`) })
    const requests = ['/1', '/2'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')
    const answer = await converse(port, `${requests}GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer.match(/at \/\d;/g)).toEqual(['at /1;', 'at /2;', 'at /3;'])
  })

  it('forgets pipelined requests whose client hangs up, so that stop does not wait for them', async () => {
    const signals: AbortSignal[] = []
    const { port } = await serve({
      fetch: (asked) => {
        signals.push(asked.signal)
        return new Promise(() => undefined)
      },
    })
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => signals.length).toBe(2)
    socket.destroy()
    await expect.poll(() => signals.every((signal) => signal.aborted)).toBe(true)
    await listeners[0]!.drain(closures.serviceRestart, new AbortController().signal)
  })

  it('answers a request that offers HTTP/2 as if it had not', async () => {
    const { port } = await serve({ fetch: () => new Response('plain old') })
    const offer = 'Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
    expect(await converse(port, `GET / HTTP/1.1\r\n${offer}\r\n`)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*plain old$/)
    const withBody = `POST / HTTP/1.1\r\n${offer}Content-Length: 1\r\n\r\nx`
    expect(await converse(port, withBody)).toMatch(/^HTTP\/1.1 400 /)
  })

  it('answers 400 to what the web platform cannot express, without asking anybody', async () => {
    let asked = 0
    const { port, events } = await serve({
      fetch: () => {
        asked++
        return new Response('ok')
      },
    })
    const close = 'Connection: close\r\n\r\n'
    expect(await converse(port, `GET / HTTP/1.1\r\nHost: a b\r\n${close}`)).toMatch(/^HTTP\/1.1 400 /)
    expect(await converse(port, `TRACE / HTTP/1.1\r\nHost: x\r\n${close}`)).toMatch(/^HTTP\/1.1 400 /)
    expect(await converse(port, `GET http://[/ HTTP/1.1\r\nHost: x\r\n${close}`)).toMatch(/^HTTP\/1.1 400 /)
    expect(asked).toBe(0)
    expect(events.failures).toEqual([])
  })

  it('gives small bodies a Content-Length and streams chunks', async () => {
    const { port } = await serve({
      fetch: ({ url }) => {
        if (url.endsWith('/whole')) return new Response('grüß')
        const later = new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            await new Promise((resolve) => setTimeout(resolve, 5))
            controller.enqueue(new TextEncoder().encode('later'))
            controller.close()
          },
        })
        return new Response(later)
      },
    })
    const close = 'Host: x\r\nConnection: close\r\n\r\n'
    expect(await converse(port, `GET /whole HTTP/1.1\r\n${close}`)).toMatch(/content-length: 6\r\n/i)
    expect(await converse(port, `GET /later HTTP/1.1\r\n${close}`)).toMatch(/transfer-encoding: chunked\r\n/i)
  })

  it('cuts a response that is longer than its Content-Length says', async () => {
    const { port, events } = await serve({
      fetch: () => {
        let parts = 0
        const body = new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            await new Promise((resolve) => setTimeout(resolve, 5))
            if (parts++ === 3) controller.close()
            else controller.enqueue(new Uint8Array(4).fill(65))
          },
        })
        return new Response(body, { headers: { 'content-length': '6' } })
      },
    })
    const answer = await converse(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(answer).toMatch(/content-length: 6\r\n[\s\S]*\r\n\r\nA{4}$/)
    expect(events.failures).toHaveLength(1)
  })

  it('tells a handler that reads on after it has answered that the body is incomplete', async () => {
    let late: Promise<unknown> = Promise.resolve()
    const { port } = await serve({
      fetch: (asked) => {
        const reader = asked.body!.getReader()
        late = reader
          .read()
          .then(() => readToEnd(reader))
          .catch((thrown: { code?: string }) => thrown.code)
        return new Response('enough')
      },
    })
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', headers: { 'content-length': 1000 } })
    outgoing.write('only a part')
    const [answer] = await once(outgoing, 'response')
    expect(answer.statusCode).toBe(200)
    await expect.poll(() => late).toBe('body-incomplete')
    outgoing.on('error', () => undefined).destroy()
  })

  it('ends a client that sends broken UTF-8 with 1007', async () => {
    const { port, events } = await serve({})
    const client = new WebSocket(`ws://127.0.0.1:${port}`)
    await once(client, 'open')
    client.send(Buffer.from([0xc3, 0x28]), { binary: false })
    const [code] = await once(client, 'close')
    expect(code).toBe(1007)
    await expect.poll(() => events.closes.map((end) => end.closure.code)).toEqual([1007])
    expect(events.receipts).toEqual([])
  })

  it('never throws for a closure that cannot be said', async () => {
    const { port, events } = await serve({ opened: (connection) => connection.close(closure(1006)) })
    const client = new WebSocket(`ws://127.0.0.1:${port}`)
    const [code] = await once(client, 'close')
    expect(code).toBe(1005)
    await expect.poll(() => events.closes.length).toBe(1)
    expect(events.failures).toEqual([])
  })

  it('sends the short messages of one turn in one piece, and at once what is closed behind', async () => {
    let connection: Connection | undefined
    const { port } = await serve({
      opened: (opened) => {
        connection = opened
      },
    })
    const socket = connect(port, '127.0.0.1')
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`)
    await expect.poll(() => connection).toBeDefined()
    await once(socket, 'data')
    const pieces: string[] = []
    socket.on('data', (piece: Buffer) => pieces.push(piece.toString('latin1')))
    for (let n = 0; n < 10; n++) expect(connection!.send(`${n}`)).toBe('sent')
    await expect.poll(() => pieces.map(({ length }) => length)).toEqual([30])
    connection!.send('last words')
    connection!.close(closures.serviceRestart)
    await expect.poll(() => pieces.slice(1).join('')).toMatch(/last words.*service restart/s)
    socket.destroy()
  })

  it('over TLS says drained once for a batch', async () => {
    const listener = await new WsTransport({ tls }).listen([{ host: '127.0.0.1', port: 0 }])
    listeners.push(listener)
    const statuses: SendStatus[] = []
    const events = new RecordedEvents({
      opened: (connection: Connection) => {
        for (let n = 0; n < 10; n++) statuses.push(connection.send(`${n}`))
      },
    })
    listener.serve(events)
    const client = new WebSocket(`wss://127.0.0.1:${listener.endpoints[0]!.port}`, { rejectUnauthorized: false })
    const seen: string[] = []
    client.on('message', (data) => seen.push(`${data}`))
    await expect.poll(() => seen).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    await expect.poll(() => events.drains.length).toBe(statuses.includes('buffered') ? 1 : 0)
    client.terminate()
  })
})

describe('encodeFrame', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 70_000])('writes the length of %d bytes as RFC 6455 wants it', (size) => {
    const frame = encodeFrame(new Uint8Array(size).fill(7))
    const headerBytes = size < 126 ? 2 : size < 65_536 ? 4 : 10
    expect(frame[0]).toBe(0x82)
    expect(frame.length).toBe(headerBytes + size)
    const length = { 2: () => frame[1], 4: () => frame.readUInt16BE(2), 10: () => Number(frame.readBigUInt64BE(2)) }
    expect(length[headerBytes]()).toBe(size)
    expect(frame.subarray(headerBytes).every((byte) => byte === 7)).toBe(true)
  })

  it('marks text as text and counts its bytes', () => {
    expect([...encodeFrame('é')]).toEqual([0x81, 2, 0xc3, 0xa9])
  })
})

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

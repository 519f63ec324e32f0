import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WsGatewayClient } from '../../src/adapters/client-ws/ws-gateway-client.js'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import { ClientFailure, type ConnectOptions } from '../../src/application/ports/gateway-client.js'
import { type DoubleOptions, GatewayDouble } from '../doubles/gateway-double.js'

const client = { id: 'test', version: '1.0.0', platform: 'linux', mode: 'test' }
const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function double(options: DoubleOptions = {}): Promise<GatewayDouble> {
  const server = await GatewayDouble.start(options)
  cleanups.push(() => server.stop())
  return server
}

async function connect(url: string, options: Partial<ConnectOptions> = {}): Promise<WsGatewayClient> {
  const connected = await WsGatewayClient.connect({ url, client, timeoutMs: 5000, ...options })
  cleanups.push(() => connected.close())
  return connected
}

async function failureOf(attempt: Promise<unknown>): Promise<ClientFailure> {
  const thrown = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(ClientFailure)
  return thrown as ClientFailure
}

describe('handshake', () => {
  it('signs the challenge and returns hello-ok', async () => {
    const server = await double({ token: 's3cret' })
    const scopes = ['operator.read', 'operator.write']
    const connected = await connect(server.url, { token: 's3cret', device: temporaryDeviceIdentity(), scopes })
    expect(connected.hello.server.version).toBe('9.9.9')
    expect(server.connects[0]).toMatchObject({ minProtocol: 3, maxProtocol: 3, role: 'operator', scopes, client })
    expect(Object.keys(server.connects[0]?.device as object).sort()).toEqual(
      ['id', 'nonce', 'publicKey', 'signature', 'signedAt'].sort(),
    )
  })

  it('signs the device token when no shared token is sent', async () => {
    const server = await double()
    await connect(server.url, { deviceToken: 'dev', password: 'pw', device: () => temporaryDeviceIdentity() })
    expect(server.connects[0]?.auth).toEqual({ deviceToken: 'dev', password: 'pw' })
  })

  it('asks for the device identity only once a gateway has answered', async () => {
    let asked = 0
    const device = () => {
      asked++
      return temporaryDeviceIdentity()
    }
    const server = await double()
    const { url } = server
    await server.stop()
    const failure = await failureOf(connect(url, { device }))
    expect(failure).toMatchObject({ code: 'unreachable', reason: 'connection refused' })
    expect(failure.message).toBe(`no gateway at ${url} (connection refused)`)
    expect(asked).toBe(0)
  })

  it('reports the error response that precedes the close', async () => {
    const server = await double({ token: 'right' })
    const failure = await failureOf(connect(server.url, { token: 'wrong' }))
    expect(failure.code).toBe('unauthorized')
    expect(failure.details).toMatchObject({ code: 'AUTH_TOKEN_MISMATCH' })
    expect(JSON.stringify(failure)).not.toContain('wrong')
  })

  it.each([
    ['NOT_PAIRED', 'pairing required', { code: 'PAIRING_REQUIRED', requestId: 'r1' }, 'pairing_required'],
    [
      'INVALID_REQUEST',
      'unauthorized: too many failed authentication attempts',
      { code: 'AUTH_RATE_LIMITED' },
      'rate_limited',
    ],
    ['INVALID_REQUEST', 'protocol mismatch', { expectedProtocol: 4 }, 'protocol'],
    ['NOT_PAIRED', 'device identity required', { code: 'DEVICE_IDENTITY_REQUIRED' }, 'unauthorized'],
    ['INVALID_REQUEST', 'invalid role', undefined, 'rpc'],
  ])('turns %s %s into a typed failure', async (code, message, details, expected) => {
    const server = await double({
      connect: (call) => {
        call.fail(code, message, { details })
        call.socket.close(1008, message)
      },
    })
    const failure = await failureOf(connect(server.url))
    expect(failure.code).toBe(expected)
    expect(failure.details).toEqual(details)
  })

  it.each([
    [1008, 'unauthorized: gateway token mismatch', 'unauthorized'],
    [1008, 'pairing required', 'pairing_required'],
    [1002, 'protocol mismatch', 'protocol'],
    [1012, 'service restart', 'unreachable'],
    [1000, '', 'unreachable'],
  ])('understands close %i %s without a response', async (code, reason, expected) => {
    const server = await double({ connect: (call) => call.socket.close(code, reason) })
    expect((await failureOf(connect(server.url))).code).toBe(expected)
  })

  it('gives up after timeoutMs of silence and lets go of the socket', async () => {
    const server = await double({ firstFrame: null })
    const failure = await failureOf(connect(server.url, { timeoutMs: 50 }))
    expect(failure.code).toBe('timeout')
    expect(failure.message).toBe(`no answer from ${server.url} within 50 ms`)
    await expect.poll(() => server.sockets.size).toBe(0)
  })

  it('recognises an HTTP server, another WebSocket protocol and plain TCP', async () => {
    const web = createServer((_request, response) => response.writeHead(404, { server: 'nginx' }).end('no'))
    const starting = createServer((_request, response) => response.writeHead(503).end())
    const tcp = createTcpServer((socket) => socket.end('220 mail ready\r\n'))
    const urls: string[] = []
    for (const server of [web, starting, tcp]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      cleanups.push(() => server.close())
      urls.push(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    }
    const other = await double({ firstFrame: '{"hello":1}' })
    const [webUrl = '', startingUrl = '', tcpUrl = ''] = urls
    expect((await failureOf(connect(webUrl))).message).toBe(
      `${webUrl} answers, but not as a Mayros gateway (HTTP 404, server nginx)`,
    )
    expect((await failureOf(connect(startingUrl))).code).toBe('unreachable')
    expect((await failureOf(connect(tcpUrl))).code).toBe('not_a_gateway')
    expect((await failureOf(connect(other.url))).code).toBe('not_a_gateway')
    expect((await failureOf(connect('nonsense'))).code).toBe('unreachable')
  })

  it('can be aborted', async () => {
    const server = await double({ firstFrame: null })
    const controller = new AbortController()
    const attempt = failureOf(connect(server.url, { signal: controller.signal }))
    controller.abort()
    expect((await attempt).code).toBe('aborted')
  })
})

describe('calls', () => {
  it('matches answers that come out of order', async () => {
    const waiting: (() => void)[] = []
    const server = await double({
      methods: {
        slow: (call) => waiting.push(() => call.ok(call.params)),
        fast: (call) => {
          call.ok('fast')
          for (const answer of waiting) answer()
        },
      },
    })
    const connected = await connect(server.url)
    const slow = connected.call('slow', { n: 1 })
    expect(await connected.call('fast')).toBe('fast')
    expect(await slow).toEqual({ n: 1 })
  })

  it('tells a missing scope and a refused call apart, with details and payload', async () => {
    const server = await double({
      methods: {
        guarded: (call) => call.fail('INVALID_REQUEST', 'missing scope: operator.admin'),
        broken: (call) => call.fail('UNAVAILABLE', 'no model', { details: { a: 1 }, payload: { status: 'error' } }),
      },
    })
    const connected = await connect(server.url)
    const guarded = await failureOf(connected.call('guarded'))
    expect([guarded.code, guarded.message]).toEqual(['missing_scope', 'needs scope operator.admin'])
    const broken = await failureOf(connected.call('broken'))
    expect(broken).toMatchObject({ code: 'rpc', message: 'no model', details: { a: 1 }, payload: { status: 'error' } })
    expect(broken.rpc?.code).toBe('UNAVAILABLE')
  })

  it('skips exactly the accepted payload with expectFinal', async () => {
    const server = await double({
      methods: {
        agent: (call) => {
          call.ok({ status: 'accepted', runId: 'r' })
          call.ok({ status: 'ok', runId: 'r' })
        },
      },
    })
    const connected = await connect(server.url)
    const seen: unknown[] = []
    const final = await connected.call('agent', {}, { expectFinal: true, accepted: (payload) => seen.push(payload) })
    expect(final).toEqual({ status: 'ok', runId: 'r' })
    expect(seen).toEqual([{ status: 'accepted', runId: 'r' }])
    expect(await connected.call('agent', {})).toMatchObject({ status: 'accepted' })
  })

  it('times out, is aborted, and fails when the connection ends', async () => {
    const server = await double({ methods: { never: () => undefined } })
    const connected = await connect(server.url)
    expect((await failureOf(connected.call('never', {}, { timeoutMs: 20 }))).code).toBe('timeout')
    const controller = new AbortController()
    const attempt = failureOf(connected.call('never', {}, { signal: controller.signal }))
    controller.abort()
    expect((await attempt).code).toBe('aborted')
    const lost = failureOf(connected.call('never', {}, { timeoutMs: 0 }))
    server.closeClients()
    expect(await lost).toMatchObject({ code: 'closed', closure: { code: 1012, reason: 'service restart' } })
    expect(await connected.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect((await failureOf(connected.call('never'))).code).toBe('closed')
  })
})

describe('events', () => {
  it('delivers what arrives together with hello-ok, in order, to handlers set right after connecting', async () => {
    const server = await double({
      afterHello: [
        { type: 'event', event: 'health', payload: 1, seq: 7 },
        { type: 'event', event: 'presence', payload: 2, seq: 8 },
      ],
    })
    const connected = await connect(server.url)
    const seen: unknown[] = []
    connected.on('*', (event) => seen.push([event.event, event.seq]))
    await expect
      .poll(() => seen)
      .toEqual([
        ['health', 7],
        ['presence', 8],
      ])
  })

  it('reports gaps, ignores events without a number, and stops calling back when told', async () => {
    const server = await double({
      methods: {
        emit: (call) => {
          for (const seq of [3, undefined, 4, 7]) call.event('x', seq ?? null, seq)
          call.ok()
        },
      },
    })
    const connected = await connect(server.url)
    const gaps: unknown[] = []
    const seen: unknown[] = []
    connected.onGap((gap) => gaps.push(gap))
    const off = connected.on('x', (event) => seen.push(event.payload))
    await connected.call('emit')
    off()
    await connected.call('emit')
    expect(seen).toEqual([3, null, 4, 7])
    expect(gaps[0]).toEqual({ expected: 5, received: 7 })
  })

  it('is an async iterator that ends with the connection', async () => {
    const server = await double({
      methods: {
        emit: (call) => {
          call.event('x', 1, 1)
          call.event('y', 2, 2)
          call.event('x', 3, 3)
          call.ok()
        },
      },
    })
    const connected = await connect(server.url)
    const stream = connected.events('x')
    await connected.call('emit')
    server.closeClients()
    const seen: unknown[] = []
    for await (const event of stream) seen.push(event.payload)
    expect(seen).toEqual([1, 3])
    expect((await connected.events().next()).done).toBe(true)
  })

  it('closes with 4000 when ticks stay away, and not while they come', async () => {
    const silent = await double({ tickIntervalMs: 20 })
    const connected = await connect(silent.url)
    expect(await connected.closed).toEqual({ code: 4000, reason: 'tick timeout' })

    const ticking = await double({ tickIntervalMs: 200 })
    const alive = await connect(ticking.url)
    let ticks = 0
    alive.on('tick', () => ticks++)
    const timer = setInterval(() => {
      for (const socket of ticking.sockets) socket.send('{"type":"event","event":"tick","payload":{}}')
    }, 20)
    cleanups.push(() => clearInterval(timer))
    await expect.poll(() => ticks).toBeGreaterThan(25)
    expect(ticking.sockets.size).toBe(1)
  })

  it('close is polite and may be repeated', async () => {
    const server = await double()
    const connected = await connect(server.url)
    await Promise.all([connected.close(), connected.close()])
    expect(await connected.closed).toEqual({ code: 1000, reason: '' })
  })
})

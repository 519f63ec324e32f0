import { afterEach, describe, expect, it } from 'vitest'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { SlowDocument } from '../../doubles/slow-document.js'

const AFAR = { address: '192.0.2.7' }
const PER_HOUSEHOLD = 128
const HANDSHAKE_MS = 10_000
const KIB = 1024

let stage: GatewayStage

afterEach(() => stage.close())

describe('a household that connects and says nothing', () => {
  it('gets so many places, leaves room for others, and gets them back when its time is over', async () => {
    stage = await GatewayStage.open()
    const from = (nr: number) => ({ address: `2001:db8:0:1::${nr.toString(16)}` })
    const silent = await Promise.all(Array.from({ length: 200 }, (_, nr) => stage.knock(from(nr))))
    await stage.settle()
    const turnedAway = silent.filter(({ raw }) => !raw.isOpen)
    expect(turnedAway).toHaveLength(200 - PER_HOUSEHOLD)
    for (const { raw, frames } of turnedAway) {
      expect((await raw.closed).code).toBe(1013)
      expect(frames).toEqual([])
    }
    expect(await stage.join({}, AFAR)).toBeDefined()
    expect(await stage.join()).toBeDefined()
    await stage.clock.advance(HANDSHAKE_MS)
    expect(await Promise.all(silent.slice(0, PER_HOUSEHOLD).map(({ raw }) => raw.closed))).toEqual(
      Array.from({ length: PER_HOUSEHOLD }, () => ({ code: 1000, reason: '' })),
    )
    expect(await stage.join({}, from(1))).toBeDefined()
  })

  it('does not take places by being inside', async () => {
    stage = await GatewayStage.open()
    for (let nr = 0; nr < PER_HOUSEHOLD + 2; nr++) await stage.join({ device: false }, AFAR)
    expect(stage.gateway.get(tokens.knocks).count).toBe(0)
  })
})

describe('a connect request', () => {
  const connectOf = (bytes: number) => {
    const frame = (filler: string) => `{"type":"req","id":"1","method":"connect","params":{"x":"${filler}"}}`
    return frame('x'.repeat(bytes - frame('').length))
  }

  it.each([
    [256 * KIB, { code: 1008, reason: expect.stringMatching(/^invalid connect params/) }],
    [256 * KIB + 1, { code: 1009, reason: '' }],
    [20 * KIB * KIB, { code: 1009, reason: '' }],
  ])('of %i bytes ends in %o', async (bytes, ending) => {
    stage = await GatewayStage.open()
    const client = await stage.knock(AFAR)
    client.raw.send(connectOf(bytes))
    expect(await client.raw.closed).toEqual(ending)
    expect(stage.gateway.get(tokens.knocks).count).toBe(0)
  })

  it('may be as deep as it likes', async () => {
    stage = await GatewayStage.open()
    const client = await stage.knock(AFAR)
    const depth = 30_000
    client.raw.send(`{"type":"req","id":"1","method":"connect","params":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    expect((await client.raw.closed).code).toBe(1008)
    expect(await stage.join()).toBeDefined()
  })
})

describe('what is sent behind a connect that takes its time', () => {
  // A web chat is paired, and pairing has to be durable first.
  const inBrowser = { headers: { host: 'localhost', origin: 'http://localhost' } }

  async function chatAtTheDoor() {
    const document = new SlowDocument()
    const slow: Module = (bindings) => bindings.constant(tokens.deviceDocument, document)
    stage = await GatewayStage.open({ modules: [slow] })
    const client = await stage.knock(inBrowser)
    const answer = client.connect({ token: TOKEN, clientId: 'webchat-ui', mode: 'webchat' })
    const told = answer.then(
      (frame) => frame.ok,
      () => 'closed',
    )
    await stage.settle()
    return { client, told, release: () => document.release() }
  }

  it('is served in order once the door is open, and not before', async () => {
    const { client, told, release } = await chatAtTheDoor()
    for (let nr = 0; nr < 64; nr++) client.raw.send(`{"type":"req","id":"q${nr}","method":"health"}`)
    await stage.settle()
    expect(client.frames.map(({ event }) => event)).toEqual(['connect.challenge'])
    release()
    expect(await told).toBe(true)
    await stage.settle()
    const answered = client.frames.flatMap(({ type, id }) => (type === 'res' ? [id] : []))
    expect(answered.slice(1)).toEqual(Array.from({ length: 64 }, (_, nr) => `q${nr}`))
  })

  it.each<[string, (client: MemoryProtocolClient) => void]>([
    [
      'more than 64 messages',
      ({ raw }) => {
        for (let nr = 0; nr < 65; nr++) raw.send(`{"type":"req","id":"q${nr}","method":"health"}`)
      },
    ],
    ['more than a mebibyte at once', ({ raw }) => raw.send(' '.repeat(KIB * KIB + 1))],
    [
      'more than a mebibyte together',
      ({ raw }) => {
        for (let nr = 0; nr < 5; nr++) raw.send(' '.repeat(256 * KIB))
      },
    ],
  ])('ends the connection when it is %s', async (_, pour) => {
    const { client, told, release } = await chatAtTheDoor()
    pour(client)
    expect(await client.raw.closed).toEqual({ code: 1008, reason: 'too many requests before hello-ok' })
    release()
    expect(await told).toBe('closed')
    await stage.settle()
    expect([...stage.gateway.get(tokens.clients)]).toEqual([])
    expect(stage.gateway.get(tokens.knocks).count).toBe(0)
  })

  it('is served to nobody when the door stays closed', async () => {
    const document = new SlowDocument()
    const slow: Module = (bindings) => bindings.constant(tokens.deviceDocument, document)
    stage = await GatewayStage.open({ modules: [slow] })
    const client = await stage.knock(AFAR)
    const answer = client.connect({ token: TOKEN, role: 'node', scopes: [] })
    await stage.settle()
    client.send('health')
    document.release()
    expect((await answer).error.details.code).toBe('PAIRING_REQUIRED')
    await client.raw.closed
    expect(client.frames.filter(({ type }) => type === 'res')).toHaveLength(1)
  })

  it('does not keep the door open for somebody who has left or run out of time', async () => {
    const { client, told, release } = await chatAtTheDoor()
    await stage.clock.advance(HANDSHAKE_MS)
    expect((await client.raw.closed).code).toBe(1000)
    release()
    expect(await told).toBe('closed')
    await stage.settle()
    expect([...stage.gateway.get(tokens.clients)]).toEqual([])
  })
})

describe('open connections end at once', () => {
  async function cast() {
    stage = await GatewayStage.open()
    const device = testDevice()
    const scopes = ['operator.read']
    const deviceToken = await stage.pair(device, scopes)
    await stage.pair(device, [], 'node')
    const master = await stage.join()
    const mine = await stage.join({ token: undefined as never, deviceToken, device, scopes }, AFAR)
    const withSecret = await stage.join({ device, scopes }, AFAR)
    const other = testDevice()
    const others = await stage.join(
      { token: undefined as never, deviceToken: await stage.pair(other, scopes), device: other, scopes },
      AFAR,
    )
    return { device, deviceToken, master, mine, withSecret, others }
  }

  it('when the token is revoked, and no others do', async () => {
    const { device, deviceToken, master, mine, withSecret, others } = await cast()
    await master.call('device.token.revoke', { deviceId: device.id, role: 'node' })
    await stage.settle()
    expect(mine.raw.isOpen).toBe(true)
    await master.call('device.token.revoke', { deviceId: device.id, role: 'operator' })
    await stage.settle()
    expect(await mine.raw.closed).toEqual({
      code: 1008,
      reason: 'unauthorized: device token mismatch (revoked)',
    })
    expect([master, withSecret, others].map(({ raw }) => raw.isOpen)).toEqual([true, true, true])
    const { response } = await stage.refused({ deviceToken, device, scopes: [] }, AFAR)
    expect(response.error.details.code).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
  })

  it('when the token is rotated', async () => {
    const { device, master, mine, withSecret, others } = await cast()
    const { token } = await master.call('device.token.rotate', { deviceId: device.id, role: 'operator' })
    stage.keepSecret(token)
    await stage.settle()
    expect(await mine.raw.closed).toEqual({ code: 1008, reason: 'unauthorized: device token rotated' })
    expect([master, withSecret, others].map(({ raw }) => raw.isOpen)).toEqual([true, true, true])
  })

  it('when the device is removed', async () => {
    const { device, deviceToken, master, mine, others } = await cast()
    await master.call('device.pair.remove', { deviceId: device.id })
    await stage.settle()
    expect((await mine.raw.closed).reason).toMatch(/^pairing required: device removed/)
    expect([master, others].map(({ raw }) => raw.isOpen)).toEqual([true, true])
    const { response } = await stage.refused({ deviceToken, device, scopes: [] }, AFAR)
    expect(response.error.details.code).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
  })

  it('and serve nothing that was on its way', async () => {
    const { device, master, mine } = await cast()
    await master.call('device.token.revoke', { deviceId: device.id, role: 'operator' })
    await stage.settle()
    mine.send('status')
    await stage.settle()
    expect(mine.frames.filter(({ type }) => type === 'res')).toHaveLength(1)
  })
})

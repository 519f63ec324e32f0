import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'

const req = (id: unknown, method: unknown, params?: unknown, extra: object = {}) =>
  JSON.stringify({ type: 'req', id, method, params, ...extra })

describe('the first frames of a connection', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  it('begin with a challenge of its own for every socket', async () => {
    const [one, other] = [await stage.knock(), await stage.knock()]
    const challenge = await one.event('connect.challenge')

    expect(challenge).toEqual({
      type: 'event',
      event: 'connect.challenge',
      payload: { nonce: expect.stringMatching(/^[0-9a-f-]{36}$/), ts: stage.clock.now() },
    })
    expect((await other.event('connect.challenge')).payload.nonce).not.toBe(challenge.payload.nonce)
  })

  it.each([
    ['no JSON', 'hello', { code: 1000, reason: '' }],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe), { code: 1000, reason: '' }],
    ['an array', '[]', { code: 1008, reason: 'invalid request frame' }],
    ['null', 'null', { code: 1008, reason: 'invalid request frame' }],
    ['another type', '{"type":"event","event":"x"}', { code: 1008, reason: 'invalid request frame' }],
    ['no id', req(undefined, 'connect'), { code: 1008, reason: 'invalid request frame' }],
    ['an empty id', req('', 'connect'), { code: 1008, reason: 'invalid request frame' }],
    ['a number as id', req(1, 'connect'), { code: 1008, reason: 'invalid request frame' }],
    ['an empty method', req('1', ''), { code: 1008, reason: 'invalid request frame' }],
    ['an extra key', req('1', 'connect', {}, { extra: 1 }), { code: 1008, reason: 'invalid request frame' }],
  ])('end at once without a response after %s', async (_, message, closure) => {
    const client = await stage.knock()
    client.raw.send(message)

    expect(await client.raw.closed).toEqual(closure)
    expect(client.frames.map((frame) => frame.event)).toEqual(['connect.challenge'])
  })

  it.each([
    ['another method', 'health', {}, 'invalid handshake: first request must be connect'],
    ['no parameters', 'connect', undefined, /^invalid connect params: at \/minProtocol: must be /],
    ['parameters that are no object', 'connect', [], 'invalid connect params: at root: must be object'],
  ])('are answered and then ended after %s', async (_, method, params, message) => {
    const client = await stage.knock()
    const { ok, error } = await client.request(method, params)
    const closure = await client.raw.closed

    expect({ ok, code: error.code }).toEqual({ ok: false, code: 'INVALID_REQUEST' })
    expect(error.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
    expect(closure.code).toBe(1008)
    expect(error.message.startsWith(closure.reason)).toBe(true)
    expect(Buffer.byteLength(closure.reason)).toBeLessThanOrEqual(120)
  })

  it('have ten seconds', async () => {
    const [silent, quick] = [await stage.knock(), await stage.knock()]
    await stage.clock.advance(9_999)
    await quick.connect({ token: TOKEN })
    await stage.clock.advance(1)

    expect(await silent.raw.closed).toEqual({ code: 1000, reason: '' })
    await stage.clock.advance(60_000)
    expect(quick.raw.isOpen).toBe(true)
  })

  it('may be followed by requests at once; those are answered in order behind hello-ok', async () => {
    const client = await stage.knock()
    const connecting = client.connect({ token: TOKEN })
    await client.event('connect.challenge')
    const ids = ['health', 'last-heartbeat', 'agents.list'].map((method) => client.send(method))
    const hello = await connecting
    await stage.settle()

    const responses = client.frames.filter((frame) => frame.type === 'res')
    expect(responses.map((frame) => frame.id)).toEqual([hello.id, ...ids])
    expect(responses.map((frame) => frame.ok)).toEqual([true, true, true, true])
    expect(hello.payload.type).toBe('hello-ok')
  })

  it('end what was sent behind a connect that is refused', async () => {
    const client = await stage.knock()
    const connecting = client.connect({ token: 'x' })
    await client.event('connect.challenge')
    client.send('health')
    await connecting
    await client.raw.closed

    expect(client.frames.filter((frame) => frame.type === 'res')).toHaveLength(1)
  })

  it('are taken as bytes too', async () => {
    const client = await stage.join()
    client.raw.send(Buffer.from(req('bytes', 'last-heartbeat')))
    expect(await client.find((frame) => frame.id === 'bytes')).toMatchObject({ ok: true, payload: null })
  })

  it('say nothing but the challenge before hello-ok, whatever happens meanwhile', async () => {
    const waiting = await stage.knock()
    const other = await stage.join()
    await other.call('system-event', { text: 'something' })
    await stage.clock.advance(5_000)

    expect(waiting.frames.map((frame) => frame.event)).toEqual(['connect.challenge'])
    await waiting.connect({ token: TOKEN, now: stage.clock.now() })
    expect(waiting.frames[1]?.payload.type).toBe('hello-ok')
  })
})

describe('frames of a client inside', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  it('are ignored when they are no JSON', async () => {
    const client = await stage.join()
    const before = client.frames.length
    client.raw.send('{')
    client.raw.send(Uint8Array.of(0xc0))
    await stage.settle()

    expect(client.frames).toHaveLength(before)
    expect(client.raw.isOpen).toBe(true)
  })

  it.each([
    ['a number as id', '{"type":"req","id":7,"method":"health"}', 7, 'at /id: must be a non-empty string'],
    ['no id', '{"type":"req","method":"health"}', 'invalid', 'at /id: must be a non-empty string'],
    [
      'a number beyond numbers',
      '{"type":"req","id":1e999,"method":"health"}',
      'invalid',
      'at /id: must be a non-empty string',
    ],
    ['an object as id', '{"type":"req","id":{},"method":"health"}', 'invalid', 'at /id: must be a non-empty string'],
    ['no object', '5', 'invalid', 'at root: must be object'],
    ['another type', '{"type":"res","id":"x"}', 'x', "at /type: must be equal to 'req'"],
    ['an extra key', '{"type":"req","id":"x","method":"health","zz":1}', 'x', "at root: unexpected property 'zz'"],
    [
      'a key that is the prototype',
      '{"type":"req","id":"x","method":"health","__proto__":{}}',
      'x',
      "at root: unexpected property '__proto__'",
    ],
  ])('are answered with the id they had when they carry %s', async (_, text, id, problem) => {
    const client = await stage.join()
    client.raw.send(text)
    const answer = await client.find((frame) => frame.type === 'res' && frame.id === (id as string))

    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', message: `invalid request frame: ${problem}` },
    })
    expect(client.raw.isOpen).toBe(true)
  })

  it('may not connect again', async () => {
    const [admin, reader] = [await stage.join(), await stage.join({ scopes: ['operator.read'] })]
    expect((await admin.request('connect', {})).error.message).toBe('connect is only valid as the first request')
    expect((await reader.request('connect', {})).error.message).toBe('missing scope: operator.admin')
    expect(admin.raw.isOpen && reader.raw.isOpen).toBe(true)
  })
})

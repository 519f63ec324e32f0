import { afterEach, describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { type TestDevice, testDevice } from '../../doubles/device.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const READ = ['operator.read']
const ADMIN = ['operator.admin']
const PAIRING = ['operator.pairing']
const SKEW_MS = 120_000
/** From somewhere else, so that nothing happens silently. */
const AFAR = { address: '192.0.2.7' }

let stage: GatewayStage

afterEach(() => stage.close())

type Options = Parameters<GatewayStage['refused']>[0]

/** Why a `connect` was refused: the word for programs. */
async function reasonFor(options: Options, call: object = AFAR): Promise<string> {
  const { response, closure } = await stage.refused(options, call)
  expect(response.ok).toBe(false)
  expect(closure.code).toBe(1008)
  return response.error.details?.reason ?? response.error.details?.code ?? response.error.message
}

/** What a client sent as `device`, caught on its way. */
async function caughtProof(client: MemoryProtocolClient, device: TestDevice): Promise<any> {
  let caught: unknown
  await client.connect({
    token: TOKEN,
    device,
    change: (params) => {
      caught = structuredClone(params.device)
    },
  })
  return caught
}

describe('whoever has seen a signature', () => {
  it('cannot use it on another socket', async () => {
    stage = await GatewayStage.open()
    const proof = await caughtProof(await stage.knock(AFAR), testDevice())
    const replay = { token: TOKEN, change: (params: any) => Object.assign(params, { device: proof }) }
    expect(await reasonFor(replay)).toBe('device-nonce-mismatch')
  })

  it('cannot put the nonce of its own socket into it', async () => {
    stage = await GatewayStage.open()
    const proof = await caughtProof(await stage.knock(AFAR), testDevice())
    const replay = {
      token: TOKEN,
      change: (params: any) => {
        params.device = { ...proof, nonce: params.device.nonce }
      },
    }
    expect(await reasonFor(replay)).toBe('device-signature')
  })

  it('cannot use it twice on the same socket: a second connect is refused and changes nothing', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const client = await stage.knock(AFAR)
    let sent: any
    await client.connect({ token: TOKEN, device, scopes: READ, change: (params) => (sent = params) })
    const again = await client.request('connect', { ...sent, scopes: ADMIN })
    expect(again.error.message).toBe('missing scope: operator.admin')
    expect((await client.request('config.schema', {})).error.message).toBe('missing scope: operator.admin')
    const master = await stage.join({ scopes: ADMIN })
    expect((await master.request('connect', sent)).error.message).toBe('connect is only valid as the first request')
  })

  it('gets no second try on a socket where the first was refused, not even one that was sent along', async () => {
    stage = await GatewayStage.open()
    const client = await stage.knock(AFAR)
    const { payload } = await client.event('connect.challenge')
    const claims = { clientId: 'test', clientMode: 'test', scopes: ADMIN, token: TOKEN, nonce: payload.nonce }
    const params = {
      minProtocol: 3,
      maxProtocol: 3,
      client: { id: 'test', version: '1', platform: 'linux', mode: 'test' },
      scopes: ADMIN,
      auth: { token: TOKEN },
      device: testDevice().prove({ ...claims, signedAt: payload.ts }),
    }
    client.send('connect', { ...params, auth: { token: 'a guess' } })
    client.send('connect', params)
    expect((await client.raw.closed).reason).toBe('device signature invalid')
    const answers = client.raw.messages.map(String).filter((text) => text.startsWith('{"type":"res"'))
    expect(answers).toHaveLength(1)
  })

  it.each([
    [-SKEW_MS, true],
    [SKEW_MS, true],
    [-SKEW_MS - 1, false],
    [SKEW_MS + 1, false],
    [-Date.UTC(2026, 0, 1), false],
  ])('finds a clock that is off by %i ms accepted: %s', async (offMs, isAccepted) => {
    stage = await GatewayStage.open()
    const options = { token: TOKEN, now: stage.clock.now() + offMs }
    if (isAccepted) expect(await stage.join(options, AFAR)).toBeDefined()
    else expect(await reasonFor(options)).toBe('device-signature-stale')
  })
})

describe('whoever has no right to a device', () => {
  it.each(['id', 'publicKey'] as const)('cannot borrow its %s', async (field) => {
    stage = await GatewayStage.open()
    const victim = testDevice()
    await stage.pair(victim, ADMIN)
    const borrow = (params: any) => {
      params.device[field] = victim[field]
    }
    expect(await reasonFor({ token: TOKEN, change: borrow })).toBe('device-id-mismatch')
  })

  it('cannot claim it whole without its key', async () => {
    stage = await GatewayStage.open()
    const victim = testDevice()
    const deviceToken = await stage.pair(victim, ADMIN)
    const claim = (params: any) => Object.assign(params.device, { id: victim.id, publicKey: victim.publicKey })
    expect(await reasonFor({ deviceToken, scopes: ADMIN, change: claim })).toBe('device-signature')
  })

  it.each(['deviceToken', 'token'] as const)('cannot use its token, sent as auth.%s', async (field) => {
    stage = await GatewayStage.open()
    const stolen = await stage.pair(testDevice(), ADMIN)
    const own = testDevice()
    await stage.pair(own, READ)
    const expected = field === 'token' ? 'AUTH_TOKEN_MISMATCH' : 'AUTH_DEVICE_TOKEN_MISMATCH'
    expect(await reasonFor({ [field]: stolen, device: own, scopes: READ })).toBe(expected)
    expect(await reasonFor({ [field]: stolen, scopes: READ })).toBe(expected)
    const withoutDevice = field === 'token' ? 'AUTH_TOKEN_MISMATCH' : 'DEVICE_IDENTITY_REQUIRED'
    expect(await reasonFor({ [field]: stolen, device: false })).toBe(withoutDevice)
  })

  it.each(['operator', 'node'] as const)('cannot come as %s with the token of the other role', async (role) => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const asOperator = await stage.pair(device, [])
    const asNode = await stage.pair(device, [], 'node')
    const deviceToken = role === 'operator' ? asNode : asOperator
    expect(await reasonFor({ deviceToken, device, role, scopes: [] })).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
  })

  it('cannot become a node by being an operator here, not even on this machine', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    await stage.pair(device, ADMIN)
    expect(await reasonFor({ token: TOKEN, device, role: 'node' }, {})).toBe('role-upgrade')
  })

  it('cannot use a token over HTTP', async () => {
    stage = await GatewayStage.open()
    const deviceToken = await stage.pair(testDevice(), ADMIN)
    const peer = { address: '192.0.2.7', port: 1, url: '/v1/models', headers: new Map([['host', '192.0.2.1']]) }
    const verdict = await stage.gateway.get(tokens.frontDoor).authenticate(peer, deviceToken)
    expect(verdict).toEqual({ kind: 'refused', reason: 'token_mismatch' })
  })
})

describe('whoever was given little', () => {
  it.each<[string, object]>([
    ['from afar', AFAR],
    ['on this machine', {}],
  ])('does not get more by asking for it %s', async (_, call) => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const deviceToken = await stage.pair(device, READ)
    for (const scopes of [ADMIN, [...READ, 'operator.write'], ['operator.approvals'], ['operator.made-up']]) {
      expect(await reasonFor({ deviceToken, device, scopes }, call)).toBe('scope-upgrade')
    }
    const client = await stage.join({ token: undefined as never, deviceToken, device, scopes: READ }, call)
    expect((await client.request('config.schema', {})).error.message).toBe('missing scope: operator.admin')
    expect(stage.gateway.get(tokens.devices).find(device.id)?.scopes).toEqual(READ)
  })

  it('does not get back what a rotation took', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const before = await stage.pair(device, ADMIN)
    const master = await stage.join()
    const { token } = await master.call('device.token.rotate', { deviceId: device.id, role: 'operator', scopes: READ })
    stage.keepSecret(token)
    await stage.settle()
    for (const call of [AFAR, {}]) {
      expect(await reasonFor({ deviceToken: before, device, scopes: READ }, call)).toBe('AUTH_DEVICE_TOKEN_MISMATCH')
      expect(await reasonFor({ deviceToken: token, device, scopes: ADMIN }, call)).toBe('scope-upgrade')
    }
    const client = await stage.join({ token: undefined as never, deviceToken: token, device, scopes: READ }, AFAR)
    expect((await client.request('status')).ok).toBe(true)
  })

  it('cannot give away, or take, what it does not have', async () => {
    stage = await GatewayStage.open()
    const helper = await stage.join({ scopes: PAIRING }, AFAR)
    const device = testDevice()
    const deviceToken = await stage.pair(device, [])
    expect(await reasonFor({ deviceToken, device, scopes: ADMIN })).toBe('scope-upgrade')
    const { pending } = await helper.call('device.pair.list', {})
    const approval = await helper.request('device.pair.approve', { requestId: pending[0].requestId })
    expect(approval.error.message).toBe('missing scope: operator.admin')
    const chief = testDevice()
    await stage.pair(chief, ADMIN)
    for (const scopes of [ADMIN, READ, undefined]) {
      const params = { deviceId: chief.id, role: 'operator', ...(scopes === undefined ? {} : { scopes }) }
      expect((await helper.request('device.token.rotate', params)).error.message).toMatch(/^missing scope: operator\./)
    }
    expect(stage.gateway.get(tokens.devices).find(chief.id)?.tokens[0]?.rotatedAtMs).toBeUndefined()
  })

  it('cannot approve its own wish for more', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const deviceToken = await stage.pair(device, PAIRING)
    expect(await reasonFor({ deviceToken, device, scopes: ADMIN })).toBe('scope-upgrade')
    const self = await stage.join({ token: undefined as never, deviceToken, device, scopes: PAIRING }, AFAR)
    const { pending } = await self.call('device.pair.list', {})
    const approval = await self.request('device.pair.approve', { requestId: pending[0].requestId })
    expect(approval.error.message).toBe('missing scope: operator.admin')
    const rotation = { deviceId: device.id, role: 'operator', scopes: ADMIN }
    expect((await self.request('device.token.rotate', rotation)).error.message).toBe('unknown deviceId/role')
  })

  it('gets no scopes without a device, however right its secret is', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join({ device: false, scopes: ADMIN })
    expect((await client.request('status')).error.message).toBe('missing scope: operator.read')
  })

  it('gets nothing from scopes that do not exist, or that are written otherwise', async () => {
    stage = await GatewayStage.open()
    const scopes = [
      'admin',
      'operator',
      'operator.*',
      '*',
      'OPERATOR.ADMIN',
      ' operator.admin',
      'operator.admin,',
      '__proto__',
    ]
    const client = await stage.join({ scopes })
    expect((await client.request('status')).error.message).toBe('missing scope: operator.read')
    expect((await client.request('config.schema', {})).error.message).toBe('missing scope: operator.admin')
  })
})

describe('devices that wait', () => {
  const open = {
    gateway: {
      bind: 'lan',
      auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } },
      trustedProxies: ['10.0.0.1'],
    },
  }
  const viaProxy = {
    address: '10.0.0.1',
    headers: { 'x-user': 'alice', 'x-forwarded-for': '203.0.113.9', host: 'gw.example' },
  }

  it('are never more than a hundred, and none that waits is pushed out', async () => {
    stage = await GatewayStage.open({ config: open })
    const first = testDevice()
    expect(await reasonFor({ device: first }, viaProxy)).toBe('not-paired')
    for (let nr = 1; nr < 100; nr++) await stage.refused({}, viaProxy)
    const devices = stage.gateway.get(tokens.devices)
    expect(devices.list().pending).toHaveLength(100)
    const { response } = await stage.refused({}, viaProxy)
    expect(response.error.message).toBe('pairing required: too many devices wait for approval')
    expect(devices.list().pending).toHaveLength(100)
    expect(devices.list().pending.map(({ deviceId }) => deviceId)).toContain(first.id)
    await stage.clock.advance(300_000)
    expect(devices.list().pending).toHaveLength(0)
    expect(await reasonFor({}, viaProxy)).toBe('not-paired')
  })

  it('do not exist for strangers: without a credential nobody is put in line', async () => {
    stage = await GatewayStage.open()
    for (const options of [{}, { token: 'a guess' }, { deviceToken: 'a guess' }, { role: 'node' }]) {
      await stage.refused(options, AFAR)
    }
    expect(stage.gateway.get(tokens.devices).list().pending).toEqual([])
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { LiveConfig } from '../../../src/application/reload/live-config.js'
import { tokens } from '../../../src/bootstrap/index.js'
import type { SharedSecret } from '../../../src/domain/access/shared-secret.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { EVENT_NAMES } from '../../../src/domain/protocol/events.js'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'

const OTHER = testDevice()
const PASSWORD = 'a-password'
const withPassword = { gateway: { auth: { mode: 'password', password: PASSWORD } } }
const withoutAuth = { gateway: { auth: { mode: 'none' } } }
const inBrowser = (origin?: string) => ({
  headers: { host: '127.0.0.1:18789', ...(origin === undefined ? {} : { origin }) },
})

/** A configuration whose only news is the secret. */
function liveWith(secret: SharedSecret): LiveConfig {
  const config = gatewayConfigSchema().parse({})
  return new LiveConfig({ config, secret, hash: '', snapshotHash: '', loadedAt: 0 })
}

describe('connect', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  type Options = Parameters<GatewayStage['refused']>[0]

  async function refusal(config: object | undefined, options: Options, call?: Parameters<GatewayStage['refused']>[1]) {
    stage = await GatewayStage.open(config === undefined ? {} : { config })
    const { response, closure } = await stage.refused(options, call)
    expect(response.ok).toBe(false)
    expect(Object.keys(response).sort()).toEqual(['error', 'id', 'ok', 'type'])
    expect(closure.reason).toBe(response.error.message)
    return { ...response.error, close: closure.code }
  }

  const authError = (code: string, authReason: string, message: RegExp) => ({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(message),
    details: { code, authReason },
    close: 1008,
  })
  const deviceError = (reason: string, message: string) => ({
    code: 'INVALID_REQUEST',
    message,
    details: { code: 'DEVICE_AUTH_INVALID', reason },
    close: 1008,
  })
  const notPaired = {
    code: 'NOT_PAIRED',
    message: 'device identity required',
    details: { code: 'DEVICE_IDENTITY_REQUIRED' },
    close: 1008,
  }

  it.each<[string, object | undefined, Options, object]>([
    [
      'a device without token',
      undefined,
      {},
      authError('AUTH_TOKEN_MISSING', 'token_missing', /^unauthorized: gateway token missing/),
    ],
    [
      'a device with another token',
      undefined,
      { token: 'x' },
      authError('AUTH_TOKEN_MISMATCH', 'token_mismatch', /^unauthorized: gateway token mismatch/),
    ],
    [
      'an operator with another token and no device',
      undefined,
      { token: 'x', device: false },
      authError('AUTH_TOKEN_MISMATCH', 'token_mismatch', /^unauthorized: gateway token mismatch/),
    ],
    [
      'an operator with the wrong kind of secret',
      undefined,
      { password: TOKEN, device: false },
      authError('AUTH_TOKEN_MISSING', 'token_missing', /^unauthorized: gateway token missing/),
    ],
    [
      'a device without password',
      withPassword,
      { token: TOKEN },
      authError('AUTH_PASSWORD_MISSING', 'password_missing', /^unauthorized: gateway password missing/),
    ],
    [
      'a device with another password',
      withPassword,
      { password: 'x' },
      authError('AUTH_PASSWORD_MISMATCH', 'password_mismatch', /^unauthorized: gateway password mismatch/),
    ],
    ['an operator with nothing at all', undefined, { device: false }, notPaired],
    ['an operator with an empty token and no device', undefined, { token: '', device: false }, notPaired],
    ['an operator without device in mode none', withoutAuth, { device: false }, notPaired],
    ['a node without device', undefined, { token: TOKEN, device: false, role: 'node' }, notPaired],
    ['a node with another token and no device', undefined, { token: 'x', device: false, role: 'node' }, notPaired],
    [
      'a device token alone',
      undefined,
      {
        device: false,
        change: (params) => {
          params.auth = { deviceToken: 'd' }
        },
      },
      notPaired,
    ],
    [
      'another role',
      undefined,
      { token: TOKEN, role: 'admin' },
      { code: 'INVALID_REQUEST', message: 'invalid role', close: 1008 },
    ],
  ])('refuses %s', async (_, config, options, error) => {
    expect(await refusal(config, options)).toEqual(error)
  })

  it.each(['token', 'password'] as const)(
    'refuses everybody in mode %s while no secret is configured',
    async (mode) => {
      stage = await GatewayStage.open({
        modules: [(bindings) => bindings.factory(tokens.live, () => liveWith({ mode }), [])],
      })
      const { response, closure } = await stage.refused({ [mode]: 'anything' })
      expect(response.error).toEqual({
        code: 'INVALID_REQUEST',
        message: closure.reason,
        details: { code: `AUTH_${mode.toUpperCase()}_NOT_CONFIGURED`, authReason: `${mode}_missing_config` },
      })
      expect(closure.reason).toMatch(new RegExp(`^unauthorized: gateway ${mode} not configured`))
    },
  )

  it.each<[string, Options, object]>([
    [
      "a device id that is not the key's",
      {
        change: (params) => {
          params.device.id = 'f'.repeat(64)
        },
      },
      deviceError('device-id-mismatch', 'device identity mismatch'),
    ],
    [
      'a key that is none',
      {
        change: (params) => {
          params.device.publicKey = 'AAAA'
        },
      },
      deviceError('device-public-key', 'device public key invalid'),
    ],
    [
      'a signature that came too late',
      { now: Date.UTC(2026, 0, 1) - 120_001 },
      deviceError('device-signature-stale', 'device signature expired'),
    ],
    [
      'a signature from the future',
      { now: Date.UTC(2026, 0, 1) + 120_001 },
      deviceError('device-signature-stale', 'device signature expired'),
    ],
    [
      'no nonce',
      {
        change: (params) => {
          params.device.nonce = ''
        },
      },
      deviceError('device-nonce-missing', 'device nonce required'),
    ],
    [
      'a nonce of its own',
      {
        change: (params) => {
          params.device.nonce = 'mine'
        },
      },
      deviceError('device-nonce-mismatch', 'device nonce mismatch'),
    ],
    [
      'scopes it did not sign',
      {
        scopes: ['operator.read'],
        change: (params) => {
          params.scopes = ['operator.admin']
        },
      },
      deviceError('device-signature', 'device signature invalid'),
    ],
    [
      'a role it did not sign',
      {
        change: (params) => {
          params.role = 'node'
        },
      },
      deviceError('device-signature', 'device signature invalid'),
    ],
    [
      'a client it did not sign',
      {
        change: (params) => {
          params.client.id = 'other'
        },
      },
      deviceError('device-signature', 'device signature invalid'),
    ],
    [
      "another key's signature",
      {
        change: (params) => {
          params.device.publicKey = OTHER.publicKey
          params.device.id = OTHER.id
        },
      },
      deviceError('device-signature', 'device signature invalid'),
    ],
    [
      'a signature that is none',
      {
        change: (params) => {
          params.device.signature = '!'
        },
      },
      deviceError('device-signature', 'device signature invalid'),
    ],
  ])('refuses a device with %s', async (_, options, error) => {
    expect(await refusal(undefined, { token: TOKEN, ...options })).toEqual(error)
  })

  it('judges the device before the token', async () => {
    const spoilt = {
      token: 'x',
      change: (params: any) => {
        params.device.signature = '!'
      },
    }
    expect((await refusal(undefined, spoilt)).details.reason).toBe('device-signature')
  })

  it('refuses a proof that was made for another socket', async () => {
    stage = await GatewayStage.open()
    const { payload } = await (await stage.knock()).event('connect.challenge')
    const stolen = testDevice().prove({
      clientId: 'test',
      clientMode: 'test',
      scopes: [],
      token: TOKEN,
      nonce: payload.nonce,
      signedAt: payload.ts,
    })
    const { response, closure } = await stage.refused({
      token: TOKEN,
      scopes: [],
      change: (params) => {
        params.device = stolen
      },
    })
    expect(response.error.details.reason).toBe('device-nonce-mismatch')
    expect(closure).toEqual({ code: 1008, reason: 'device nonce mismatch' })
  })

  it.each([
    [1, 2, false],
    [4, 9, false],
    [3, 3, true],
    [1, 9, true],
    [2, 3, true],
  ])('speaks version 3 with clients of versions %i to %i: %s', async (minProtocol, maxProtocol, isSpoken) => {
    stage = await GatewayStage.open()
    const client = await stage.knock()
    const answer = await client.connect({
      token: TOKEN,
      change: (params) => Object.assign(params, { minProtocol, maxProtocol }),
    })
    if (isSpoken) expect(answer.payload.protocol).toBe(3)
    else {
      expect(answer.error).toEqual({
        code: 'INVALID_REQUEST',
        message: 'protocol mismatch',
        details: { expectedProtocol: 3 },
      })
      expect(await client.raw.closed).toEqual({ code: 1002, reason: 'protocol mismatch' })
    }
  })

  it('checks the version before the role and the role before everything else', async () => {
    stage = await GatewayStage.open()
    const wrong = { role: 'x', device: false as const, clientId: 'mayros-control-ui' }
    const first = await stage.refused({
      ...wrong,
      change: (params) => {
        params.minProtocol = 4
      },
    })
    expect(first.response.error.message).toBe('protocol mismatch')
    expect((await stage.refused(wrong)).response.error.message).toBe('invalid role')
    expect((await stage.refused({ ...wrong, role: 'operator' })).response.error.message).toMatch(/^origin not allowed/)
  })

  it.each([
    ['openclaw-control-ui', 'ui'],
    ['mayros-control-ui', 'webchat'],
    ['webchat-ui', 'ui'],
    ['something', 'webchat'],
  ])('looks at the origin of %s in mode %s', async (clientId, mode) => {
    stage = await GatewayStage.open()
    const options = { token: TOKEN, clientId, mode }
    for (const origin of [undefined, 'null', 'https://evil.example']) {
      const { response, closure } = await stage.refused(options, inBrowser(origin))
      expect(response.error.message).toMatch(/^origin not allowed/)
      expect(closure.code).toBe(1008)
    }
    expect(await stage.join(options, inBrowser('http://127.0.0.1:18789'))).toBeDefined()
    expect(await stage.join(options, inBrowser('http://localhost:5173'))).toBeDefined()
  })

  it('does not mind the origin of other clients', async () => {
    stage = await GatewayStage.open()
    expect(await stage.join({ clientId: 'cli', mode: 'cli' }, inBrowser('https://evil.example'))).toBeDefined()
  })

  it('asks the control UI for a device even with the right token', async () => {
    stage = await GatewayStage.open()
    const { response } = await stage.refused(
      { token: TOKEN, clientId: 'openclaw-control-ui', device: false },
      inBrowser('http://127.0.0.1:18789'),
    )
    expect(response.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^control ui requires device identity/),
      details: { code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED' },
    })
  })

  it.each<[string, Options, RegExp]>([
    [
      'an unknown key',
      {
        change: (params) => {
          params.zz = 1
        },
      },
      /at root: unexpected property 'zz'/,
    ],
    [
      'an unknown key of the client',
      {
        change: (params) => {
          params.client.zz = 1
        },
      },
      /at \/client: unexpected property 'zz'/,
    ],
    [
      'an unknown key of the device',
      {
        change: (params) => {
          params.device.zz = 1
        },
      },
      /at \/device: unexpected property 'zz'/,
    ],
    [
      'an unknown key of the auth',
      {
        change: (params) => {
          params.auth.zz = 1
        },
      },
      /at \/auth: unexpected property 'zz'/,
    ],
    ['an unknown mode', { mode: 'operator' }, /at \/client\/mode: must be one of "webchat", "cli"/],
    ['an empty client id', { clientId: '' }, /at \/client\/id: must NOT have fewer than 1 characters/],
    [
      'version zero',
      {
        change: (params) => {
          params.minProtocol = 0
        },
      },
      /at \/minProtocol: must be >= 1/,
    ],
    [
      'half a version',
      {
        change: (params) => {
          params.maxProtocol = 3.5
        },
      },
      /at \/maxProtocol: must be a whole number/,
    ],
    [
      'null for a key',
      {
        change: (params) => {
          params.role = null
        },
      },
      /at \/role: must be string/,
    ],
  ])('refuses %s', async (_, options, problem) => {
    stage = await GatewayStage.open()
    const { response, closure } = await stage.refused({ token: TOKEN, ...options })
    expect(response.error.message).toMatch(/^invalid connect params: /)
    expect(response.error.message).toMatch(problem)
    expect(closure.code).toBe(1008)
  })

  it('takes no connect request of more than 256 KiB', async () => {
    stage = await GatewayStage.open()
    const client = await stage.knock()
    await client.event('connect.challenge')
    client.raw.send(`{"type":"req","id":"1","method":"connect","params":{"x":"${'x'.repeat(256 * 1024)}"}}`)
    expect(await client.raw.closed).toMatchObject({ code: 1009 })
    expect(client.frames.filter((frame) => frame.type === 'res')).toEqual([])
  })

  it('does not write piles of foreign keys into its answer, the close reason or the log', async () => {
    stage = await GatewayStage.open()
    const { response } = await stage.refused({
      token: TOKEN,
      change: (params) => {
        for (let index = 0; index < 500; index++) params[`${'k'.repeat(450)}${index}`] = 1
      },
    })
    expect(response.error.message.length).toBeLessThan(2_000)
    expect(response.error.message).toMatch(/; and 490 more$/)
    expect(JSON.stringify(stage.log.lines).length).toBeLessThan(20_000)
  })

  it('greets with hello-ok', async () => {
    stage = await GatewayStage.open()
    const client = await stage.knock()
    const hello = await client.connect({ token: TOKEN })
    const { payload } = hello

    expect(Object.keys(hello).sort()).toEqual(['id', 'ok', 'payload', 'type'])
    expect(Object.keys(payload).sort()).toEqual(['features', 'policy', 'protocol', 'server', 'snapshot', 'type'])
    expect(payload).toMatchObject({
      type: 'hello-ok',
      protocol: 3,
      server: { version: expect.any(String), connId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      features: {
        events: EVENT_NAMES,
        methods: expect.arrayContaining(['health', 'agent', 'chat.send', 'config.get']),
      },
      policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
      snapshot: {
        health: { ok: true, agents: [{ agentId: 'main', sessions: { path: 'memory' } }] },
        stateVersion: { presence: expect.any(Number), health: expect.any(Number) },
        uptimeMs: 0,
        configPath: 'memory',
        stateDir: 'memory',
        sessionDefaults: {
          defaultAgentId: 'main',
          mainKey: 'main',
          mainSessionKey: 'agent:main:main',
          scope: 'per-sender',
        },
        authMode: 'token',
      },
    })
    expect(payload.snapshot.presence).toMatchObject([
      { mode: 'gateway', reason: 'self' },
      { host: 'test', reason: 'connect' },
    ])
    for (const hidden of ['connect', 'chat.inject', 'sessions.resolve', 'sessions.usage']) {
      expect(payload.features.methods).not.toContain(hidden)
    }
    expect(JSON.stringify(payload)).not.toContain('null,"authMode"')
  })

  it('gives a client without device no scopes, whatever it asks for', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join({ device: false })
    expect((await client.request('health')).ok).toBe(true)
    expect((await client.request('status')).error.message).toBe('missing scope: operator.read')
  })

  it('takes a device in mode none, and the password in its mode', async () => {
    stage = await GatewayStage.open({ config: withoutAuth })
    expect((await (await stage.knock()).connect()).payload.snapshot.authMode).toBe('none')
    await stage.close()
    stage = await GatewayStage.open({
      modules: [
        (bindings) => bindings.factory(tokens.live, () => liveWith({ mode: 'password', password: PASSWORD }), []),
      ],
    })
    expect((await (await stage.knock()).connect({ password: PASSWORD })).payload.snapshot.authMode).toBe('password')
  })

  it('never shows a secret', async () => {
    stage = await GatewayStage.open()
    await stage.refused({ token: 'a-wrong-secret' })
    await stage.join()
    const said = JSON.stringify([stage.log.lines, stage.clients.map((client) => client.frames)])
    expect(said).not.toContain('a-wrong-secret')
    expect(said).not.toContain(TOKEN)
  })
})

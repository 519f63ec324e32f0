import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { hashPassword } from '../../../src/adapters/secrets-node/password-hash.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'
import type { Frame } from '../../doubles/memory-protocol-client.js'

const MAX_ATTEMPTS = 10
const WINDOW_MS = 60_000
const LOCKOUT_MS = 300_000
const PASSWORD = 'a-password-of-the-gateway'
const withPassword = { gateway: { auth: { mode: 'password', password: PASSWORD } } }
const AFAR = { address: '192.0.2.7' }
const NEIGHBOUR = { address: '192.0.2.8' }

let stage: GatewayStage

afterEach(() => stage.close())

type Options = Parameters<GatewayStage['refused']>[0]

async function knock(options: Options, call: object = AFAR): Promise<Frame> {
  const client = await stage.knock(call)
  const answer = await client.connect(options)
  client.raw.close()
  await stage.settle()
  return answer
}

const codeOf = (answer: Frame): string => (answer.ok === true ? 'in' : answer.error.details.code)

/** What `attempts` tries came to, and how often each. */
async function outcomes(attempts: number, attempt: (nr: number) => Promise<Frame>): Promise<Record<string, number>> {
  const counted: Record<string, number> = {}
  for (let nr = 0; nr < attempts; nr++) {
    const code = codeOf(await attempt(nr))
    counted[code] = (counted[code] ?? 0) + 1
  }
  return counted
}

/** How many of the guesses the gateway looked at: one that is not looked at tells nobody anything. */
const lookedAt = (counted: Readonly<Record<string, number>>, attempts: number) =>
  attempts - (counted.AUTH_RATE_LIMITED ?? 0)

describe('whoever guesses the token', () => {
  it('is locked out after ten wrong ones, for the right one too, and is told for how long', async () => {
    stage = await GatewayStage.open()
    const guesses = await outcomes(MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, device: false }))
    expect(guesses).toEqual({ AUTH_TOKEN_MISMATCH: MAX_ATTEMPTS })
    await stage.clock.advance(1_000)
    for (const device of [false, true]) {
      const { error } = await knock({ token: TOKEN, device })
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(/^unauthorized: too many failed authentication attempts/),
        details: { code: 'AUTH_RATE_LIMITED', authReason: 'rate_limited' },
        retryable: true,
        retryAfterMs: LOCKOUT_MS - 1_000,
      })
    }
    expect(codeOf(await knock({ token: TOKEN }, NEIGHBOUR))).toBe('in')
    await stage.clock.advance(LOCKOUT_MS - 1_000)
    expect(codeOf(await knock({ token: TOKEN }))).toBe('in')
    expect(stage.record.filter(({ event }) => event === 'locked-out')).toMatchObject([
      { address: AFAR.address, reason: 'shared-secret', details: { lockedForMs: LOCKOUT_MS } },
    ])
  })

  it('does not lock out the devices of the same household, nor is an IPv6 household larger than a /64', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const deviceToken = await stage.pair(device, ['operator.read'])
    const from = (suffix: string) => ({ address: `2001:db8:0:1::${suffix}` })
    await outcomes(MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, device: false }, from(String(nr))))
    expect(codeOf(await knock({ token: TOKEN }, from('beef')))).toBe('AUTH_RATE_LIMITED')
    expect(codeOf(await knock({ deviceToken, device, scopes: ['operator.read'] }, from('beef')))).toBe('in')
    expect(codeOf(await knock({ token: TOKEN }, { address: '2001:db8:0:2::1' }))).toBe('in')
  })

  it('is free to on this machine, unless the settings say otherwise', async () => {
    stage = await GatewayStage.open()
    await outcomes(3 * MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}` }, {}))
    expect(codeOf(await knock({ token: TOKEN }, {}))).toBe('in')
    await stage.close()
    stage = await GatewayStage.open({ config: { gateway: { auth: { rateLimit: { exemptLoopback: false } } } } })
    await outcomes(MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}` }, {}))
    expect(codeOf(await knock({ token: TOKEN }, {}))).toBe('AUTH_RATE_LIMITED')
  })

  it.each<[string, Record<string, string>]>([
    ['a page of somebody else', { origin: 'https://evil.example' }],
    ['a page that hides where it comes from', { origin: 'null' }],
    ['a page in a file', { origin: 'file://' }],
    ['a page whose name was made to point here', { origin: 'http://evil.example', host: 'evil.example' }],
    ['a proxy that hides its clients', { 'x-forwarded-for': '203.0.113.9' }],
  ])('is not free to on this machine as %s', async (_, headers) => {
    stage = await GatewayStage.open({ config: withPassword })
    const call = { headers: { host: '127.0.0.1:18789', ...headers } }
    const page = (password: string) => knock({ password, clientId: 'cli', mode: 'cli' }, call)
    const counted = await outcomes(3 * MAX_ATTEMPTS, (nr) => page(`guess ${nr}`))
    expect(lookedAt(counted, 3 * MAX_ATTEMPTS)).toBe(MAX_ATTEMPTS)
    expect(codeOf(await page(PASSWORD))).toBe('AUTH_RATE_LIMITED')
    expect(codeOf(await knock({ password: PASSWORD }, {}))).toBe('in')
  })

  it('cannot hide behind headers that nobody asked for', async () => {
    stage = await GatewayStage.open()
    const spoofed = (nr: number) => ({
      ...AFAR,
      headers: {
        'x-forwarded-for': `203.0.113.${nr}`,
        'x-real-ip': `203.0.113.${nr}`,
        forwarded: `for=203.0.113.${nr}`,
      },
    })
    await outcomes(MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, device: false }, spoofed(nr)))
    expect(codeOf(await knock({ token: TOKEN }, spoofed(99)))).toBe('AUTH_RATE_LIMITED')
  })

  it('is counted over sockets and HTTP together', async () => {
    stage = await GatewayStage.open()
    const peer = { address: AFAR.address, port: 1, url: '/v1/models', headers: new Map([['host', '192.0.2.1']]) }
    const door = stage.gateway.get(tokens.frontDoor)
    for (let nr = 0; nr < 5; nr++) await door.authenticate(peer, `guess ${nr}`)
    await outcomes(5, (nr) => knock({ token: `guess ${nr}`, device: false }))
    expect(await door.authenticate(peer, TOKEN)).toEqual({ kind: 'locked-out', retryAfterMs: LOCKOUT_MS })
    expect(codeOf(await knock({ token: TOKEN }))).toBe('AUTH_RATE_LIMITED')
  })

  it('stays locked out over a restart', async () => {
    const kept: Module = (bindings) => bindings.constant(tokens.lockDocument, document)
    const document = new MemoryDocument()
    stage = await GatewayStage.open({ modules: [kept] })
    await outcomes(MAX_ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, device: false }))
    const { clock } = stage
    await stage.close()
    stage = await GatewayStage.open({ modules: [kept], clock })
    const { error } = await knock({ token: TOKEN })
    expect(error.details.code).toBe('AUTH_RATE_LIMITED')
    expect(error.retryAfterMs).toBeLessThanOrEqual(LOCKOUT_MS)
    expect(codeOf(await knock({ token: TOKEN }, NEIGHBOUR))).toBe('in')
  })
})

describe('whoever has a device', () => {
  const ATTEMPTS = 60
  const random = () => randomBytes(32).toString('base64url')

  it('guesses no more often for it: a random device token beside each guess', async () => {
    stage = await GatewayStage.open()
    const counted = await outcomes(ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, deviceToken: random() }))
    expect(lookedAt(counted, ATTEMPTS)).toBeLessThanOrEqual(MAX_ATTEMPTS)
    expect(codeOf(await knock({ token: TOKEN, deviceToken: random() }))).toBe('AUTH_RATE_LIMITED')
  })

  it('that is paired has the guesses of its kind besides, and no more', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    await stage.pair(device, ['operator.read'])
    const counted = await outcomes(ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, device }))
    expect(lookedAt(counted, ATTEMPTS)).toBeLessThanOrEqual(2 * MAX_ATTEMPTS)
    expect(codeOf(await knock({ token: TOKEN, device }))).toBe('AUTH_RATE_LIMITED')
  })

  it('that is paired cannot guess the token beside its own right one', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const deviceToken = await stage.pair(device, ['operator.read'])
    const scopes = ['operator.read']
    const answers = await outcomes(ATTEMPTS, (nr) => knock({ token: `guess ${nr}`, deviceToken, device, scopes }))
    expect(answers).toEqual({ in: ATTEMPTS })
    // The greeting of whoever showed the shared secret brings no token along: that would tell a right guess.
    const { payload } = await knock({ token: TOKEN, deviceToken, device, scopes })
    expect(payload.auth.deviceToken).toBe(deviceToken)
    expect(codeOf(await knock({ token: TOKEN, device: false }))).toBe('AUTH_RATE_LIMITED')
  })

  it('that is paired cannot guess the password beside its own right token', async () => {
    stage = await GatewayStage.open({ config: withPassword })
    const device = testDevice()
    const token = await stage.pair(device, ['operator.read'])
    const scopes = ['operator.read']
    await outcomes(ATTEMPTS, (nr) => knock({ password: `guess ${nr}`, token, device, scopes }))
    expect((await knock({ password: PASSWORD, token, device, scopes })).payload.auth.deviceToken).toBe(token)
  })

  it('that is paired gets no new guesses by coming in properly in between', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const deviceToken = await stage.pair(device, ['operator.read'])
    const scopes = ['operator.read']
    let looked = 0
    for (let nr = 0; nr < ATTEMPTS; nr++) {
      if (codeOf(await knock({ token: `guess ${nr}`, device, scopes })) !== 'AUTH_RATE_LIMITED') looked++
      if (nr % (MAX_ATTEMPTS - 1) === MAX_ATTEMPTS - 2) await knock({ deviceToken, device, scopes })
    }
    expect(looked).toBeLessThanOrEqual(2 * MAX_ATTEMPTS)
  })

  it('that is paired can send its own token as the shared one as often as it likes', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const token = await stage.pair(device, ['operator.read'])
    const scopes = ['operator.read']
    expect(await outcomes(ATTEMPTS, () => knock({ token, device, scopes }))).toEqual({ in: ATTEMPTS })
    expect(codeOf(await knock({ token: TOKEN, device: false }))).toBe('in')
  })

  it('that was revoked does not lock out the household of its owner when it comes again and again', async () => {
    stage = await GatewayStage.open()
    const device = testDevice()
    const token = await stage.pair(device, ['operator.read'])
    await stage.gateway.get(tokens.devices).revoke(device.id, 'operator')
    const counted = await outcomes(MAX_ATTEMPTS, () => knock({ token, device }))
    expect(counted).toEqual({ AUTH_TOKEN_MISMATCH: MAX_ATTEMPTS })
    expect(codeOf(await knock({ token: TOKEN, device }))).toBe('in')
  })
})

describe('a hashed password', () => {
  let password: string

  beforeAll(async () => {
    password = await hashPassword(PASSWORD)
  })

  /** Lets threads of their own work until the answer is there. */
  const all = (shown: readonly string[]) =>
    Promise.all(
      shown.map(async (text) => {
        const client = await stage.knock(AFAR)
        return client.connect({ password: text, device: false })
      }),
    )

  it('is not guessed more often by asking for everything at once', async () => {
    stage = await GatewayStage.open({ config: { gateway: { auth: { mode: 'password', password } } } })
    const guesses = Array.from({ length: 2 * MAX_ATTEMPTS }, (_, nr) => `guess ${nr}`)
    const codes = (await all([...guesses, PASSWORD])).map(codeOf)
    expect(codes.filter((code) => code === 'AUTH_PASSWORD_MISMATCH')).toHaveLength(MAX_ATTEMPTS)
    expect(codes.filter((code) => code === 'AUTH_RATE_LIMITED')).toHaveLength(MAX_ATTEMPTS + 1)
  })

  it('is no password itself', async () => {
    stage = await GatewayStage.open({ config: { gateway: { auth: { mode: 'password', password } } } })
    expect(codeOf(await knock({ password, device: false }))).toBe('AUTH_PASSWORD_MISMATCH')
  })
})

it('forgets failures that are older than the window', async () => {
  stage = await GatewayStage.open()
  await outcomes(MAX_ATTEMPTS - 1, (nr) => knock({ token: `guess ${nr}`, device: false }))
  await stage.clock.advance(WINDOW_MS)
  expect(codeOf(await knock({ token: 'one more', device: false }))).toBe('AUTH_TOKEN_MISMATCH')
  expect(codeOf(await knock({ token: TOKEN, device: false }))).toBe('in')
})

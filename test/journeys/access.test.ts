import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import type { DeviceIdentity, GatewayClient } from '../../src/application/ports/gateway-client.js'
import { approveOnlyOne, listedDevices, loggedEvents, printed } from './harness/access-commands.js'
import { CliHome } from './harness/cli-home.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { CONTROL_UI } from './harness/seen-from.js'
import { until } from './harness/until.js'

const TOKEN = 'the-shared-token-of-this-journey'
const WRONG = 'a-token-that-somebody-guessed'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

function config(auth: object = {}): object {
  return { gateway: { mode: 'local', auth: { token: TOKEN, ...auth }, reload: { debounceMs: 50, deferMs: 200 } } }
}

async function started(auth: object = {}): Promise<RunningGateway> {
  await home.configure(config(auth))
  return home.gateway()
}

/** The Control UI, opened in a browser on this machine. */
function openPage(gateway: RunningGateway, device: DeviceIdentity, token = gateway.token): Promise<GatewayClient> {
  const headers = { origin: `http://127.0.0.1:${gateway.port}` }
  return gateway.connect({ ...CONTROL_UI, device, token }, { headers })
}

/** The same page, through a proxy that this gateway knows nothing of. */
function openFromAfar(gateway: RunningGateway, device: DeviceIdentity, token = gateway.token): Promise<GatewayClient> {
  const headers = { origin: `http://127.0.0.1:${gateway.port}`, 'x-forwarded-for': '203.0.113.7' }
  return gateway.connect({ ...CONTROL_UI, device, token }, { headers })
}

/** What its owner can always show, because only its owner can read it. */
function passOfThisMachine(): string {
  return readFileSync(`${home.stateDir}/run/token`, 'utf8')
}

function deviceTokenOf(client: GatewayClient): string {
  const token = client.hello.auth?.deviceToken
  if (token === undefined) throw new Error('hello-ok brought no device token')
  return token
}

async function isHealthy(client: GatewayClient): Promise<boolean> {
  return (await client.call<{ ok: boolean }>('health', {})).ok
}

async function isLogged(event: string): Promise<boolean> {
  return (await loggedEvents(home, '--event', event)).length > 0
}

function eventsOf(entries: readonly { readonly event: string }[]): readonly string[] {
  return entries.map(({ event }) => event)
}

describe('a browser on this machine', () => {
  it('is paired silently, comes back with its own token alone, and goes when that is revoked', async () => {
    const gateway = await started()
    const device = temporaryDeviceIdentity()
    const { deviceId } = device
    const first = await openPage(gateway, device)
    const deviceToken = deviceTokenOf(first)
    expect(first.hello.auth).toMatchObject({ role: 'operator', scopes: expect.arrayContaining([...CONTROL_UI.scopes]) })
    await first.close()

    const back = await openPage(gateway, device, deviceToken)
    expect(await isHealthy(back)).toBe(true)
    expect((await listedDevices(home)).paired).toMatchObject([
      { deviceId, name: 'Firefox', connected: true, tokens: [{ role: 'operator', revokedAt: null }] },
    ])

    await printed(home, 'devices', 'revoke', '--device', deviceId.slice(0, 10), '--role', 'operator')
    expect(await back.closed).toEqual({ code: 1008, reason: 'unauthorized: device token mismatch (revoked)' })
    await expect(openPage(gateway, device, deviceToken)).rejects.toMatchObject({
      code: 'unauthorized',
      details: { code: 'AUTH_TOKEN_MISMATCH' },
    })
    expect((await listedDevices(home)).paired).toMatchObject([
      { deviceId, connected: false, tokens: [{ role: 'operator', revokedAt: expect.stringMatching(/^\d{4}-/) }] },
    ])
    expect(eventsOf(await loggedEvents(home, '--event', 'token-revoked'))).toEqual(['token-revoked'])
  })

  it('is forgotten and sent away by devices remove', async () => {
    const gateway = await started()
    const device = temporaryDeviceIdentity()
    const page = await openPage(gateway, device)
    const said = await printed(home, 'devices', 'remove', device.deviceId.slice(0, 10))
    expect(said).toBe('removed Firefox; its connections are closed\n')
    expect(await page.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('device removed') })
    expect((await listedDevices(home)).paired).toEqual([])
    expect(await printed(home, 'devices', 'list')).toBe('no devices\n')
  })

  it('gets nowhere from a page of somebody else, not even with the token', async () => {
    const gateway = await started()
    const headers = { origin: 'https://evil.example' }
    const coming = gateway.connect({ ...CONTROL_UI, device: temporaryDeviceIdentity() }, { headers })
    await expect(coming).rejects.toMatchObject({ message: expect.stringMatching(/^origin not allowed/) })
    expect(await listedDevices(home)).toEqual({ pending: [], paired: [] })
  })
})

describe('a browser elsewhere', () => {
  it('waits until an operator approves it, and lives on with a token that was rotated', async () => {
    const gateway = await started()
    const device = temporaryDeviceIdentity()
    const refusal = await openFromAfar(gateway, device).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    const { pending } = await listedDevices(home)
    expect(pending).toMatchObject([{ deviceId: device.deviceId, remoteIp: '127.0.0.1' }])
    const requestId = pending[0]?.requestId ?? ''
    expect(refusal).toMatchObject({
      code: 'pairing_required',
      message: 'pairing required',
      details: { code: 'PAIRING_REQUIRED', requestId, reason: 'not-paired' },
    })
    expect(await printed(home, 'devices', 'list')).toMatch(new RegExp(`^Waiting\\n {2}${requestId} +Firefox +operator`))

    const approved = await printed(home, 'devices', 'approve', requestId.slice(0, 8))
    expect(approved).toMatch(/^this device gets:\n/)
    expect(approved).toMatch(/ {2}scopes +operator\.admin,/)
    expect(approved).toMatch(/\napproved Firefox\n$/)
    const inside = await openFromAfar(gateway, device)
    expect(await isHealthy(inside)).toBe(true)
    expect((await listedDevices(home)).pending).toEqual([])

    const rotate = ['devices', 'rotate', '--device', device.deviceId.slice(0, 10), '--role', 'operator']
    const rotated = await home.run(rotate)
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S{20,}\n$/) })
    expect(rotated.stderr).not.toContain(rotated.stdout.trim())
    await expect(openFromAfar(gateway, device, deviceTokenOf(inside))).rejects.toMatchObject({ code: 'unauthorized' })
    const back = await openFromAfar(gateway, device, rotated.stdout.trim())
    expect(await isHealthy(back)).toBe(true)
    expect(eventsOf(await loggedEvents(home))).toEqual(
      expect.arrayContaining(['pairing-requested', 'refused', 'pairing-approved', 'token-issued', 'token-rotated']),
    )
  })

  it('that is turned down has to ask again', async () => {
    const gateway = await started()
    const device = temporaryDeviceIdentity()
    await expect(openFromAfar(gateway, device)).rejects.toMatchObject({ code: 'pairing_required' })
    const [waiting] = (await listedDevices(home)).pending
    const requestId = waiting?.requestId ?? ''
    expect(await printed(home, 'devices', 'reject', requestId)).toBe('rejected Firefox\n')
    expect(await listedDevices(home)).toEqual({ pending: [], paired: [] })
    expect(await home.run(['devices', 'approve', requestId])).toMatchObject({ code: 1 })
    await expect(openFromAfar(gateway, device)).rejects.toMatchObject({ code: 'pairing_required' })
    expect((await listedDevices(home)).pending[0]?.requestId).not.toBe(requestId)
  })
})

describe('what the gateway knows of its devices', () => {
  it('survives a crash: who is paired, who waits, whose token was revoked, and the record of it', async () => {
    const first = await started()
    const [kept, revoked, waiting] = [temporaryDeviceIdentity(), temporaryDeviceIdentity(), temporaryDeviceIdentity()]
    const keptToken = deviceTokenOf(await openPage(first, kept))
    const revokedToken = deviceTokenOf(await openPage(first, revoked))
    await printed(home, 'devices', 'revoke', '--device', revoked.deviceId, '--role', 'operator')
    await expect(openFromAfar(first, waiting)).rejects.toMatchObject({ code: 'pairing_required' })
    await until('the record of it', () => isLogged('pairing-requested'))
    await first.crash()

    const second = await home.gateway()
    expect(await isHealthy(await openPage(second, kept, keptToken))).toBe(true)
    await expect(openPage(second, revoked, revokedToken)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await approveOnlyOne(home)).toMatchObject({ deviceId: waiting.deviceId })
    expect(await isHealthy(await openFromAfar(second, waiting))).toBe(true)
    const events = eventsOf(await loggedEvents(home))
    expect(events).toEqual(
      expect.arrayContaining(['token-revoked', 'pairing-requested', 'token-issued', 'pairing-approved']),
    )
    expect(events.filter((event) => event === 'gateway-started')).toHaveLength(2)
    const onDisk = readFileSync(`${home.stateDir}/devices/paired.json`, 'utf8')
    for (const secret of [keptToken, revokedToken, TOKEN]) expect(onDisk).not.toContain(secret)
  })
})

describe('a password set by the command line', () => {
  const OLD = 'correct horse battery staple'
  const NEW = 'another horse altogether'

  it('is kept as a hash, lets in who knows it, and shuts out who came with what was before', async () => {
    const gateway = await started()
    const byToken = await gateway.connect()
    expect(await home.run(['config', 'set', 'gateway.auth.password', OLD])).toMatchObject({ code: 0 })
    expect(await home.run(['config', 'set', 'gateway.auth.mode', 'password'])).toMatchObject({ code: 0 })
    expect(await byToken.closed).toMatchObject({ code: 1008, reason: expect.stringMatching(/^unauthorized: /) })
    const text = readFileSync(home.configPath, 'utf8')
    expect(text).toContain('$scrypt$')
    expect(text).not.toContain(OLD)

    expect(await home.run(['health'])).toMatchObject({ code: 0 })
    const byPassword = await gateway.connect({ token: '', password: OLD })
    expect(await isHealthy(byPassword)).toBe(true)
    await expect(gateway.connect({ token: '', password: NEW })).rejects.toMatchObject({
      code: 'unauthorized',
      details: { code: 'AUTH_PASSWORD_MISMATCH' },
    })
    await expect(gateway.connect()).rejects.toMatchObject({ details: { code: 'AUTH_PASSWORD_MISSING' } })
    const hash = /\$scrypt\$[^"']+/.exec(text)?.[0] ?? ''
    await expect(gateway.connect({ token: '', password: hash })).rejects.toMatchObject({ code: 'unauthorized' })

    expect(await home.run(['config', 'set', 'gateway.auth.password', NEW])).toMatchObject({ code: 0 })
    expect(await byPassword.closed).toEqual({ code: 1008, reason: 'unauthorized: gateway password changed' })
    await expect(gateway.connect({ token: '', password: OLD })).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await isHealthy(await gateway.connect({ token: '', password: NEW }))).toBe(true)
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
  })
})

describe('somebody who guesses', () => {
  it('is locked out, also over a crash, but not from what the pass of this machine opens', async () => {
    const first = await started({ rateLimit: { exemptLoopback: false } })
    for (let guess = 1; guess <= 10; guess++) {
      await expect(first.connect({ token: `${WRONG}-${guess}` }), `guess ${guess}`).rejects.toMatchObject({
        code: 'unauthorized',
        details: { code: 'AUTH_TOKEN_MISMATCH' },
      })
    }
    const isLockedOut = { code: 'rate_limited', details: { code: 'AUTH_RATE_LIMITED' } }
    const refusal = await first.connect().catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ ...isLockedOut, retryable: true, retryAfterMs: expect.any(Number) })
    const { retryAfterMs } = refusal as { readonly retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(200_000)
    expect(retryAfterMs).toBeLessThanOrEqual(300_000)
    const told = { code: 4, stderr: expect.stringMatching(/too many failed logins, try again in \d/) }
    expect(await home.run(['health'])).toMatchObject(told)
    expect(await isHealthy(await first.connect({ token: passOfThisMachine() }))).toBe(true)

    await until('the record of it', () => isLogged('locked-out'))
    await until('the lockout on paper', () => existsSync(`${home.stateDir}/devices/lockouts.json`))
    await first.crash()
    const second = await home.gateway()
    await expect(second.connect()).rejects.toMatchObject(isLockedOut)
    expect(await home.run(['health'])).toMatchObject(told)
    expect(await isHealthy(await second.connect({ token: passOfThisMachine() }))).toBe(true)

    const refused = await loggedEvents(home, '--event', 'refused')
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['token_mismatch', 'rate_limited']))
    expect(await printed(home, 'security', 'log')).toMatch(/ locked-out +- +127\.0\.0\.1 +shared-secret +lockedForMs=/)
  })
})

describe('a gateway without authentication', () => {
  it('says so at its start', async () => {
    const gateway = await home.gateway(['--auth', 'none'])
    await gateway.process.says(/no authentication: every local process has full control/, 'stderr')
    expect(await isHealthy(await gateway.connect({ token: '' }))).toBe(true)
  })

  it('is not opened to a page of somebody else in a browser on this machine', async () => {
    const gateway = await home.gateway(['--auth', 'none'])
    const coming = gateway.connect({ token: '' }, { headers: { origin: 'https://evil.example' } })
    await expect(coming).rejects.toMatchObject({ message: expect.stringMatching(/^origin not allowed/) })
  })
})

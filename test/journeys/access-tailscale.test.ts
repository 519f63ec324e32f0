import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import { TailscaleStub } from '../doubles/tailscale-stub.js'
import { approveOnlyOne, listedDevices, loggedEvents } from './harness/access-commands.js'
import { CliHome } from './harness/cli-home.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { CONTROL_UI } from './harness/seen-from.js'
import { until } from './harness/until.js'

const ALICE = 'alice@example.com'
const LAPTOP = '100.64.0.9'
const NAME = 'box.tail1234.ts.net'
const TOKEN = 'the-shared-token-of-this-journey'

let home: CliHome
let tailscale: TailscaleStub

beforeEach(async () => {
  home = new CliHome()
  tailscale = await TailscaleStub.create({ users: { [LAPTOP]: { login: ALICE, name: 'Alice' } } })
})

afterEach(async () => {
  await home.dispose()
  await tailscale.remove()
})

/** A gateway in whose PATH the stand-in is the first `tailscale`. */
async function started(...flags: string[]): Promise<RunningGateway> {
  await home.configure({ gateway: { mode: 'local', auth: { token: TOKEN } } })
  const PATH = `${tailscale.directory}:${process.env.PATH ?? ''}`
  return home.gateway(flags, { env: { PATH } })
}

/** The Control UI on another machine of the tailnet, as `tailscale serve` passes it on. */
function visit(gateway: RunningGateway, login: string, { address = LAPTOP, device = temporaryDeviceIdentity() } = {}) {
  const headers = {
    host: NAME,
    origin: `https://${NAME}`,
    'x-forwarded-for': address,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': NAME,
    'tailscale-user-login': login,
    'tailscale-user-name': 'Somebody',
    'tailscale-headers-info': 'https://tailscale.com/s/serve-headers',
  }
  return gateway.connect({ ...CONTROL_UI, token: '', device }, { headers })
}

async function isHealthy(client: GatewayClient): Promise<boolean> {
  return (await client.call<{ ok: boolean }>('health', {})).ok
}

describe('gateway --tailscale serve', () => {
  it('publishes its port, and takes that back at its end when asked to', async () => {
    const gateway = await started('--tailscale', 'serve', '--tailscale-reset-on-exit')
    await gateway.process.says(/published through tailscale serve at https:\/\/box\.tail1234\.ts\.net/)
    expect(await tailscale.published()).toEqual({ serve: gateway.port })
    expect(await gateway.stop()).toMatchObject({ code: 0 })
    expect(await tailscale.published()).toEqual({})
    expect((await tailscale.commands()).at(-1)).toBe('serve reset')
    for (const { secrets, args } of await tailscale.calls()) {
      expect(secrets).toEqual([])
      expect(args.join(' ')).not.toContain(TOKEN)
    }
  })

  it('leaves it published when not asked to', async () => {
    const gateway = await started('--tailscale', 'serve')
    await gateway.process.says(/published through tailscale serve/)
    expect(await gateway.stop()).toMatchObject({ code: 0 })
    expect(await tailscale.published()).toEqual({ serve: gateway.port })
    expect(await tailscale.commands()).not.toContain('serve reset')
  })

  it('serves this machine all the same when tailscale refuses, and says how to mend it', async () => {
    await tailscale.play({ refusal: 'Access denied: serve config denied' })
    const gateway = await started('--tailscale', 'serve')
    await gateway.process.says(/tailscale serve did not publish the gateway: /, 'stderr')
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
  })

  it.each([
    [['--tailscale', 'funnel'], /tailscale funnel needs auth mode password, not token/],
    [['--tailscale', 'serve', '--bind', 'lan'], /tailscale serve needs bind loopback, not lan/],
  ])('%j is refused before anything is published', async (flags, said) => {
    await home.configure({ gateway: { mode: 'local', auth: { token: TOKEN } } })
    const { code, stderr } = await home.run(['gateway', '--port', '0', ...flags], {
      env: { PATH: `${tailscale.directory}:${process.env.PATH ?? ''}` },
    })
    expect(stderr).toMatch(said)
    expect(code).toBe(78)
    expect(await tailscale.published()).toEqual({})
  })
})

describe('a member of the tailnet', () => {
  it('whom whois knows under that name is let in without a token, once its device is approved', async () => {
    const gateway = await started('--tailscale', 'serve')
    const device = temporaryDeviceIdentity()
    await expect(visit(gateway, ALICE, { device })).rejects.toMatchObject({ code: 'pairing_required' })
    expect(await approveOnlyOne(home)).toMatchObject({ deviceId: device.deviceId })
    expect(await isHealthy(await visit(gateway, 'Alice@Example.com', { device }))).toBe(true)
    await until('the record of it', async () => {
      const entries = await loggedEvents(home, '--event', 'connected', '--device', device.deviceId)
      return entries.some(({ actor }) => actor?.toLowerCase() === ALICE)
    })
    expect(await tailscale.commands()).toContain(`whois --json ${LAPTOP}`)
  })

  it('that claims to be somebody else is refused, and so is an address that nobody knows', async () => {
    const gateway = await started('--tailscale', 'serve')
    await expect(visit(gateway, 'root@example.com')).rejects.toMatchObject({
      code: 'unauthorized',
      details: { code: 'AUTH_TAILSCALE_IDENTITY_MISMATCH', authReason: 'tailscale_user_mismatch' },
    })
    await expect(visit(gateway, ALICE, { address: '100.64.0.77' })).rejects.toMatchObject({
      code: 'unauthorized',
      details: { code: 'AUTH_TAILSCALE_WHOIS_FAILED' },
    })
    expect(await listedDevices(home)).toEqual({ pending: [], paired: [] })
    await until('the record of both', async () => {
      const reasons = (await loggedEvents(home, '--event', 'refused')).map(({ reason }) => reason)
      return ['tailscale_user_mismatch', 'tailscale_whois_failed'].every((reason) => reasons.includes(reason))
    })
  })

  it('counts for nothing where the gateway is not published', async () => {
    const gateway = await started()
    await expect(visit(gateway, ALICE)).rejects.toMatchObject({ details: { code: 'AUTH_TOKEN_MISSING' } })
    expect(await tailscale.commands()).toEqual([])
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import type { AuthMode } from '../../../src/domain/access/shared-secret.js'
import { testDevice } from '../../doubles/device.js'
import { TOKEN } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { ReloadStage } from '../../doubles/reload-stage.js'
import { SlowDocument } from '../../doubles/slow-document.js'

const PROXY = '127.0.0.2'
const OLD = TOKEN
const PASSWORD = 'the-old-password'
const NEW = 'the-new-secret-of-all'
const SETTINGS = { trustedProxies: [PROXY], reload: { mode: 'hot' } }
const trustedProxy = { userHeader: 'x-user', allowUsers: ['alice', 'bob'] }
const UI = { clientId: 'mayros-control-ui', mode: 'ui' } as const

let staged: ReloadStage

afterEach(() => staged.close())

const withAuth = (auth: object, more: object = {}) => ({ gateway: { ...SETTINGS, auth, ...more } })
const modes: Readonly<Record<AuthMode, object>> = {
  token: withAuth({ mode: 'token', token: OLD }),
  password: withAuth({ mode: 'password', password: PASSWORD }),
  'trusted-proxy': withAuth({ mode: 'trusted-proxy', trustedProxy }),
  none: withAuth({ mode: 'none' }),
}
const shown: Readonly<Record<AuthMode, object>> = {
  token: { token: OLD },
  password: { password: PASSWORD },
  'trusted-proxy': {},
  none: {},
}
const userOf = (user: string) => ({ address: PROXY, headers: { 'x-user': user, host: 'localhost' } })
const page = (origin: string) => ({ headers: { host: 'localhost:18789', origin } })

async function open(config: object): Promise<void> {
  staged = await ReloadStage.open({ config })
  staged.stage.keepSecret(PASSWORD, NEW)
}

const join = (options: object, call: object = {}) => staged.stage.join({ token: undefined as never, ...options }, call)

/** Somebody whose device was paired before, and who shows nothing but its token. */
async function holderOfDeviceToken(): Promise<MemoryProtocolClient> {
  const device = testDevice()
  const deviceToken = await staged.stage.pair(device, ['operator.read'])
  const client = await staged.stage.knock({ address: '192.0.2.7' })
  const hello = await client.connect({ deviceToken, device, scopes: ['operator.read'] })
  expect(hello.ok).toBe(true)
  return client
}

async function save(config: object): Promise<void> {
  await staged.save(config)
  await staged.stage.settle()
  expect(staged.live.config.gateway).toMatchObject((config as { gateway: object }).gateway)
  expect(staged.host.restarts).toEqual([])
}

const areOpen = (clients: readonly MemoryProtocolClient[]) => clients.map(({ raw }) => raw.isOpen)

describe('when the mode changes', () => {
  const changes = Object.keys(modes).flatMap((from) =>
    Object.keys(modes).map((to) => [from, to] as [AuthMode, AuthMode]),
  )

  it.each(changes.filter(([from, to]) => from !== to))(
    'from %s to %s, exactly those go who came by it',
    async (from, to) => {
      await open(modes[from])
      const call = from === 'trusted-proxy' ? userOf('alice') : {}
      const byMode = await join(shown[from], call)
      const byToken = from === 'none' ? undefined : await holderOfDeviceToken()
      await save(modes[to])
      expect(await byMode.raw.closed).toMatchObject({ code: 1008, reason: expect.stringMatching(/^unauthorized: /) })
      if (byToken !== undefined) expect(byToken.raw.isOpen).toBe(true)
    },
  )

  it.each(Object.keys(modes) as AuthMode[])('nobody goes while %s stays and something else changes', async (mode) => {
    await open(modes[mode])
    const client = await join(shown[mode], mode === 'trusted-proxy' ? userOf('alice') : {})
    const { gateway } = modes[mode] as { gateway: { auth: object } }
    await save({ gateway: { ...gateway, auth: { ...gateway.auth, rateLimit: { maxAttempts: 3 } } } })
    expect(client.raw.isOpen).toBe(true)
  })
})

describe('when the secret changes', () => {
  it.each(['token', 'password'] as const)('those go who came by the old %s, with or without a device', async (mode) => {
    await open(modes[mode])
    const withDevice = await join(shown[mode])
    const withoutDevice = await join({ ...shown[mode], device: false })
    const byToken = await holderOfDeviceToken()
    await save(withAuth({ mode, [mode]: NEW }))
    expect(areOpen([withDevice, withoutDevice, byToken])).toEqual([false, false, true])
    expect((await withDevice.raw.closed).reason).toBe(`unauthorized: gateway ${mode} changed`)
    expect((await staged.stage.refused(shown[mode])).response.error.details.authReason).toBe(`${mode}_mismatch`)
    expect(await join({ [mode]: NEW })).toBeDefined()
  })

  it('somebody who was just coming in by the old one stays outside', async () => {
    const document = new SlowDocument()
    staged = await ReloadStage.open({
      config: modes.token,
      modules: [(bindings) => bindings.constant(tokens.deviceDocument, document)],
    })
    const client = await staged.stage.knock(page('http://localhost:18789'))
    const answer = client.connect({ token: OLD, ...UI })
    await staged.stage.settle()
    await save(withAuth({ mode: 'token', token: NEW }))
    document.release()
    expect((await answer).error.message).toBe('unauthorized: gateway token changed')
    expect((await client.raw.closed).code).toBe(1008)
    expect([...staged.stage.gateway.get(tokens.clients)]).toEqual([])
  })

  it('somebody who was just coming in while something else changed comes in', async () => {
    const document = new SlowDocument()
    staged = await ReloadStage.open({
      config: modes.token,
      modules: [(bindings) => bindings.constant(tokens.deviceDocument, document)],
    })
    const client = await staged.stage.knock(page('http://localhost:18789'))
    const answer = client.connect({ token: OLD, ...UI })
    await staged.stage.settle()
    await save(withAuth({ mode: 'token', token: OLD, rateLimit: { maxAttempts: 3 } }))
    document.release()
    expect((await answer).ok).toBe(true)
  })
})

describe('when proxies or pages are trusted no more', () => {
  it('the users of the proxy go who are not allowed any more', async () => {
    await open(modes['trusted-proxy'])
    const alice = await join({}, userOf('alice'))
    const bob = await join({}, userOf('bob'))
    await save(withAuth({ mode: 'trusted-proxy', trustedProxy: { ...trustedProxy, allowUsers: ['alice'] } }))
    expect(areOpen([alice, bob])).toEqual([true, false])
    await save(withAuth({ mode: 'trusted-proxy', trustedProxy }, { trustedProxies: ['127.0.0.3'] }))
    expect(areOpen([alice])).toEqual([false])
  })

  it('the pages go whose origin is not listed any more', async () => {
    const allowing = (allowedOrigins: readonly string[]) => ({ controlUi: { allowedOrigins } })
    await open(withAuth({ mode: 'token', token: OLD }, allowing(['https://good.example', 'https://bad.example'])))
    const good = await join({ token: OLD, ...UI }, page('https://good.example'))
    const bad = await join({ token: OLD, ...UI }, page('https://bad.example'))
    const own = await join({ token: OLD, ...UI }, page('http://localhost:18789'))
    await save(withAuth({ mode: 'token', token: OLD }, allowing(['https://good.example'])))
    expect(areOpen([good, bad, own])).toEqual([true, false, true])
  })

  it('the control UI goes that came without a device', async () => {
    const disabling = (dangerouslyDisableDeviceAuth: boolean) => ({ controlUi: { dangerouslyDisableDeviceAuth } })
    await open(withAuth({ mode: 'token', token: OLD }, disabling(true)))
    const without = await join({ token: OLD, ...UI, device: false }, page('http://localhost:18789'))
    const unpaired = await join({ token: OLD, ...UI }, page('http://localhost:18789'))
    const cli = await join({ token: OLD, device: false })
    await save(withAuth({ mode: 'token', token: OLD }, disabling(false)))
    expect(areOpen([without, unpaired, cli])).toEqual([false, false, true])
    const { response } = await staged.stage.refused(
      { token: OLD, ...UI, device: false },
      page('http://localhost:18789'),
    )
    expect(response.error.details.code).toBe('CONTROL_UI_DEVICE_IDENTITY_REQUIRED')
  })
})

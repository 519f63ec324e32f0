import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import type { ConnectOptions, GatewayClient } from '../../src/application/ports/gateway-client.js'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { approveOnlyOne, listedDevices, loggedEvents, printed } from './harness/access-commands.js'
import { CliHome } from './harness/cli-home.js'
import { findProxy, RealProxy } from './harness/real-proxy.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { type Appearance, CONTROL_UI } from './harness/seen-from.js'

/** The clients, the proxies and the rest of this machine have addresses of their own. */
const CLIENT = '127.0.0.5'
const OTHER_CLIENT = '127.0.0.6'
const OUTER_PROXY = '127.0.0.8'
const PROXY = '127.0.0.9'
const TOKEN = 'the-shared-token-of-this-journey'
const SITE = 'gateway.example'
const USERS = 'alice:{PLAIN}sesame\nmallory:{PLAIN}let-me-in\n'

const nginx = findProxy('nginx')
const haproxy = findProxy('haproxy')

let home: CliHome
let proxies: RealProxy[]

beforeEach(() => {
  home = new CliHome()
  proxies = []
})

afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()))
  await home.dispose()
})

async function started(gateway: object, engine?: string): Promise<RunningGateway> {
  await home.configure({ gateway: { mode: 'local', ...gateway } })
  return home.gateway([], engine === undefined ? {} : { env: { MAYROS_ENGINE: engine } })
}

function behindProxy(trustedProxy: object = {}): Promise<RunningGateway> {
  return started({
    auth: {
      mode: 'trusted-proxy',
      trustedProxy: { userHeader: 'x-forwarded-user', requiredHeaders: ['x-forwarded-proto'], ...trustedProxy },
    },
    trustedProxies: [PROXY, OUTER_PROXY],
  })
}

/** Passes everything on to a port, WebSockets too, and says what `more` says. */
function nginxServer(port: number, { to, as, more }: { to: number; as: string; more: string }): string {
  return `server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${to};
      proxy_bind ${as};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_set_header Host $http_host;
      ${more}
    }
  }`
}

const ASKS_WHO_IT_IS = 'auth_basic "who is there"; auth_basic_user_file users; proxy_set_header Authorization "";'
const TELLS_WHO_IT_IS = 'proxy_set_header X-Forwarded-User $remote_user; proxy_set_header X-Forwarded-Proto https;'
const ADDS_TO_CHAIN = 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'
const BEGINS_CHAIN = 'proxy_set_header X-Forwarded-For $remote_addr;'

/** nginx between clients and the gateway; what it does with their headers is up to `more`. */
async function behindNginx(gateway: RunningGateway, more: string): Promise<number> {
  const port = await unusedPort()
  const http = nginxServer(port, { to: gateway.port, as: PROXY, more })
  proxies.push(await RealProxy.nginx(nginx ?? '', http, port, { users: USERS }))
  return port
}

/** A browser with a page of the gateway, at the address of a client. */
function browser(gateway: RunningGateway, port: number, headers: Record<string, string> = {}) {
  const device = temporaryDeviceIdentity()
  const appearance: Appearance = {
    localAddress: CLIENT,
    headers: { host: SITE, origin: `http://${SITE}`, ...headers },
  }
  const options: Partial<ConnectOptions> = { ...CONTROL_UI, url: `ws://127.0.0.1:${port}`, device }
  return { device, open: (): Promise<GatewayClient> => gateway.connect(options, appearance) }
}

function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

async function isHealthy(client: GatewayClient): Promise<boolean> {
  return (await client.call<{ ok: boolean }>('health', {})).ok
}

const needsPairing = { code: 'pairing_required' }

function refusedWith(authReason: string): object {
  return { code: 'unauthorized', details: { authReason } }
}

describe.skipIf(nginx === null)('behind nginx, which knows the users', () => {
  const HONEST = `${ASKS_WHO_IT_IS} ${TELLS_WHO_IT_IS} ${ADDS_TO_CHAIN}`

  it('its user is let in once the device is approved, and is known by name', async () => {
    const gateway = await behindProxy()
    const port = await behindNginx(gateway, HONEST)
    const alice = browser(gateway, port, basic('alice', 'sesame'))
    await expect(alice.open()).rejects.toMatchObject(needsPairing)
    expect(await approveOnlyOne(home)).toMatchObject({ deviceId: alice.device.deviceId, remoteIp: CLIENT })
    expect(await isHealthy(await alice.open())).toBe(true)
    const { paired } = await listedDevices(home)
    expect(paired).toMatchObject([{ deviceId: alice.device.deviceId, remoteIp: CLIENT, connected: true }])
    const connected = await loggedEvents(home, '--event', 'connected', '--device', alice.device.deviceId)
    expect(connected).toMatchObject([{ actor: 'alice', address: CLIENT }])
    await expect(browser(gateway, port).open()).rejects.toMatchObject({ code: 'not_a_gateway' })
  })

  it('a name that the client writes itself is lost on the way', async () => {
    const gateway = await behindProxy({ allowUsers: ['Alice'] })
    const port = await behindNginx(gateway, HONEST)
    const smuggled = { 'x-forwarded-user': 'alice', x_forwarded_user: 'alice' }
    const mallory = browser(gateway, port, { ...basic('mallory', 'let-me-in'), ...smuggled })
    await expect(mallory.open()).rejects.toMatchObject(refusedWith('trusted_proxy_user_not_allowed'))
    const alice = browser(gateway, port, { ...basic('alice', 'sesame'), 'x-forwarded-user': 'mallory' })
    await expect(alice.open()).rejects.toMatchObject(needsPairing)
    expect((await listedDevices(home)).pending).toMatchObject([{ deviceId: alice.device.deviceId }])
  })

  it('a proxy that leaves out what is required, or names nobody, lets nobody in', async () => {
    const gateway = await behindProxy()
    const silent = await behindNginx(gateway, 'proxy_set_header X-Forwarded-User alice;')
    await expect(browser(gateway, silent).open()).rejects.toMatchObject(refusedWith('trusted_proxy_header_missing'))
    const nameless = await behindNginx(gateway, `${TELLS_WHO_IT_IS} ${ADDS_TO_CHAIN}`)
    const claiming = browser(gateway, nameless, { 'x-forwarded-user': 'alice' })
    await expect(claiming.open()).rejects.toMatchObject(refusedWith('trusted_proxy_user_missing'))
  })

  it('nobody gets in past it but the commands of this machine', async () => {
    const gateway = await behindProxy()
    const forged = { 'x-forwarded-user': 'alice', 'x-forwarded-proto': 'https', 'x-forwarded-for': CLIENT }
    for (const headers of [{}, forged]) {
      const direct = browser(gateway, gateway.port, headers)
      await expect(direct.open()).rejects.toMatchObject(refusedWith('trusted_proxy_untrusted_source'))
    }
    expect(await listedDevices(home)).toEqual({ pending: [], paired: [] })
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
    const refused = await loggedEvents(home, '--event', 'refused')
    expect(refused.map(({ reason }) => reason)).toEqual(Array(2).fill('trusted_proxy_untrusted_source'))
  })

  it('behind another nginx: who is the client is read from the right', async () => {
    const gateway = await behindProxy()
    const [outer, inner] = [await unusedPort(), await unusedPort()]
    const http = [
      nginxServer(outer, { to: inner, as: OUTER_PROXY, more: `${ASKS_WHO_IT_IS} ${TELLS_WHO_IT_IS} ${ADDS_TO_CHAIN}` }),
      nginxServer(inner, { to: gateway.port, as: PROXY, more: ADDS_TO_CHAIN }),
    ].join('\n')
    proxies.push(await RealProxy.nginx(nginx ?? '', http, outer, { users: USERS }))
    const chain = { ...basic('alice', 'sesame'), 'x-forwarded-for': '198.51.100.1, 127.0.0.1' }
    await expect(browser(gateway, outer, chain).open()).rejects.toMatchObject(needsPairing)
    expect((await listedDevices(home)).pending).toMatchObject([{ remoteIp: CLIENT }])
    expect(await printed(home, 'devices', 'list')).toContain(` ${CLIENT} `)
  })

  it('a second account of the chain that says something else is believed as little as the first', async () => {
    const gateway = await behindProxy()
    const port = await behindNginx(gateway, `${ASKS_WHO_IT_IS} ${TELLS_WHO_IT_IS} ${BEGINS_CHAIN}`)
    const lying = browser(gateway, port, { ...basic('alice', 'sesame'), forwarded: 'for=198.51.100.1' })
    await expect(lying.open()).rejects.toMatchObject(refusedWith('trusted_proxy_user_ambiguous'))
  })
})

describe.skipIf(haproxy === null)('behind haproxy', () => {
  async function behindHaproxy(
    gateway: RunningGateway,
    { mode, rules = '', options = '' }: { mode: 'tcp' | 'http'; rules?: string; options?: string },
  ): Promise<number> {
    const port = await unusedPort()
    const config = `
frontend door
  bind 127.0.0.1:${port}
  mode ${mode}
  default_backend gateway
backend gateway
  mode ${mode}
  ${rules}
  server one 127.0.0.1:${gateway.port} source ${PROXY} ${options}
`
    proxies.push(await RealProxy.haproxy(haproxy ?? '', config, port))
    return port
  }

  it('that adds its user to what the client wrote: nobody is believed', async () => {
    const gateway = await behindProxy({ requiredHeaders: [] })
    const rules = 'http-request add-header X-Forwarded-User alice'
    const port = await behindHaproxy(gateway, { mode: 'http', rules })
    const smuggler = browser(gateway, port, { 'x-forwarded-user': 'root' })
    await expect(smuggler.open()).rejects.toMatchObject(refusedWith('trusted_proxy_user_ambiguous'))
    await expect(browser(gateway, port).open()).rejects.toMatchObject(needsPairing)
  })

  it('that tells by PROXY protocol who is there: the engine ws believes it, and no header of the client', async () => {
    const gateway = await started({ auth: { token: TOKEN }, trustedProxies: [PROXY] }, 'ws')
    const port = await behindHaproxy(gateway, { mode: 'tcp', options: 'send-proxy-v2' })
    const page = browser(gateway, port, { 'x-forwarded-for': '198.51.100.1', 'x-real-ip': '198.51.100.2' })
    await expect(page.open()).rejects.toMatchObject(needsPairing)
    expect(await approveOnlyOne(home)).toMatchObject({ deviceId: page.device.deviceId, remoteIp: CLIENT })
    expect(await isHealthy(await page.open())).toBe(true)
    expect(await home.run(['health'])).toMatchObject({ code: 0 })
  })

  it('that tells by PROXY protocol who is there: whoever guesses locks out itself, and nobody else', async () => {
    const gateway = await started(
      { auth: { token: TOKEN, rateLimit: { maxAttempts: 3 } }, trustedProxies: [PROXY] },
      'ws',
    )
    const port = await behindHaproxy(gateway, { mode: 'tcp', options: 'send-proxy-v2' })
    const url = `ws://127.0.0.1:${port}`
    const guess = (token: string, localAddress: string) =>
      gateway.connect({ url, token }, { localAddress, headers: { host: SITE } })
    for (let round = 1; round <= 3; round++) {
      await expect(guess(`guess-${round}`, CLIENT)).rejects.toMatchObject({ code: 'unauthorized' })
    }
    await expect(guess(TOKEN, CLIENT)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await isHealthy(await guess(TOKEN, OTHER_CLIENT))).toBe(true)
    expect(await loggedEvents(home, '--event', 'locked-out')).toMatchObject([{ address: CLIENT }])
  })
})

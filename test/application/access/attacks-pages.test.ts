import { afterEach, describe, expect, it } from 'vitest'
import { MemoryTailnet } from '../../../src/adapters/tailnet-memory/memory-tailnet.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'
import type { Frame } from '../../doubles/memory-protocol-client.js'

const PROXY = '10.0.0.1'
const withoutAuth = { gateway: { auth: { mode: 'none' } } }
const behindProxy = {
  gateway: {
    bind: 'lan',
    trustedProxies: [PROXY],
    auth: {
      mode: 'trusted-proxy',
      trustedProxy: { userHeader: 'X-User', requiredHeaders: ['X-Proxy-Id'], allowUsers: ['alice'] },
    },
  },
}
const fromProxy = { 'x-user': 'alice', 'x-proxy-id': '1', 'x-forwarded-for': '203.0.113.9', host: 'gw.example' }
const inTailnet = { gateway: { auth: { allowTailscale: true } } }
const ALICE = '100.64.0.1'
const fromTailscale = {
  'tailscale-user-login': 'alice@example.com',
  'x-forwarded-for': ALICE,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'gateway.example.ts.net',
  host: '127.0.0.1:18789',
}
const cli = { clientId: 'cli', mode: 'cli' } as const
const ui = { clientId: 'mayros-control-ui', mode: 'ui' } as const

let stage: GatewayStage

afterEach(() => stage.close())

type Options = Parameters<GatewayStage['refused']>[0]

async function knock(options: Options, headers: Record<string, string>, address = '127.0.0.1'): Promise<Frame> {
  const client = await stage.knock({ address, headers })
  const answer = await client.connect(options)
  client.raw.close()
  await stage.settle()
  return answer
}

/** Refused for where the page comes from, and nothing is left of the visit. */
async function expectForeign(options: Options, headers: Record<string, string>, address?: string): Promise<void> {
  const { error } = await knock(options, headers, address)
  expect(error?.message).toMatch(/^origin not allowed/)
  expect(stage.gateway.get(tokens.devices).list()).toEqual({ pending: [], paired: [] })
}

const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
  ['a page elsewhere', { origin: 'https://evil.example' }],
  ['a page elsewhere without encryption', { origin: 'http://evil.example:8080' }],
  ['a page in a sandboxed frame', { origin: 'null' }],
  ['a page in a file', { origin: 'file://' }],
  ['a page that is named like this machine', { origin: 'http://127.0.0.1.evil.example' }],
  ['a page that is named like localhost', { origin: 'http://localhost.evil.example' }],
  ['a page on another machine of the network', { origin: 'http://192.168.1.10' }],
]

describe('a page of somebody else, whatever program it says it is', () => {
  const programs: readonly (readonly [string, Options])[] = [
    ['cli', cli],
    ['a node', { clientId: 'node-host', mode: 'node', role: 'node', scopes: [] }],
    ['the control UI', ui],
    ['a web chat', { clientId: 'webchat-ui', mode: 'webchat' }],
  ]

  it.each(FOREIGN)('does not get in where nobody has to prove anything: %s', async (_, headers) => {
    stage = await GatewayStage.open({ config: withoutAuth })
    for (const [, program] of programs) await expectForeign(program, { host: '127.0.0.1:18789', ...headers })
    expect((await knock(cli, { host: '127.0.0.1:18789' })).ok).toBe(true)
  })

  it.each(FOREIGN)('does not get in because a proxy vouches for the browser: %s', async (_, headers) => {
    stage = await GatewayStage.open({ config: behindProxy })
    for (const [, program] of programs) await expectForeign(program, { ...fromProxy, ...headers }, PROXY)
    const { error } = await knock(ui, { ...fromProxy, origin: 'https://gw.example' }, PROXY)
    expect(error.details).toMatchObject({ code: 'PAIRING_REQUIRED', reason: 'not-paired' })
  })

  it.each(FOREIGN)('does not get in because Tailscale knows the browser: %s', async (_, headers) => {
    const tailnet = new MemoryTailnet({ users: { [ALICE]: { login: 'alice@example.com', name: 'Alice' } } })
    const modules = [(bindings: any) => bindings.constant(tokens.tailnet, tailnet)]
    stage = await GatewayStage.open({ config: inTailnet, modules })
    await expectForeign(ui, { ...fromTailscale, ...headers })
    const { error } = await knock(cli, { ...fromTailscale, ...headers })
    expect(error.details.code).toBe('AUTH_TOKEN_MISSING')
    expect(tailnet.asked).toBe(0)
    const { error: known } = await knock(ui, {
      ...fromTailscale,
      origin: 'https://gateway.example.ts.net',
      host: 'gateway.example.ts.net',
    })
    expect(known.details).toMatchObject({ code: 'PAIRING_REQUIRED', reason: 'not-paired' })
  })

  it('is not paired silently, even when it knows the token', async () => {
    stage = await GatewayStage.open()
    const headers = { host: '127.0.0.1:18789', origin: 'https://evil.example' }
    const { error } = await knock({ token: TOKEN, role: 'node', scopes: [] }, headers)
    expect(error.details.code).toBe('PAIRING_REQUIRED')
    expect(stage.gateway.get(tokens.devices).list().paired).toEqual([])
  })

  it('may come in when its origin is listed', async () => {
    const gateway = { ...withoutAuth.gateway, controlUi: { allowedOrigins: ['https://good.example'] } }
    stage = await GatewayStage.open({ config: { gateway } })
    expect((await knock(ui, { host: '127.0.0.1:18789', origin: 'https://good.example' })).ok).toBe(true)
    await stage.settle()
    expect((await knock(ui, { host: '127.0.0.1:18789', origin: 'https://good.example:444' })).ok).toBe(false)
  })
})

describe('a page whose name was made to point at this machine', () => {
  const rebound = (name: string) => ({ host: name, origin: `http://${name}` })

  it.each(['evil.example', 'evil.example:18789', 'localhost.evil.example', '127.0.0.1.evil.example', '1.2.3.4.nip.io'])(
    'does not get in as %s',
    async (name) => {
      stage = await GatewayStage.open({ config: withoutAuth })
      for (const program of [cli, ui]) {
        const { error } = await knock(program, rebound(name))
        expect(error.message).toMatch(/^origin not allowed/)
      }
      expect(stage.gateway.get(tokens.devices).list()).toEqual({ pending: [], paired: [] })
      const peer = { address: '127.0.0.1', port: 1, url: '/v1/models', headers: new Map(Object.entries(rebound(name))) }
      const door = stage.gateway.get(tokens.frontDoor)
      expect(door.judgeHost(peer)?.reason).toBe('unknown_host')
      expect(door.judgeOrigin(peer)?.reason).toBe('origin_not_allowed')
      expect(await door.authenticate(peer, null)).toEqual({ kind: 'refused', reason: 'origin_not_allowed' })
    },
  )

  it('is no local client, though it comes over loopback', async () => {
    stage = await GatewayStage.open()
    const { error } = await knock({ token: TOKEN, role: 'node', scopes: [] }, { host: 'evil.example' })
    expect(error.details.code).toBe('PAIRING_REQUIRED')
  })
})

describe('headers that a client wrote itself', () => {
  /** Who the gateway takes a visitor for, as the record says it. */
  async function addressSeen(headers: Record<string, string>, address: string): Promise<string | undefined> {
    await knock({ device: false }, headers, address)
    return stage.record.filter(({ event }) => event === 'refused').at(-1)?.address
  }

  const proxied = { gateway: { bind: 'lan', trustedProxies: [PROXY, '10.0.1.0/24'], auth: { token: TOKEN } } }

  it.each<[string, Record<string, string>, string]>([
    ['one proxy', { 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
    ['what the client put in front', { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }, '203.0.113.9'],
    ['a chain of our proxies', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.0.1.7' }, '203.0.113.9'],
    ['a claim to be one of our proxies', { 'x-forwarded-for': '127.0.0.1, 10.0.1.9, 203.0.113.9' }, '203.0.113.9'],
    ['an address with a port', { 'x-forwarded-for': '203.0.113.9:4711' }, '203.0.113.9'],
    ['Forwarded alone', { forwarded: 'for=127.0.0.1, for="203.0.113.9:80"' }, '203.0.113.9'],
    ['headers that disagree', { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=127.0.0.1' }, PROXY],
    ['headers that agree', { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }, '203.0.113.9'],
    ['something that is no address', { 'x-forwarded-for': '127.0.0.1, unknown' }, PROXY],
    ['an empty entry', { 'x-forwarded-for': '127.0.0.1,' }, PROXY],
    ['an open quote', { forwarded: 'for="127.0.0.1, for=203.0.113.9' }, PROXY],
    ['X-Real-IP that nobody allowed', { 'x-real-ip': '127.0.0.1' }, PROXY],
    ['X-Real-IP beside a better header', { 'x-real-ip': '127.0.0.1', 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
  ])('do not hide it behind a trusted proxy: %s', async (_, headers, address) => {
    stage = await GatewayStage.open({ config: proxied })
    expect(await addressSeen({ host: '127.0.0.1', ...headers }, PROXY)).toBe(address)
    const { error } = await knock({ token: TOKEN, role: 'node', scopes: [] }, { host: '127.0.0.1', ...headers }, PROXY)
    expect(error.details.code).toBe('PAIRING_REQUIRED')
  })

  it('do not make another machine this one', async () => {
    stage = await GatewayStage.open()
    for (const headers of [
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { host: 'localhost', 'x-forwarded-host': 'localhost' },
    ]) {
      expect(await addressSeen({ host: 'localhost', ...headers }, '192.0.2.7')).toBe('192.0.2.7')
      const node = { token: TOKEN, role: 'node', scopes: [] }
      const { error } = await knock(node, { host: 'localhost', ...headers }, '192.0.2.7')
      expect(error.details.code).toBe('PAIRING_REQUIRED')
    }
  })

  it.each(['x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded'])(
    'take the trust of this machine away when they show a proxy: %s',
    async (name) => {
      stage = await GatewayStage.open({ config: withoutAuth })
      const { error } = await knock(cli, { host: 'localhost', [name]: name === 'forwarded' ? 'for=::1' : '127.0.0.1' })
      expect(error.details.code).toBe('PAIRING_REQUIRED')
    },
  )

  it.each<[string, Record<string, string>, string, string]>([
    ['straight from the network', {}, '192.0.2.7', 'trusted_proxy_untrusted_source'],
    ['straight from this machine', {}, '127.0.0.1', 'trusted_proxy_untrusted_source'],
    ['with a second user', { 'x-user': 'alice, alice' }, PROXY, 'trusted_proxy_user_ambiguous'],
    ['with another user in front', { 'x-user': 'mallory, alice' }, PROXY, 'trusted_proxy_user_ambiguous'],
    ['with an empty user', { 'x-user': ' ' }, PROXY, 'trusted_proxy_user_missing'],
    ['with a user that is not allowed', { 'x-user': 'mallory' }, PROXY, 'trusted_proxy_user_not_allowed'],
    ['without what the proxy always sends', { 'x-proxy-id': '' }, PROXY, 'trusted_proxy_header_missing'],
    ['with a way nobody can follow', { 'x-forwarded-for': 'unknown' }, PROXY, 'trusted_proxy_user_ambiguous'],
  ])('make nobody a user of the proxy: %s', async (_, headers, address, reason) => {
    stage = await GatewayStage.open({ config: behindProxy })
    const { error } = await knock({ token: 'x' }, { ...fromProxy, ...headers }, address)
    expect(error.details).toEqual({ code: 'AUTH_UNAUTHORIZED', authReason: reason })
  })

  it.each<[string, Record<string, string>, string, string]>([
    ['from another machine', {}, '192.0.2.7', 'AUTH_TOKEN_MISSING'],
    ['with several hops', { 'x-forwarded-for': `${ALICE}, 203.0.113.9` }, '127.0.0.1', 'AUTH_TAILSCALE_PROXY_MISSING'],
    ['without a hop', { 'x-forwarded-for': '' }, '127.0.0.1', 'AUTH_TAILSCALE_PROXY_MISSING'],
    ['from this machine itself', { 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1', 'AUTH_TAILSCALE_PROXY_MISSING'],
    ['from an address nobody holds', { 'x-forwarded-for': '100.64.0.9' }, '127.0.0.1', 'AUTH_TAILSCALE_WHOIS_FAILED'],
    [
      'of somebody else',
      { 'tailscale-user-login': 'bob@example.com' },
      '127.0.0.1',
      'AUTH_TAILSCALE_IDENTITY_MISMATCH',
    ],
    [
      'twice',
      { 'tailscale-user-login': 'alice@example.com, bob@example.com' },
      '127.0.0.1',
      'AUTH_TAILSCALE_IDENTITY_MISMATCH',
    ],
    [
      'of a funnel',
      { 'tailscale-user-login': '', 'tailscale-funnel-request': '?1' },
      '127.0.0.1',
      'AUTH_TAILSCALE_IDENTITY_MISSING',
    ],
  ])('make nobody somebody of the tailnet: a login %s', async (_, headers, address, code) => {
    const tailnet = new MemoryTailnet({ users: { [ALICE]: { login: 'alice@example.com', name: 'Alice' } } })
    const modules = [(bindings: any) => bindings.constant(tokens.tailnet, tailnet)]
    stage = await GatewayStage.open({ config: inTailnet, modules })
    const origin = 'http://127.0.0.1:18789'
    const { error } = await knock(ui, { ...fromTailscale, origin, ...headers }, address)
    expect(error.details.code).toBe(code)
  })

  it('of a wrong guess beside a tailnet login do not save the guess', async () => {
    const tailnet = new MemoryTailnet({ users: { [ALICE]: { login: 'alice@example.com', name: 'Alice' } } })
    stage = await GatewayStage.open({
      config: inTailnet,
      modules: [(bindings) => bindings.constant(tokens.tailnet, tailnet)],
    })
    const { error } = await knock({ ...ui, token: 'a guess' }, { ...fromTailscale, origin: 'http://127.0.0.1:18789' })
    expect(error.details.code).toBe('AUTH_TOKEN_MISMATCH')
    expect(tailnet.asked).toBe(0)
  })
})

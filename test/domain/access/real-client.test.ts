import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IpaddrAddresses } from '../../../src/adapters/addresses-ipaddr/ipaddr-addresses.js'
import { type ProxyTrust, realClientOf } from '../../../src/domain/access/real-client.js'

const addresses = new IpaddrAddresses()

function trusting(list: readonly string[], allowRealIpFallback = false): ProxyTrust {
  const proxies = addresses.networks(list)
  const isProxy = (address: string) => proxies.has(address)
  return { isProxy, normalise: (text) => addresses.normalise(text), allowRealIpFallback }
}

const nobody = trusting([])
const proxies = trusting(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'])
const realIp = trusting(['127.0.0.1', '10.0.0.0/8'], true)

const PROXY = '10.0.0.1'

function seen(address: string, headers: Record<string, string> = {}, proxied?: string) {
  return { address, headers: new Map(Object.entries(headers)), ...(proxied !== undefined && { proxied }) }
}

const ambiguous = (address: string) => ({ address, isLocal: false, viaProxy: true, isAmbiguous: true })
const client = (address: string, isLocal = false) => ({ address, isLocal, viaProxy: true, isAmbiguous: false })
const direct = (address: string, isLocal = false) => ({ address, isLocal, viaProxy: false, isAmbiguous: false })

describe('a client that comes without a trusted proxy', () => {
  it.each([
    ['straight from this machine', '127.0.0.1', { host: 'localhost:1' }, true],
    ['over IPv6', '::1', { host: '[::1]:1' }, true],
    ['over IPv6 as IPv4', '::ffff:127.0.0.1', { host: '127.0.0.1' }, true],
    ['by another loopback address', '127.8.8.8', { host: '127.0.0.1' }, true],
    ['by its name in the tailnet', '127.0.0.1', { host: 'box.tail1234.ts.net' }, true],
    ['from elsewhere', '192.0.2.2', { host: 'localhost' }, false],
    ['under a foreign name', '127.0.0.1', { host: 'evil.example' }, false],
    ['without a host', '127.0.0.1', {}, false],
    ['through a proxy nobody trusts', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '10.0.0.2' }, false],
    ['through one that says nothing', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '' }, false],
    ['through one that names loopback', '127.0.0.1', { host: 'localhost', forwarded: 'for=127.0.0.1' }, false],
    ['through one that names an address', '127.0.0.1', { host: 'localhost', 'x-real-ip': '127.0.0.1' }, false],
    ['through one that names a host', '127.0.0.1', { host: 'localhost', 'x-forwarded-host': 'localhost' }, false],
    ['through one that names a scheme', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }, false],
  ])('%s', (_, address, headers, isLocal) => {
    expect(realClientOf(seen(address, headers), nobody)).toEqual(direct(addresses.normalise(address)!, isLocal))
  })

  it.each([
    ['a program', {}, true],
    ['a program that says localhost', { host: 'localhost' }, true],
    ['a proxy that passes the Host on', { host: 'gw.example' }, false],
    ['a proxy that leaves a trace', { host: 'localhost', 'x-forwarded-for': '192.0.2.1' }, false],
  ])('over a Unix domain socket: %s', (_, headers, isLocal) => {
    expect(realClientOf(seen('', headers), proxies)).toEqual(direct('', isLocal))
  })

  it('is who it is, whatever it claims', () => {
    const value = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom('127.0.0.1', 'for=127.0.0.1', 'localhost'),
    )
    const claims = fc.dictionary(
      fc.constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto'),
      value,
      { minKeys: 1 },
    )
    const proxied = fc.option(fc.oneof(fc.constant(''), fc.constant('127.0.0.1'), fc.ipV4()), { nil: undefined })
    fc.assert(
      fc.property(fc.constantFrom('127.0.0.1', '192.0.2.1', '2001:db9::1'), claims, proxied, (address, given, told) => {
        const headers = { ...given, host: 'localhost' }
        expect(realClientOf(seen(address, headers, told), trusting([PROXY], true))).toEqual(direct(address))
      }),
    )
  })

  it('is not local once something between us speaks the PROXY protocol', () => {
    for (const proxied of ['', '127.0.0.1', '192.0.2.1'])
      expect(realClientOf(seen('127.0.0.1', { host: 'localhost' }, proxied), nobody)).toEqual(direct('127.0.0.1'))
  })
})

describe('X-Forwarded-For of a trusted proxy', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:DB9::1', '2001:db9::1'],
    ['[2001:db9::1]', '2001:db9::1'],
    ['[2001:db9::1]:4711', '2001:db9::1'],
    ['"[2001:db9::1]:4711"', '2001:db9::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['6.6.6.6, 192.0.2.1', '192.0.2.1'],
    ['127.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['6.6.6.6, 192.0.2.1, 10.1.1.1, 2001:db8::5', '192.0.2.1'],
    ['rubbish, , "\\", 192.0.2.1, 10.1.1.1', '192.0.2.1'],
    ['10.3.3.3, 10.2.2.2', '10.3.3.3'],
  ])('%j names %s', (header, address) => {
    expect(realClientOf(seen(PROXY, { host: 'gw.example', 'x-forwarded-for': header }), proxies)).toEqual(
      client(address),
    )
  })

  it.each([
    '',
    ' ',
    ',',
    '192.0.2.1,',
    'unknown',
    '_hidden',
    'unix:',
    'localhost',
    '192.0.2.1, unknown',
    '192.0.2.1, , 10.1.1.1',
    '192.0.2.1 10.1.1.1',
    '0x7f.0.0.1',
    '127.1',
    '[127.0.0.1]',
    '192.0.2.1:port',
    '192.0.2.1:1:2',
    '[::1',
    '"192.0.2.1',
  ])('%j leaves the client open', (header) => {
    const headers = { host: 'localhost', 'x-forwarded-for': header, 'x-real-ip': '192.0.2.9' }
    expect(realClientOf(seen(PROXY, headers), realIp)).toEqual(ambiguous(PROXY))
  })

  it('names what the nearest proxy that is not trusted was told by nobody but itself', () => {
    const trusted = fc.constantFrom('10.1.1.1', '127.0.0.1', '2001:db8::9')
    const foreign = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => !proxies.isProxy(text))
    fc.assert(
      fc.property(fc.string(), foreign, fc.array(trusted), (claimed, from, behind) => {
        const header = [claimed, from, ...behind].join(', ')
        const forwarded = [from, ...behind].map((hop) => `for="${hop.includes(':') ? `[${hop}]` : hop}"`).join(', ')
        for (const headers of [{ 'x-forwarded-for': header }, { 'x-forwarded-for': header, forwarded }]) {
          const found = realClientOf(seen(PROXY, { ...headers, host: 'localhost' }), proxies)
          expect(found).toEqual(client(addresses.normalise(from)!))
        }
      }),
    )
  })
})

describe('Forwarded of a trusted proxy', () => {
  it.each([
    ['for=192.0.2.1', '192.0.2.1'],
    ['for="192.0.2.1:80";proto=https', '192.0.2.1'],
    ['For="[2001:db9::1]:_port"', '2001:db9::1'],
    ['for=6.6.6.6, proto=http;for=192.0.2.1, for=10.1.1.1', '192.0.2.1'],
    ['for=unknown, for=192.0.2.1', '192.0.2.1'],
    ['for=10.3.3.3, for=10.2.2.2', '10.3.3.3'],
  ])('%j names %s', (forwarded, address) => {
    expect(realClientOf(seen(PROXY, { forwarded }), proxies)).toEqual(client(address))
  })

  it.each([
    '',
    'for=unknown',
    'for=_hidden',
    'proto=https',
    'for=192.0.2.1, proto=https',
    'for=192.0.2.1,',
    'for="6.6.6.6, for=192.0.2.1',
    'for=192.0.2.1;for=6.6.6.6',
    'for=127.1',
    '192.0.2.1',
  ])('%j leaves the client open', (forwarded) => {
    expect(realClientOf(seen(PROXY, { host: 'localhost', forwarded }), realIp)).toEqual(ambiguous(PROXY))
  })

  it('must agree with X-Forwarded-For', () => {
    const judge = (xff: string, forwarded: string) =>
      realClientOf(seen(PROXY, { host: 'localhost', 'x-forwarded-for': xff, forwarded }), proxies)
    expect(judge('192.0.2.1', 'for="192.0.2.1:80"')).toEqual(client('192.0.2.1'))
    expect(judge('192.0.2.1', 'for=127.0.0.1')).toEqual(ambiguous(PROXY))
    expect(judge('127.0.0.1', 'for=192.0.2.1')).toEqual(ambiguous(PROXY))
    expect(judge('192.0.2.1', 'for=unknown')).toEqual(ambiguous(PROXY))
    expect(judge('unknown', 'for=192.0.2.1')).toEqual(ambiguous(PROXY))
    expect(judge('unknown', 'for=unknown')).toEqual(ambiguous(PROXY))
  })
})

describe('X-Real-IP of a trusted proxy', () => {
  it('counts where it is allowed and nothing better is there', () => {
    const judge = (headers: Record<string, string>, trust: ProxyTrust) => realClientOf(seen(PROXY, headers), trust)
    expect(judge({ 'x-real-ip': '192.0.2.1' }, realIp)).toEqual(client('192.0.2.1'))
    expect(judge({ 'x-real-ip': '192.0.2.1' }, proxies)).toEqual(client(PROXY))
    expect(judge({ 'x-real-ip': '6.6.6.6', 'x-forwarded-for': '192.0.2.1' }, realIp)).toEqual(client('192.0.2.1'))
    expect(judge({ 'x-real-ip': '6.6.6.6', forwarded: 'for=192.0.2.1' }, realIp)).toEqual(client('192.0.2.1'))
    for (const value of ['', 'unknown', '192.0.2.1, 192.0.2.2'])
      expect(judge({ 'x-real-ip': value }, realIp), value).toEqual(ambiguous(PROXY))
  })
})

describe('being local behind a trusted proxy', () => {
  const local = { host: '127.0.0.1:18789' }

  it.each([
    ['a proxy of this machine says so', '127.0.0.1', { ...local, 'x-forwarded-for': '127.0.0.1' }, true],
    ['it says so in Forwarded', '127.0.0.1', { ...local, forwarded: 'for="[::1]"' }, true],
    ['called by a foreign name', '127.0.0.1', { host: 'gw.example', 'x-forwarded-for': '127.0.0.1' }, false],
    [
      'called by a foreign name that the proxy hides',
      '127.0.0.1',
      { ...local, 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1' },
      false,
    ],
    ['loopback of another machine', PROXY, { ...local, 'x-forwarded-for': '127.0.0.1' }, false],
    ['loopback behind another machine', '127.0.0.1', { ...local, 'x-forwarded-for': '127.0.0.1, 10.0.0.1' }, false],
  ])('%s', (_, address, headers, isLocal) => {
    expect(realClientOf(seen(address, headers), proxies)).toMatchObject({ isLocal, isAmbiguous: false })
  })

  it('is true for the machine of the proxy itself, when it speaks for nobody', () => {
    expect(realClientOf(seen('127.0.0.1', local), proxies)).toEqual(client('127.0.0.1', true))
    expect(realClientOf(seen(PROXY, local), proxies)).toEqual(client(PROXY, false))
    const traces = { ...local, 'x-real-ip': '127.0.0.1' }
    expect(realClientOf(seen('127.0.0.1', traces), proxies)).toEqual(client('127.0.0.1', false))
  })
})

describe('the PROXY protocol of a trusted proxy', () => {
  it('comes before headers, which are those of its client then', () => {
    const headers = { host: 'localhost', 'x-forwarded-for': '127.0.0.1', forwarded: 'for=6.6.6.6' }
    expect(realClientOf(seen(PROXY, headers, '::ffff:192.0.2.1'), proxies)).toEqual(direct('192.0.2.1'))
    expect(realClientOf(seen('127.0.0.1', { host: 'localhost' }, '192.0.2.1'), proxies)).toEqual(direct('192.0.2.1'))
  })

  it('leads to the next proxy, where that is a trusted one', () => {
    const headers = { host: 'localhost', 'x-forwarded-for': '6.6.6.6, 192.0.2.1' }
    expect(realClientOf(seen(PROXY, headers, '10.0.0.2'), proxies)).toEqual(client('192.0.2.1'))
  })

  it('makes nobody local', () => {
    const headers = { host: 'localhost' }
    expect(realClientOf(seen('127.0.0.1', headers, '127.0.0.1'), proxies)).toEqual(client('127.0.0.1'))
    expect(realClientOf(seen('127.0.0.1', headers, '127.0.0.2'), proxies)).toEqual(direct('127.0.0.2'))
  })

  it('leaves the client open when it tells nothing to rely on', () => {
    for (const proxied of ['', 'rubbish'])
      expect(realClientOf(seen('127.0.0.1', { host: 'localhost' }, proxied), proxies)).toEqual(ambiguous('127.0.0.1'))
  })
})

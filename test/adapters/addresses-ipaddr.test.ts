import { isIP, isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IpaddrAddresses } from '../../src/adapters/addresses-ipaddr/ipaddr-addresses.js'

const addresses = new IpaddrAddresses()
const bitsOf = (address: string) =>
  isIPv4(address)
    ? address
        .split('.')
        .map((part) => Number(part).toString(2).padStart(8, '0'))
        .join('')
    : groupsOf(address)
        .map((group) => group.toString(2).padStart(16, '0'))
        .join('')

/** The eight groups of an IPv6 address without a dotted tail. */
function groupsOf(address: string): number[] {
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const missing = 8 - head.length - (tail?.length ?? 0)
  return [...head, ...new Array(tail ? missing : 0).fill('0'), ...(tail ?? [])].map((group) =>
    Number.parseInt(group, 16),
  )
}

describe('normalise', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::1', '::1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::00A', '2001:db8::a'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0.100', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('writes %s as %s', (text, written) => {
    expect(addresses.normalise(text)).toBe(written)
  })

  it.each([
    '',
    ' ',
    '127.1',
    '2130706433',
    '0177.0.0.1',
    '127.0.0.01',
    '0x7f.0.0.1',
    '0x7f000001',
    '256.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '1.2.3.4\n',
    ' 1.2.3.4',
    '１.2.3.4',
    '1.2.3.4:80',
    '1.2.3.4%eth0',
    '[1.2.3.4]',
    '[::1]:80',
    '[::1',
    '::1]',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::g',
    '::ffff:127.1',
    '::ffff:0177.0.0.1',
    '::ffff:0x7f.0.0.1',
    '::1%',
    '1.2.3.4/32',
    'localhost',
    'unknown',
    `::${'0'.repeat(100_000)}1`,
  ])('takes %j for no address', (text) => {
    expect(addresses.normalise(text)).toBeNull()
    expect(addresses.household(text)).toBe(text)
    expect(addresses.networks(['0.0.0.0/0', '::/0']).has(text)).toBe(false)
  })

  it('writes every address in one way, and reads that way again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const written = addresses.normalise(text)
        expect(isIP(written ?? '')).toBeGreaterThan(0)
        expect(addresses.normalise(written ?? '')).toBe(written)
        expect(addresses.normalise(text.toUpperCase())).toBe(written)
      }),
    )
  })

  it('writes IPv6 as browsers do, and keeps its value', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, (given) => {
        const text = given.map((group) => group.toString(16).padStart(4, '0')).join(':')
        fc.pre(!text.startsWith('0000:0000:0000:0000:0000:ffff:'))
        expect(addresses.normalise(text)).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1))
      }),
    )
  })

  it('agrees with Node.js about what is an address, whatever the text', () => {
    const likely = fc.string({ unit: fc.constantFrom(...'0127af:.:.x'), maxLength: 24 })
    const nearly = fc
      .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(40), fc.constantFrom('', ':', '.', '0', 'g', '%', '/'))
      .map(([text, at, with_]) => text.slice(0, at) + with_ + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 50 }), likely, nearly), (text) => {
        fc.pre(!/[[\]%]/.test(text))
        expect(addresses.normalise(text) !== null).toBe(isIP(text) !== 0)
      }),
      { numRuns: 3_000 },
    )
  })

  it('gives IPv4 seen through IPv6 as IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(addresses.normalise(`::ffff:${text}`)).toBe(text)
        expect(addresses.household(`::FFFF:${text}`)).toBe(text)
        expect(addresses.networks([text]).has(`::ffff:${text}`)).toBe(true)
        expect(addresses.networks([`::ffff:${text}`]).has(text)).toBe(true)
      }),
    )
  })
})

describe('household', () => {
  it('is the /64 of IPv6 and the address of IPv4', () => {
    expect(addresses.household('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(addresses.household('2001:db8::1')).toBe('2001:db8::/64')
    expect(addresses.household('::1')).toBe('::/64')
    expect(addresses.household('192.0.2.1')).toBe('192.0.2.1')
  })

  it('is the same for two addresses exactly when their first 64 bits are', () => {
    const near = fc.tuple(fc.ipV6(), fc.ipV6()).filter(([a, b]) => !`${a}${b}`.includes('.'))
    fc.assert(
      fc.property(near, fc.boolean(), ([a, b], isNear) => {
        const groups = groupsOf(b)
        const neighbour = (isNear ? [...groupsOf(a).slice(0, 4), ...groups.slice(4)] : groups)
          .map((group) => group.toString(16))
          .join(':')
        fc.pre(![a, neighbour].some((text) => isIPv4(addresses.normalise(text) ?? '')))
        const isSame = bitsOf(a).slice(0, 64) === bitsOf(neighbour).slice(0, 64)
        expect(addresses.household(a) === addresses.household(neighbour)).toBe(isSame)
        expect(addresses.networks([addresses.household(a)]).has(a)).toBe(true)
      }),
    )
  })
})

describe('networks', () => {
  it('holds single addresses and networks of both families', () => {
    const set = addresses.networks(['10.1.2.3/8', '192.0.2.7', '2001:db8::/32', '::1', '::ffff:172.16.0.0/108'])
    expect(set.isEmpty).toBe(false)
    for (const inside of ['10.0.0.0', '10.255.255.255', '192.0.2.7', '2001:DB8:ffff::', '[::1]', '172.31.255.255'])
      expect(set.has(inside), inside).toBe(true)
    for (const outside of ['11.0.0.0', '192.0.2.8', '2001:db9::', '::2', '172.32.0.0', '::10.0.0.1', ''])
      expect(set.has(outside), outside).toBe(false)
  })

  it('keeps the families apart', () => {
    expect(addresses.networks(['::/0']).has('192.0.2.1')).toBe(false)
    expect(addresses.networks(['0.0.0.0/0']).has('::1')).toBe(false)
  })

  it('leaves out what is no network', () => {
    const foreign = ['', 'proxy', '*', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '10.0.0.0/-1', '10/8', '::/129']
    for (const entry of [...foreign, '::ffff:0.0.0.0/95', '10.0.0.0/8/8', '010.0.0.0/8'])
      expect(addresses.networks([entry]).isEmpty, entry).toBe(true)
    expect(addresses.networks([]).has('10.0.0.1')).toBe(false)
  })

  it('has an address exactly when the first bits are those of the network', () => {
    const ipv6 = fc.ipV6().filter((text) => !text.includes('.') && addresses.normalise(text)?.includes(':') === true)
    const pairs = fc.oneof(
      fc.tuple(fc.ipV4(), fc.ipV4(), fc.nat(32)),
      fc.ipV4().chain((ip) => fc.tuple(fc.constant(ip), fc.constant(ip.replace(/\d+$/, '9')), fc.nat(32))),
      fc.tuple(ipv6, ipv6, fc.nat(128)),
      ipv6.chain((ip) => fc.tuple(fc.constant(ip), fc.constant(ip), fc.nat(128))),
    )
    fc.assert(
      fc.property(pairs, ([base, address, bits]) => {
        const isInside = bitsOf(base).slice(0, bits) === bitsOf(address).slice(0, bits)
        expect(addresses.networks([`${base}/${bits}`]).has(address)).toBe(isInside)
      }),
      { numRuns: 500 },
    )
  })
})

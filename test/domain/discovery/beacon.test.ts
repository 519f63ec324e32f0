import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { announcedAddresses } from '../../../src/domain/discovery/announced-addresses.js'
import { type BeaconFacts, beaconOf, gatewayOf, nextName } from '../../../src/domain/discovery/beacon.js'

const FACTS: BeaconFacts = {
  mode: 'minimal',
  hostName: 'atlas.example.org',
  profile: null,
  port: 18789,
  addresses: ['192.0.2.7'],
  tlsFingerprint: null,
  cliPath: '/opt/mayros.js',
}
const bytes = (text: string) => Buffer.byteLength(text)

describe('a beacon', () => {
  it('tells what a client needs, and more only when asked to', () => {
    expect(beaconOf(FACTS)).toEqual({
      name: 'atlas Mayros',
      host: 'atlas-mayros-18789.local',
      port: 18789,
      addresses: ['192.0.2.7'],
      texts: {
        role: 'gateway',
        transport: 'gateway',
        displayName: 'atlas Mayros',
        lanHost: 'atlas.local',
        gatewayPort: '18789',
      },
    })
    const full = beaconOf({ ...FACTS, mode: 'full', profile: 'rescue', tlsFingerprint: 'AB:CD' })
    expect(full.name).toBe('atlas rescue Mayros')
    expect(full.texts).toMatchObject({
      gatewayTls: '1',
      gatewayTlsSha256: 'AB:CD',
      cliPath: '/opt/mayros.js',
      sshPort: '22',
    })
  })

  it('fits into DNS whatever the host is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 400 }), (hostName, cliPath) => {
        const beacon = beaconOf({ ...FACTS, mode: 'full', hostName, cliPath })
        expect(beacon.name).not.toContain('.')
        expect(bytes(beacon.name)).toBeLessThanOrEqual(63)
        expect(beacon.host).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}\.local$/)
        for (const [key, value] of Object.entries(beacon.texts)) {
          expect(bytes(`${key}=${value}`)).toBeLessThanOrEqual(255)
        }
      }),
    )
  })

  it('counts names that are taken, within the length of a label', () => {
    expect([nextName('atlas'), nextName('atlas (2)'), nextName('atlas (99)')]).toEqual([
      'atlas (2)',
      'atlas (3)',
      'atlas (100)',
    ])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
        const next = nextName(name)
        expect(bytes(next)).toBeLessThanOrEqual(63)
        expect(next).not.toBe(name)
        expect(next.isWellFormed()).toBe(true)
      }),
    )
  })

  it('leads to the address of the service, not to what its texts claim', () => {
    const texts = { gatewayTls: '1', gatewayTlsSha256: 'AB', lanHost: 'evil.example', gatewayPort: '1', sshPort: '22x' }
    const read = (addresses: string[]) => gatewayOf({ name: 'n', host: 'a.local', port: 443, addresses, texts })
    expect(read(['2001:db8::7', '192.0.2.7'])).toMatchObject({ url: 'wss://192.0.2.7:443', sshPort: null })
    expect(read(['2001:db8::7']).url).toBe('wss://[2001:db8::7]:443')
    expect(read([]).url).toBe('wss://a.local:443')
    const plain = gatewayOf({ name: 'n', host: 'a.local', port: 1, addresses: [], texts: { gatewayTlsSha256: 'AB' } })
    expect(plain).toMatchObject({ url: 'ws://a.local:1', tlsFingerprint: null, role: null })
  })
})

describe('the addresses that are announced', () => {
  const host = [
    { address: '127.0.0.1', isInternal: true },
    { address: '::1', isInternal: true },
    { address: '192.0.2.7', isInternal: false },
    { address: '10.0.0.7', isInternal: false },
    { address: '2001:db8::7', isInternal: false },
    { address: 'fe80::7', isInternal: false },
  ]
  it.each([
    [['127.0.0.1', '::1'], []],
    [[], []],
    [['192.0.2.7'], ['192.0.2.7']],
    [['198.51.100.1'], []],
    [['0.0.0.0'], ['192.0.2.7', '10.0.0.7']],
    [['::'], ['192.0.2.7', '10.0.0.7', '2001:db8::7']],
    [['127.0.0.1', '2001:db8::7'], ['2001:db8::7']],
  ])('of a gateway on %j are %j', (hosts, addresses) => {
    expect(announcedAddresses(hosts, host)).toEqual(addresses)
  })
})

import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isKnownHost } from '../../../src/domain/access/known-host.js'

const known = { names: ['Box', 'box.local.', 'gw.example'], isAddress: (text: string) => isIP(text) !== 0 }

describe('isKnownHost', () => {
  it.each([
    undefined,
    '127.0.0.1',
    '127.0.0.1:18789',
    '203.0.113.9:1',
    '[::1]',
    '[2001:DB8::1]:18789',
    'localhost',
    'LOCALHOST:18789',
    'localhost.:80',
    'app.localhost',
    'box.tail1234.ts.net',
    'box',
    'BOX:18789',
    'Box.local',
    'box.local.:18789',
    'gw.example.',
    'gw.example:443',
  ])('lets %s in', (host) => {
    expect(isKnownHost(host, known)).toBe(true)
  })

  it.each([
    '',
    'evil.example',
    'evil.example:18789',
    'gw.example.evil.example',
    'evilgw.example',
    'localhost.evil.example',
    'evillocalhost',
    'ts.net',
    'ts.net.evil.example',
    'evilts.net',
    '127.0.0.1.evil.example',
    '127.1',
    '0x7f000001',
    '::1',
    '[::1',
    '[127.0.0.1]',
    '[::1]evil.example',
    '[::1]:80:80',
    'user@localhost',
    'localhost@evil.example',
    'localhost:80:80',
    'localhost:evil',
    'localhost:123456',
    'localhost/',
    'localhost?',
    'localhost#',
    'localhost evil.example',
    ' localhost',
    'localhost\n',
    'localhost, evil.example',
    '.localhost',
    'evil..localhost',
    '.ts.net',
    'box..',
  ])('turns %j away', (host) => {
    expect(isKnownHost(host, known)).toBe(false)
  })

  it('lets no foreign name in, however it is dressed', () => {
    const label = fc.string({ unit: fc.constantFrom(...'abz09-_'), minLength: 1, maxLength: 8 })
    const port = fc.option(fc.nat(65_535), { nil: undefined })
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), fc.constantFrom('', '.'), port, (labels, dot, at) => {
        const host = `${[...labels, 'evil'].join('.')}${dot}${at === undefined ? '' : `:${at}`}`
        expect(isKnownHost(host, known)).toBe(false)
        expect(isKnownHost(host.replace('evil', 'EVIL'), { ...known, names: [[...labels, 'evil'].join('.')] })).toBe(
          true,
        )
      }),
    )
  })

  it('lets every address in', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), fc.nat(65_535), (ipv4, ipv6, port) => {
        for (const host of [ipv4, `${ipv4}:${port}`, `[${ipv6}]`, `[${ipv6}]:${port}`])
          expect(isKnownHost(host, known), host).toBe(true)
      }),
    )
  })
})

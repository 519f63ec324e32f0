import { describe, expect, it } from 'vitest'
import { guardTls, type TlsGuardFacts, tlsWarnings } from '../../../src/application/start/guard-tls.js'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-03-01T12:00:00Z')
const GOOD: TlsGuardFacts = {
  paths: { certPath: '/tls/cert.pem', keyPath: '/tls/key.pem', caPath: '/tls/ca.pem' },
  problem: null,
  validity: { notBefore: NOW - DAY_MS, notAfter: NOW + 90 * DAY_MS },
  isKeyExposed: false,
  now: NOW,
}

const validFor = (days: number): TlsGuardFacts => ({
  ...GOOD,
  validity: { notBefore: NOW - 100 * DAY_MS, notAfter: NOW + days * DAY_MS },
})

describe('guardTls', () => {
  it('has nothing against files that can be used, and nothing to say of them', () => {
    expect(guardTls(GOOD)).toBeNull()
    expect(tlsWarnings(GOOD)).toEqual([])
  })

  it.each([
    ['certPath', '/tls/cert.pem'],
    ['keyPath', '/tls/key.pem'],
    ['caPath', '/tls/ca.pem'],
  ] as const)('names key and file when %s cannot be used, and says what to do', (file, path) => {
    const refusal = guardTls({ ...GOOD, problem: { file, what: 'does not exist' } })
    expect(refusal).toMatchObject({ kind: 'configuration', message: `gateway.tls.${file}: ${path} does not exist` })
    expect(refusal?.fix).toBeTruthy()
  })

  it('refuses an expired certificate from the very moment on', () => {
    expect(guardTls(validFor(0))?.message).toBe(
      'gateway.tls.certPath: the certificate in /tls/cert.pem expired on 2026-03-01',
    )
    expect(guardTls(validFor(0.001))).toBeNull()
  })
})

describe('tlsWarnings', () => {
  it('begins 14 days before the certificate expires', () => {
    expect(tlsWarnings(validFor(14))).toEqual([])
    expect(tlsWarnings(validFor(13.9))).toEqual([
      'the certificate in /tls/cert.pem expires on 2026-03-15, 13 days from now',
    ])
    expect(tlsWarnings(validFor(1))).toEqual(['the certificate in /tls/cert.pem expires on 2026-03-02, 1 day from now'])
  })

  it('tells of a certificate that is not valid yet', () => {
    const validity = { notBefore: NOW + DAY_MS, notAfter: NOW + 90 * DAY_MS }
    expect(tlsWarnings({ ...GOOD, validity })).toEqual([
      'the certificate in /tls/cert.pem is valid from 2026-03-02 on only',
    ])
  })

  it('tells of a key that lies open', () => {
    expect(tlsWarnings({ ...GOOD, isKeyExposed: true })).toEqual([
      'every user of this machine can read /tls/key.pem; fix: chmod 600 /tls/key.pem',
    ])
  })
})

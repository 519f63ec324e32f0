import { describe, expect, it } from 'vitest'
import { judgeWhois, TAILNET_REFUSALS, tailnetClaim } from '../../../src/domain/access/tailnet-identity.js'

const SERVED = {
  'tailscale-user-login': 'alice@example.com',
  'x-forwarded-for': '100.101.102.103',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'box.tail1234.ts.net',
}

function claim(address: string, headers: Readonly<Record<string, string | undefined>>) {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return tailnetClaim(address, new Map(given))
}

describe('what a request claims about the tailnet', () => {
  it('is login and address when tailscale serve passed it on', () => {
    expect(claim('127.0.0.1', SERVED)).toEqual({
      kind: 'claimed',
      login: 'alice@example.com',
      address: '100.101.102.103',
    })
    expect(claim('::1', { ...SERVED, 'x-forwarded-for': 'fd7a:115c:a1e0::53' })).toMatchObject({
      kind: 'claimed',
      address: 'fd7a:115c:a1e0::53',
    })
  })

  it.each(['192.168.1.20', '100.101.102.103', 'fd7a:115c:a1e0::53', '::ffff:10.0.0.1', '128.0.0.1', ''])(
    'is nothing when the headers come from %s, whatever they say',
    (address) => {
      expect(claim(address, SERVED)).toEqual({ kind: 'none' })
    },
  )

  it('is nothing for a client on this machine and for another proxy on it', () => {
    expect(claim('127.0.0.1', { host: '127.0.0.1:18789' })).toEqual({ kind: 'none' })
    expect(
      claim('127.0.0.1', {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'gateway.example.com',
      }),
    ).toEqual({ kind: 'none' })
  })

  it('is refused when Tailscale passed it on without saying who it is', () => {
    const nobody = { kind: 'refused', reason: 'tailscale_user_missing' }
    expect(claim('127.0.0.1', { ...SERVED, 'tailscale-user-login': undefined })).toEqual(nobody)
    expect(claim('127.0.0.1', { ...SERVED, 'tailscale-user-login': '  ' })).toEqual(nobody)
    expect(claim('127.0.0.1', { 'tailscale-funnel-request': '?1', 'x-forwarded-for': '203.0.113.9' })).toEqual(nobody)
    expect(
      claim('127.0.0.1', { 'x-forwarded-for': '100.101.102.103', 'x-forwarded-host': 'BOX.tail1234.TS.NET:443' }),
    ).toEqual(nobody)
  })

  it.each([
    ['no address', undefined],
    ['an empty address', ''],
    ['several hops', '203.0.113.9, 100.101.102.103'],
    ['a name', 'box.tail1234.ts.net'],
    ['an option of a program', '--help'],
    ['a word of hex digits', 'cafe'],
    ['loopback', '127.0.0.1'],
    ['IPv6 loopback', '::1'],
    ['a list of nothing', ','],
  ])('is refused when it did not come straight from tailscale serve: %s', (_, forwarded) => {
    expect(claim('127.0.0.1', { ...SERVED, 'x-forwarded-for': forwarded })).toEqual({
      kind: 'refused',
      reason: 'tailscale_proxy_missing',
    })
  })

  it.each(['x-forwarded-proto', 'x-forwarded-host'])('is refused without %s', (name) => {
    expect(claim('127.0.0.1', { ...SERVED, [name]: undefined })).toMatchObject({ reason: 'tailscale_proxy_missing' })
  })
})

describe('a claim before whois', () => {
  it('counts when whois names the same login, in whatever case', () => {
    expect(judgeWhois('alice@example.com', { login: 'alice@example.com' })).toBeNull()
    expect(judgeWhois(' Alice@Example.com', { login: 'alice@example.COM ' })).toBeNull()
  })

  it('fails when whois knows nobody there', () => {
    expect(judgeWhois('alice@example.com', null)).toBe('tailscale_whois_failed')
    expect(judgeWhois('', { login: ' ' })).toBe('tailscale_whois_failed')
  })

  it('fails when whois names somebody else', () => {
    expect(judgeWhois('alice@example.com', { login: 'bob@example.com' })).toBe('tailscale_user_mismatch')
    expect(judgeWhois('alice@example.com', { login: 'alice@example.com.evil' })).toBe('tailscale_user_mismatch')
  })

  it('is refused in words that clients match', () => {
    expect(Object.fromEntries(Object.entries(TAILNET_REFUSALS).map(([reason, { code }]) => [reason, code]))).toEqual({
      tailscale_user_missing: 'AUTH_TAILSCALE_IDENTITY_MISSING',
      tailscale_proxy_missing: 'AUTH_TAILSCALE_PROXY_MISSING',
      tailscale_whois_failed: 'AUTH_TAILSCALE_WHOIS_FAILED',
      tailscale_user_mismatch: 'AUTH_TAILSCALE_IDENTITY_MISMATCH',
    })
    for (const { message } of Object.values(TAILNET_REFUSALS)) expect(message).toMatch(/^unauthorized: tailscale /)
  })
})

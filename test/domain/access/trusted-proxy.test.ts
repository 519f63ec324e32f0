import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authRefusal } from '../../../src/domain/access/auth-refusal.js'
import { judgeProxyIdentity, PROXY_REFUSALS } from '../../../src/domain/access/trusted-proxy.js'

const seen = { viaProxy: true, isAmbiguous: false }
const rules = { userHeader: 'X-Forwarded-User', requiredHeaders: ['X-Sso'], allowUsers: [] as string[] }
const headers = (entries: Record<string, string>) => new Map(Object.entries(entries))
const good = { 'x-forwarded-user': 'alice@example.com', 'x-sso': 'yes' }

describe('the identity a proxy vouches for', () => {
  it('is the user in the header, when everything is as required', () => {
    expect(judgeProxyIdentity(headers(good), seen, rules)).toEqual({ kind: 'user', user: 'alice@example.com' })
  })

  it.each<[string, Record<string, string>, object, object, string]>([
    ['does not count from elsewhere', good, { viaProxy: false }, {}, 'trusted_proxy_untrusted_source'],
    ['does not count when it is unclear who is there', good, { isAmbiguous: true }, {}, 'trusted_proxy_user_ambiguous'],
    ['needs every required header', { ...good, 'x-sso': ' ' }, {}, {}, 'trusted_proxy_header_missing'],
    ['needs a user', { 'x-sso': 'yes' }, {}, {}, 'trusted_proxy_user_missing'],
    ['needs a user that is not blank', { ...good, 'x-forwarded-user': '  ' }, {}, {}, 'trusted_proxy_user_missing'],
    ['needs one user', { ...good, 'x-forwarded-user': 'mallory, alice' }, {}, {}, 'trusted_proxy_user_ambiguous'],
    ['needs a header to look at', good, {}, { userHeader: undefined }, 'trusted_proxy_user_missing'],
    ['must be allowed', good, {}, { allowUsers: ['bob@example.com'] }, 'trusted_proxy_user_not_allowed'],
  ])('%s', (_, given, how, change, reason) => {
    expect(judgeProxyIdentity(headers(given), { ...seen, ...how }, { ...rules, ...change })).toEqual({
      kind: 'refused',
      reason,
    })
  })

  it('compares allowed users without regard to case', () => {
    const allowUsers = ['Alice@Example.com']
    expect(judgeProxyIdentity(headers(good), seen, { ...rules, allowUsers }).kind).toBe('user')
  })

  it('never lets anybody in who is not on a list', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { minLength: 1 }), (user, allowUsers) => {
        const verdict = judgeProxyIdentity(headers({ ...good, 'x-forwarded-user': user }), seen, {
          ...rules,
          allowUsers,
        })
        if (verdict.kind !== 'user') return
        const folded = allowUsers.map((allowed) => allowed.trim().toLowerCase())
        expect(folded).toContain(user.trim().toLowerCase())
      }),
    )
  })
})

describe('a refusal', () => {
  it('has a sentence and a code that clients know', () => {
    for (const reason of Object.keys(PROXY_REFUSALS) as (keyof typeof PROXY_REFUSALS)[]) {
      const { message, details } = authRefusal(reason)
      expect(message).toMatch(/^unauthorized: /)
      expect(details).toEqual({ code: 'AUTH_UNAUTHORIZED', authReason: reason })
    }
  })

  it('says how long to wait, in whole seconds', () => {
    expect(authRefusal('rate_limited', 252_001).message).toBe(
      'unauthorized: too many failed authentication attempts (try again in 253 s)',
    )
    expect(authRefusal('rate_limited').message).toBe('unauthorized: too many failed authentication attempts')
  })
})

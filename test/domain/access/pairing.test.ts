import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceClaim, PairedDevice, TokenHash } from '../../../src/domain/access/device-record.js'
import {
  approved,
  beyondApprover,
  isExpired,
  isSameRequest,
  isSettled,
  newRequest,
  repeatedRequest,
  scopesRefusal,
  seen,
  standingOf,
} from '../../../src/domain/access/pairing.js'
import {
  judgeToken,
  rotatedScopes,
  tokenShown,
  withOnlyToken,
  withoutTokens,
  withToken,
  withWiderTokens,
} from '../../../src/domain/access/pairing-tokens.js'
import { pairedView, pendingView } from '../../../src/domain/access/pairing-view.js'
import { coversAll, firstUncovered, united } from '../../../src/domain/access/scope-cover.js'
import type { Role } from '../../../src/domain/access/scopes.js'

const SCOPES = [
  'operator.admin',
  'operator.read',
  'operator.write',
  'operator.pairing',
  'operator.approvals',
  'operator.new',
  'other.thing',
]
const scopes = fc.subarray(SCOPES)
const role = fc.constantFrom<Role>('operator', 'node')

function claimOf(role: Role, scopes: readonly string[], overrides: Partial<DeviceClaim> = {}): DeviceClaim {
  return { deviceId: 'd1', publicKey: 'k1', role, scopes, client: { id: 'ui', mode: 'ui' }, ...overrides }
}

function pair(claim: DeviceClaim, known?: PairedDevice, now = 1): PairedDevice {
  return approved(known, newRequest('r1', claim, { isSilent: false, isRepair: false, now }), now)
}

function hash(digit: string, scopes: readonly string[], issuedAtMs = 1): TokenHash {
  return { hash: digit.repeat(64), scopes, issuedAtMs }
}

/** What a scope allows, written down a second time: the rule of the protocol as a table. */
function allows(role: Role, has: string, wanted: string): boolean {
  if (has === wanted) return true
  if (role === 'node') return false
  if (has === 'operator.admin') return wanted.startsWith('operator.')
  return has === 'operator.write' && wanted === 'operator.read'
}

describe('coverage', () => {
  it('is: admin for every operator scope, write for read, everything else for itself; nodes only exactly', () => {
    fc.assert(
      fc.property(role, scopes, scopes, (role, granted, wanted) => {
        const missing = wanted.filter((scope) => !granted.some((has) => allows(role, has, scope)))
        expect(firstUncovered(role, granted, wanted)).toBe(missing[0])
        expect(coversAll(role, granted, wanted)).toBe(missing.length === 0)
      }),
    )
  })

  it('is not lost by uniting, and nothing is won by it', () => {
    fc.assert(
      fc.property(role, scopes, scopes, (role, one, other) => {
        const both = united(one, other)
        expect(coversAll(role, both, [...one, ...other])).toBe(true)
        expect(both).toEqual([...new Set([...one, ...other])].sort())
      }),
    )
  })
})

describe('the standing of a device', () => {
  const paired = pair(claimOf('operator', ['operator.write']))

  it.each([
    ['nobody knows it', undefined, claimOf('operator', []), 'not-paired'],
    ['it has another key', paired, claimOf('operator', [], { publicKey: 'k2' }), 'not-paired'],
    ['it has no such role', paired, claimOf('node', []), 'role-upgrade'],
    ['it asks for more', paired, claimOf('operator', ['operator.admin']), 'scope-upgrade'],
    ['it asks for less', paired, claimOf('operator', ['operator.read']), 'covered'],
    ['it asks for nothing', paired, claimOf('operator', []), 'covered'],
  ])('when %s', (_, known, claim, standing) => {
    expect(standingOf(known, claim)).toBe(standing)
  })

  it('is covered after the approval of what it asked for, and for no other role', () => {
    fc.assert(
      fc.property(role, scopes, role, scopes, (firstRole, first, secondRole, second) => {
        const device = pair(claimOf(firstRole, first))
        expect(standingOf(device, claimOf(firstRole, first))).toBe('covered')
        const standing = standingOf(device, claimOf(secondRole, second))
        if (secondRole !== firstRole) expect(standing).toBe('role-upgrade')
        else expect(standing).toBe(coversAll(firstRole, first, second) ? 'covered' : 'scope-upgrade')
      }),
    )
  })

  it('does not let scopes of one role be used in another', () => {
    const node = pair(claimOf('node', ['operator.admin']))
    const both = pair(claimOf('operator', ['operator.read']), node)
    expect(standingOf(both, claimOf('operator', ['operator.admin']))).toBe('scope-upgrade')
    expect(standingOf(both, claimOf('node', ['operator.admin']))).toBe('covered')
  })
})

describe('a request', () => {
  const about = { isSilent: true, now: 5 }

  it('asks for everything that was asked for, once, and repeating it changes nothing but its time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(role, scopes), { minLength: 1, maxLength: 6 }), (asks) => {
        const claims = asks.map(([role, scopes]) => claimOf(role, scopes))
        const first = newRequest('r1', claims[0]!, { isSilent: true, isRepair: false, now: 1 })
        const all = claims.reduce((request, claim) => repeatedRequest(request, claim, about), first)
        for (const claim of claims) expect(isSameRequest(repeatedRequest(all, claim, about), all)).toBe(true)
        for (const { role, scopes } of all.asks) {
          const wanted = asks.filter(([asked]) => asked === role).flatMap(([, scopes]) => scopes)
          expect(scopes).toEqual(united(wanted))
        }
        const device = approved(undefined, all, 9)
        expect(isSettled(all, device)).toBe(true)
        for (const claim of claims) expect(standingOf(device, claim)).toBe('covered')
      }),
    )
  })

  it('is silent only while all of it was, and lives from the last time', () => {
    const first = newRequest('r1', claimOf('operator', []), { isSilent: true, isRepair: false, now: 1 })
    const loud = repeatedRequest(first, claimOf('operator', []), { isSilent: false, now: 100_000 })
    expect(repeatedRequest(loud, claimOf('operator', []), about).isSilent).toBe(false)
    expect([isExpired(first, 300_000), isExpired(first, 300_001), isExpired(loud, 300_001)]).toEqual([
      false,
      true,
      false,
    ])
  })

  it('keeps only so much of what a device says about itself', () => {
    const client = { id: 'i'.repeat(999), mode: 'ui', platform: 'p'.repeat(999), displayName: 'n'.repeat(999) }
    const request = newRequest('r1', claimOf('operator', [], { client }), { ...about, isRepair: true })
    expect([request.clientId, request.platform, request.displayName].map((text) => text?.length)).toEqual([
      200, 200, 200,
    ])
  })

  it('may not list scopes without end', () => {
    expect(scopesRefusal(Array(64).fill('s'.repeat(100)))).toBeNull()
    expect(scopesRefusal(Array(65).fill('s'))).toBe('too many scopes (at most 64)')
    expect(scopesRefusal(['s'.repeat(101)])).toBe('scope too long (at most 100 characters)')
  })

  it('is beyond an approver who does not have what it would give to operators', () => {
    const asks = (role: Role, ...scopes: string[]) => [{ role, scopes }]
    const pairing = new Set(['operator.pairing'])
    expect(beyondApprover(asks('operator', 'operator.pairing', 'operator.read'), pairing)).toBe('operator.read')
    expect(beyondApprover(asks('operator', 'operator.pairing'), pairing)).toBeUndefined()
    expect(beyondApprover(asks('operator', 'operator.talk.secrets'), new Set(['operator.admin']))).toBeUndefined()
    expect(beyondApprover(asks('node', 'operator.admin'), pairing)).toBeUndefined()
  })
})

describe('an approval', () => {
  it('adds to what was approved before', () => {
    const before = withToken(pair(claimOf('operator', ['operator.read']), undefined, 3), 'operator', hash('a', []))
    const after = pair(claimOf('node', ['x']), before, 7)
    expect(pairedView(after)).toMatchObject({ roles: ['operator', 'node'], scopes: ['operator.read', 'x'] })
    expect(after).toMatchObject({ createdAtMs: 3, approvedAtMs: 7, tokens: before.tokens })
  })

  it('of another key forgets everything about the old one', () => {
    const before = withToken(pair(claimOf('operator', ['operator.admin'])), 'operator', hash('a', ['operator.admin']))
    const after = pair(claimOf('operator', [], { publicKey: 'k2' }), before, 7)
    expect(after).toMatchObject({ publicKey: 'k2', grants: [{ role: 'operator', scopes: [] }], tokens: [] })
    expect(after.createdAtMs).toBe(7)
  })
})

describe('tokens of a device', () => {
  const device = pair(claimOf('operator', ['operator.admin']))
  const claim = claimOf('operator', ['operator.read'])
  const shows = (digit: string) => (kept: string) => kept === digit.repeat(64)
  const verdict = (paired: PairedDevice, digit: string, claim: DeviceClaim) =>
    judgeToken(paired, tokenShown(paired, claim, shows(digit)), claim)

  it('are valid for their device, key, role and scopes, and no further', () => {
    const paired = withToken(device, 'operator', hash('a', ['operator.read']))
    expect(verdict(paired, 'a', claim)).toBe('valid')
    expect(verdict(paired, 'b', claim)).toBe('mismatch')
    expect(verdict(paired, 'a', claimOf('operator', ['operator.write']))).toBe('exceeds')
    expect(verdict(paired, 'a', claimOf('node', []))).toBe('mismatch')
    expect(verdict(paired, 'a', claimOf('operator', [], { publicKey: 'k2' }))).toBe('mismatch')
    expect(judgeToken(undefined, tokenShown(undefined, claim, shows('a')), claim)).toBe('mismatch')
  })

  it('are all compared, also when the first one fits', () => {
    const paired = ['a', 'b', 'c'].reduce((one, digit) => withToken(one, 'operator', hash(digit, [])), device)
    const asked: string[] = []
    tokenShown(paired, claim, (kept) => asked.push(kept[0]!) > 0)
    expect(asked).toEqual(['c', 'b', 'a'])
  })

  it('give way to newer ones, the oldest first', () => {
    const paired = ['a', 'b', 'c', 'd'].reduce((one, digit) => withToken(one, 'operator', hash(digit, [])), device)
    const nothing = claimOf('operator', [])
    expect(['a', 'b', 'c', 'd'].map((digit) => verdict(paired, digit, nothing))).toEqual([
      'mismatch',
      'valid',
      'valid',
      'valid',
    ])
  })

  it('all end with a rotation or revocation', () => {
    const paired = withToken(withToken(device, 'operator', hash('a', [], 1)), 'operator', hash('b', [], 2))
    const nothing = claimOf('operator', [])
    const rotated = withOnlyToken(paired, 'operator', hash('c', [], 3))
    expect(['a', 'b', 'c'].map((digit) => verdict(rotated, digit, nothing))).toEqual(['mismatch', 'mismatch', 'valid'])
    expect(rotated.tokens[0]).toMatchObject({ createdAtMs: 1, rotatedAtMs: 3 })
    const revoked = withoutTokens(rotated, 'operator', 4)!
    expect(verdict(revoked, 'c', nothing)).toBe('mismatch')
    expect(revoked.tokens[0]).toMatchObject({ hashes: [], revokedAtMs: 4 })
    expect(withToken(revoked, 'operator', hash('d', [], 5)).tokens[0]).not.toHaveProperty('revokedAtMs')
    expect(withoutTokens(device, 'operator', 4)).toBeUndefined()
  })

  it('allow what was approved later, for their role', () => {
    const narrow = withToken(pair(claimOf('operator', [])), 'operator', hash('a', []))
    const asks = [{ role: 'operator' as const, scopes: ['operator.read'] }]
    expect(verdict(withWiderTokens(pair(claim, narrow), asks), 'a', claim)).toBe('valid')
    expect(verdict(withWiderTokens(narrow, asks), 'a', claim)).toBe('exceeds')
    const revoked = withoutTokens(narrow, 'operator', 2)!
    expect(withWiderTokens(revoked, asks)).toEqual(revoked)
  })

  it('are rotated within what was approved', () => {
    fc.assert(
      fc.property(role, scopes, role, fc.option(scopes, { nil: undefined }), (granted, has, role, wanted) => {
        const allowed = rotatedScopes(pair(claimOf(granted, has)), role, wanted)
        if (role !== granted || !coversAll(role, has, wanted ?? [])) expect(allowed).toBeUndefined()
        else expect(allowed?.scopes).toEqual(united(wanted ?? has))
      }),
    )
  })
})

describe('what is listed', () => {
  it('has no hash, and says what a person needs to know', () => {
    const remote = claimOf('operator', ['operator.read'], { remoteIp: '192.0.2.7' })
    const device = seen(withToken(pair(remote), 'operator', hash('a', ['operator.read'])), claimOf('operator', []), 9)
    expect(JSON.stringify(pairedView(device))).not.toContain('aaaa')
    expect(pairedView(device)).toEqual({
      deviceId: 'd1',
      publicKey: 'k1',
      clientId: 'ui',
      clientMode: 'ui',
      role: 'operator',
      roles: ['operator'],
      scopes: ['operator.read'],
      createdAtMs: 1,
      approvedAtMs: 1,
      lastSeenAtMs: 9,
      tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1 }],
    })
    expect(pendingView(newRequest('r1', remote, { isSilent: true, isRepair: true, now: 4 }))).toEqual({
      requestId: 'r1',
      deviceId: 'd1',
      publicKey: 'k1',
      clientId: 'ui',
      clientMode: 'ui',
      remoteIp: '192.0.2.7',
      role: 'operator',
      roles: ['operator'],
      scopes: ['operator.read'],
      silent: true,
      isRepair: true,
      ts: 4,
      expiresAtMs: 300_004,
    })
  })
})

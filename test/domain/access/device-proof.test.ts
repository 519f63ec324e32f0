import { describe, expect, it } from 'vitest'
import { devicePayload } from '../../../src/domain/access/device-payload.js'
import { judgeDevice } from '../../../src/domain/access/device-proof.js'

const NOW = 1_000_000

function judge(
  block: Partial<{ id: string; signedAt: number; nonce: string }>,
  facts: { key?: { deviceId: string } | null; fits?: boolean } = {},
) {
  return judgeDevice(
    { id: 'me', publicKey: 'k', signature: 's', signedAt: NOW, nonce: 'n', ...block },
    {
      challengeNonce: 'n',
      now: NOW,
      maxSkewMs: 100,
      key: facts.key === undefined ? { deviceId: 'me' } : facts.key,
      signatureFits: () => facts.fits ?? true,
    },
  )
}

describe('judgeDevice', () => {
  it('believes a device that proves itself, white space around the nonce aside', () => {
    expect(judge({})).toBeNull()
    expect(judge({ nonce: ' n ' })).toBeNull()
    expect(judge({ signedAt: NOW - 100 })).toBeNull()
    expect(judge({ signedAt: NOW + 100 })).toBeNull()
  })

  it('names the first thing that is wrong, in the order of the protocol', () => {
    const wrong = { id: 'you', signedAt: 0, nonce: ' ' }
    expect(judge(wrong, { key: null, fits: false })).toBe('device-public-key')
    expect(judge(wrong, { fits: false })).toBe('device-id-mismatch')
    expect(judge({ ...wrong, id: 'me' }, { fits: false })).toBe('device-signature-stale')
    expect(judge({ signedAt: NOW + 101 })).toBe('device-signature-stale')
    expect(judge({ nonce: ' ' }, { fits: false })).toBe('device-nonce-missing')
    expect(judge({ nonce: 'other' }, { fits: false })).toBe('device-nonce-mismatch')
    expect(judge({}, { fits: false })).toBe('device-signature')
  })
})

describe('devicePayload', () => {
  it('joins nine fields, scopes as sent', () => {
    const claims = { deviceId: 'd', clientId: 'c', clientMode: 'm', role: 'r', signedAt: 7, token: 't', nonce: 'n' }
    expect(devicePayload({ ...claims, scopes: ['b', 'a'] })).toBe('v2|d|c|m|r|b,a|7|t|n')
    expect(devicePayload({ ...claims, scopes: [], token: '' })).toBe('v2|d|c|m|r||7||n')
  })
})

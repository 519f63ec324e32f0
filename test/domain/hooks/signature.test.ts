import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signatureIn, signatureRules } from '../../../src/domain/hooks/signature.js'

const hex = createHmac('sha256', 'key').update('body').digest('hex')
const base64 = createHmac('sha256', 'key').update('body').digest('base64')

describe('signatureIn', () => {
  it('reads hex and base64', () => {
    expect(signatureIn(`sha256=${hex}`, 'sha256=')).toBe(hex)
    expect(signatureIn(`sha256=${hex.toUpperCase()}`, 'sha256=')).toBe(hex)
    expect(signatureIn(base64, '')).toBe(hex)
    expect(signatureIn(` v1 ${hex} `, 'v1 ')).toBe(hex)
  })

  it.each([
    [undefined, 'sha256='],
    ['', ''],
    [hex, 'sha256='],
    [`sha1=${hex}`, 'sha256='],
    [`SHA256=${hex}`, 'sha256='],
    [`sha256=${hex}, sha256=${hex}`, 'sha256='],
    [`sha256=${hex.slice(1)}`, 'sha256='],
    [`sha256=${hex}0`, 'sha256='],
    ['sha256=', 'sha256='],
    [`${base64}=`, ''],
    [`sha256=${'g'.repeat(64)}`, 'sha256='],
  ])('finds none in %s', (header, prefix) => {
    expect(signatureIn(header, prefix)).toBeNull()
  })
})

describe('signatureRules', () => {
  const forAll = { header: 'X-Hub-Signature-256', prefix: 'sha256=', replacesToken: false }

  it('asks for nothing without a secret', () => {
    expect(signatureRules(forAll)).toBeNull()
    expect(signatureRules({ ...forAll, replacesToken: true }, { signature: { replacesToken: true } })).toBeNull()
    expect(signatureRules({ ...forAll, secret: '' })).toBeNull()
  })

  it('lets a mapping stand over what holds for all', () => {
    expect(signatureRules({ ...forAll, secret: 'a' })).toEqual({
      ...forAll,
      header: 'x-hub-signature-256',
      secret: 'a',
    })
    expect(
      signatureRules(
        { ...forAll, secret: 'a' },
        { signature: { header: 'X-Sig', prefix: '', secret: 'b', replacesToken: true } },
      ),
    ).toEqual({ header: 'x-sig', prefix: '', secret: 'b', replacesToken: true })
    expect(
      signatureRules({ ...forAll, secret: 'a', replacesToken: true }, { signature: { replacesToken: false } }),
    ).toMatchObject({
      secret: 'a',
      replacesToken: false,
    })
  })
})

import { describe, expect, it } from 'vitest'
import { NodeSecrets } from '../../src/adapters/secrets-node/node-secrets.js'
import { deriveKey, hashPassword } from '../../src/adapters/secrets-node/password-hash.js'
import { isPasswordHash } from '../../src/domain/access/password-hash.js'

describe('scrypt', () => {
  // RFC 7914, section 12.
  it.each([
    [
      { password: '', salt: '', ln: 4, r: 1, p: 1 },
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' +
        'fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      { password: 'password', salt: 'NaCl', ln: 10, r: 8, p: 16 },
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
        '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
    [
      { password: 'pleaseletmein', salt: 'SodiumChloride', ln: 14, r: 8, p: 1 },
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
        'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ],
  ])('gives what the RFC says for %j', async ({ password, salt, ...costs }, expected) => {
    expect((await deriveKey(password, Buffer.from(salt), 64, costs)).toString('hex')).toBe(expected)
  })

  it('gives the memory that the most expensive hash asks for', async () => {
    await expect(deriveKey('x', Buffer.from('salt'), 32, { ln: 17, r: 16, p: 1 })).resolves.toHaveLength(32)
  })
})

describe('a configured password', () => {
  it('is compared at once when it is plain', () => {
    const secrets = new NodeSecrets()
    expect(secrets.matchesPassword('hunter2', 'hunter2')).toBe(true)
    for (const given of ['', 'hunter', 'Hunter2', 'hunter22'])
      expect(secrets.matchesPassword(given, 'hunter2')).toBe(false)
  })

  it('is hashed with a salt of its own each time', async () => {
    const [first, second] = await Promise.all([hashPassword('hunter2'), hashPassword('hunter2')])
    expect(isPasswordHash(first)).toBe(true)
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$/)
    expect(first).not.toBe(second)
  })

  it('is known by its hash, at once the second time; a wrong one never is', async () => {
    const secrets = new NodeSecrets()
    const stored = await hashPassword('pässword')
    const wrongFirst = secrets.matchesPassword('password', stored)
    expect(wrongFirst).toBeInstanceOf(Promise)
    expect(await wrongFirst).toBe(false)
    expect(await secrets.matchesPassword('pässword', stored)).toBe(true)
    expect(secrets.matchesPassword('pässword', stored)).toBe(true)
    const wrongAfterwards = secrets.matchesPassword('password', stored)
    expect(wrongAfterwards).toBeInstanceOf(Promise)
    expect(await wrongAfterwards).toBe(false)
  })

  it('is asked again when another hash is stored', async () => {
    const secrets = new NodeSecrets()
    expect(await secrets.matchesPassword('old', await hashPassword('old'))).toBe(true)
    expect(await secrets.matchesPassword('old', await hashPassword('new'))).toBe(false)
  })

  it('cannot be shown as its own hash', async () => {
    const stored = await hashPassword('hunter2')
    expect(await new NodeSecrets().matchesPassword(stored, stored)).toBe(false)
  })

  it.each(['$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', '$scrypt$'])(
    'that only resembles a hash is matched by nothing: %s',
    (stored) => {
      const secrets = new NodeSecrets()
      for (const given of [stored, '', 'hunter2']) expect(secrets.matchesPassword(given, stored)).toBe(false)
    },
  )

  it('answers everybody who asks at the same time', async () => {
    const secrets = new NodeSecrets()
    const stored = await hashPassword('right')
    const given = ['wrong', 'right', 'wrong', 'right', 'Right', 'right']
    const answers = await Promise.all(given.map((text) => secrets.matchesPassword(text, stored)))
    expect(answers).toEqual([false, true, false, true, false, true])
  })
})

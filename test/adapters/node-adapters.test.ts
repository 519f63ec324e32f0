import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { NodeIds } from '../../src/adapters/ids-node/node-ids.js'
import { SequenceIds } from '../../src/adapters/ids-sequence/sequence-ids.js'
import { NodeSecrets } from '../../src/adapters/secrets-node/node-secrets.js'
import { RecentValues } from '../../src/adapters/secrets-node/recent-values.js'
import { NodeSystemInfo } from '../../src/adapters/system-info-node/node-system-info.js'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe.each([
  ['NodeIds', () => new NodeIds()],
  ['SequenceIds', () => new SequenceIds()],
])('%s', (_, create) => {
  it('makes well-formed ids that never repeat', () => {
    const ids = create()
    const uuids = Array.from({ length: 100 }, () => ids.uuid())
    const tokens = Array.from({ length: 100 }, () => ids.token(32))
    for (const uuid of uuids) expect(uuid).toMatch(UUID_V4)
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(new Set(uuids).size).toBe(100)
    expect(new Set(tokens).size).toBe(100)
    expect(Buffer.from(ids.token(5), 'base64url')).toHaveLength(5)
  })
})

it('SequenceIds are the same in every run', () => {
  const ids = new SequenceIds()
  expect([ids.uuid(), ids.uuid()]).toEqual([
    '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-000000000002',
  ])
})

describe('NodeSecrets', () => {
  const secrets = new NodeSecrets()
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const encoded = raw.toString('base64url')
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const signature = sign(null, Buffer.from('päyload'), privateKey).toString('base64url')

  it('hashes as SHA-256 does', () => {
    expect(secrets.hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(secrets.hash('ü')).toBe(createHash('sha256').update('ü', 'utf8').digest('hex'))
  })

  it('signs bytes with HMAC-SHA256', () => {
    const bytes = new TextEncoder().encode('what do ya want for nothing?')
    // RFC 4231, test case 2
    expect(secrets.hmac('Jefe', bytes)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })

  it('compares secrets of any length', () => {
    expect(secrets.equal('abc', 'abc')).toBe(true)
    expect(secrets.equal('ü', 'ü')).toBe(true)
    for (const given of ['', 'ab', 'abcd', 'abC', 'x'.repeat(100_000)]) expect(secrets.equal(given, 'abc')).toBe(false)
  })

  it.each([
    ['unpadded', encoded],
    ['padded', `${encoded}=`],
    ['standard base64', raw.toString('base64')],
    ['PEM', pem],
  ])('reads a key given as %s', (_, text) => {
    const deviceId = createHash('sha256').update(raw).digest('hex')
    expect(secrets.readPublicKey(text)).toEqual({ normalized: encoded, deviceId })
    expect(secrets.verify(text, 'päyload', signature)).toBe(true)
    expect(secrets.verify(text, 'payload', signature)).toBe(false)
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
  it.each([
    ['nothing', ''],
    ['too short', encoded.slice(1)],
    ['too long', `${encoded}AA`],
    ['another alphabet', `!${encoded.slice(1)}`],
    ['a broken PEM', '-----BEGIN PUBLIC KEY-----\nnope\n-----END PUBLIC KEY-----'],
    ['another kind of key', rsa],
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['very much text', 'A'.repeat(1_000_000)],
  ])('takes %s for no key', (_, text) => {
    expect(secrets.readPublicKey(text)).toBeNull()
    expect(secrets.verify(text, 'päyload', signature)).toBe(false)
  })

  it('takes a malformed signature for a wrong one', () => {
    for (const bad of ['', 'x', `${signature}AA`, signature.slice(2), '!'.repeat(86), 'A'.repeat(86)]) {
      expect(secrets.verify(encoded, 'päyload', bad)).toBe(false)
    }
    expect(secrets.verify(Buffer.alloc(32, 0xff).toString('base64url'), 'x', signature)).toBe(false)
  })
})

it('RecentValues forgets what was used least lately', () => {
  const recent = new RecentValues<string, number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.get('a')
  recent.set('c', 3)
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3])
})

it('NodeSystemInfo knows the machine and what it was told', () => {
  const info = new NodeSystemInfo({ version: '1.2.3', stateDir: '/s', configPath: '/s/c.json' })
  expect(info).toMatchObject({
    version: '1.2.3',
    stateDir: '/s',
    configPath: '/s/c.json',
    pid: process.pid,
    hostname: hostname(),
    platform: process.platform,
  })
})

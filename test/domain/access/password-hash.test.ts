import { describe, expect, it } from 'vitest'
import {
  formatPasswordHash,
  isPasswordHash,
  looksLikePasswordHash,
  parsePasswordHash,
} from '../../../src/domain/access/password-hash.js'

const SALT = 'c2FsdHNhbHRzYWx0c2FsdA'
const HASH = 'aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
const written = (costs: string, salt = SALT, hash = HASH) => `$scrypt$${costs}$${salt}$${hash}`

describe('a hashed password', () => {
  it('is read and written the same', () => {
    const text = written('ln=15,r=8,p=1')
    expect(parsePasswordHash(text)).toEqual({ ln: 15, r: 8, p: 1, salt: SALT, hash: HASH })
    expect(formatPasswordHash({ ln: 15, r: 8, p: 1, salt: SALT, hash: HASH })).toBe(text)
    expect(isPasswordHash(text)).toBe(true)
  })

  it.each(['ln=14,r=1,p=1', 'ln=17,r=16,p=4'])('may cost %s', (costs) => {
    expect(isPasswordHash(written(costs))).toBe(true)
  })

  it.each([
    ['too cheap', written('ln=13,r=8,p=1')],
    ['too much memory', written('ln=18,r=8,p=1')],
    ['a number that would overflow', written('ln=99,r=8,p=1')],
    ['blocks too large', written('ln=15,r=17,p=1')],
    ['too many rounds', written('ln=15,r=8,p=5')],
    ['nought', written('ln=15,r=0,p=1')],
    ['a leading zero', written('ln=015,r=8,p=1')],
    ['another order', written('r=8,ln=15,p=1')],
    ['a short salt', written('ln=15,r=8,p=1', 'c2FsdA')],
    ['a short hash', written('ln=15,r=8,p=1', SALT, 'aGFzaA')],
    ['an endless hash', written('ln=15,r=8,p=1', SALT, 'a'.repeat(87))],
    ['padding', `${written('ln=15,r=8,p=1')}=`],
    ['a line feed behind it', `${written('ln=15,r=8,p=1')}\n`],
    ['no hash', '$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA'],
  ])('is none with %s, though it looks like one', (_, text) => {
    expect(isPasswordHash(text)).toBe(false)
    expect(looksLikePasswordHash(text)).toBe(true)
  })

  it.each(['', 'hunter2', 'scrypt$ln=15', '$argon2id$v=19$m=65536', ' $scrypt$'])(
    'is not even resembled by "%s"',
    (text) => {
      expect(looksLikePasswordHash(text)).toBe(false)
      expect(isPasswordHash(text)).toBe(false)
    },
  )
})

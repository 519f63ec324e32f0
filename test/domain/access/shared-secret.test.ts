import { describe, expect, it } from 'vitest'
import { judgeSharedSecret, type SharedSecret } from '../../../src/domain/access/shared-secret.js'

const equal = (given: string, expected: string) => given === expected

describe('judgeSharedSecret', () => {
  it.each<[string, SharedSecret, { token?: string; password?: string; deviceToken?: string }, string]>([
    ['the token', { mode: 'token', token: 't' }, { token: 't' }, 'proven'],
    ['another token', { mode: 'token', token: 't' }, { token: 'x' }, 'token_mismatch'],
    ['no token', { mode: 'token', token: 't' }, { password: 't', deviceToken: 't' }, 'token_missing'],
    ['an empty token', { mode: 'token', token: 't' }, { token: '' }, 'token_missing'],
    ['a token where none is set', { mode: 'token' }, { token: 't' }, 'token_missing_config'],
    ['an empty token where an empty one is set', { mode: 'token', token: '' }, { token: '' }, 'token_missing_config'],
    ['the password', { mode: 'password', password: 'p' }, { password: 'p' }, 'proven'],
    ['the token in password mode', { mode: 'password', password: 'p', token: 't' }, { token: 't' }, 'password_missing'],
    ['another password', { mode: 'password', password: 'p' }, { password: 'x' }, 'password_mismatch'],
    ['a password where none is set', { mode: 'password' }, { password: 'p' }, 'password_missing_config'],
    ['nothing in mode none', { mode: 'none', token: 't' }, {}, 'open'],
  ])('judges %s', (_, secret, given, verdict) => {
    const judged = judgeSharedSecret(secret, given, equal)
    expect(judged.kind === 'refused' ? judged.reason : judged.kind).toBe(verdict)
  })
})

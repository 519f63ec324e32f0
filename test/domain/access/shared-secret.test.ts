import { describe, expect, it } from 'vitest'
import { type SharedSecret, secretQuestion, secretShown } from '../../../src/domain/access/shared-secret.js'

type Given = { token?: string; password?: string; deviceToken?: string }

describe('what must be compared', () => {
  it.each<[string, SharedSecret, Given, string]>([
    ['the token', { mode: 'token', token: 't' }, { token: 't' }, 'compare token t with t'],
    ['another token', { mode: 'token', token: 't' }, { token: 'x' }, 'compare token x with t'],
    ['no token', { mode: 'token', token: 't' }, { password: 't', deviceToken: 't' }, 'token_missing'],
    ['an empty token', { mode: 'token', token: 't' }, { token: '' }, 'token_missing'],
    ['a token where none is set', { mode: 'token' }, { token: 't' }, 'token_missing_config'],
    ['an empty token where an empty one is set', { mode: 'token', token: '' }, { token: '' }, 'token_missing_config'],
    ['the password', { mode: 'password', password: 'p' }, { password: 'p' }, 'compare password p with p'],
    ['the token in password mode', { mode: 'password', password: 'p', token: 't' }, { token: 't' }, 'password_missing'],
    ['a password where none is set', { mode: 'password' }, { password: 'p' }, 'password_missing_config'],
    ['nothing in mode none', { mode: 'none', token: 't' }, {}, 'open'],
    [
      'a pass of this machine, which is not the token',
      { mode: 'token', localPass: 'l' },
      { token: 'l' },
      'token_missing_config',
    ],
  ])('is told for %s', (_, secret, given, expected) => {
    const question = secretQuestion(secret, given)
    const told =
      question.kind === 'compare'
        ? `compare ${question.with} ${question.shown} with ${question.expected}`
        : question.kind === 'refused'
          ? question.reason
          : question.kind
    expect(told).toBe(expected)
  })
})

describe('the secret that clients show', () => {
  it.each<[SharedSecret, string | null]>([
    [{ mode: 'token', token: 't', password: 'p' }, 't'],
    [{ mode: 'password', token: 't', password: 'p' }, 'p'],
    [{ mode: 'token', password: 'p' }, null],
    [{ mode: 'none', token: 't' }, null],
    [{ mode: 'trusted-proxy', token: 't', localPass: 'l' }, null],
  ])('of %j is %s', (secret, shown) => {
    expect(secretShown(secret)).toBe(shown)
  })
})

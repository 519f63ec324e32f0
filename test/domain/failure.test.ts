import { describe, expect, it } from 'vitest'
import { Failure, messageOf } from '../../src/domain/failure.js'

describe('messageOf', () => {
  it.each([
    ['an error', new Error('it broke'), 'it broke'],
    ['an error without words', new TypeError(''), 'TypeError'],
    ['a text', 'plain', 'plain'],
    ['an empty text', '', 'unknown error'],
    ['nothing', undefined, 'undefined'],
    ['an object that cannot be written', Object.create(null), 'unknown error'],
  ])('finds words for %s', (_, thrown, words) => {
    expect(messageOf(thrown)).toBe(words)
  })
})

describe('a failure', () => {
  it('is named after its class and keeps its cause', () => {
    class StoveFailure extends Failure {}
    const cause = new Error('gas')
    const failure = new StoveFailure('cold', 'the stove is cold', { cause, retryable: true, retryAfterMs: 5 })
    expect(failure).toMatchObject({ name: 'StoveFailure', code: 'cold', retryable: true, retryAfterMs: 5, cause })
  })
})

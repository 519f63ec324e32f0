import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNamedIn, mentionPatternsOf } from '../../../src/domain/channels/mention-patterns.js'

describe('patterns of a mention', () => {
  const byName = mentionPatternsOf({ name: 'Mayros', emoji: '🦊' })

  it.each([
    ['hey Mayros, are you there?', true],
    ['@mayros hello', true],
    ['MAYROS!', true],
    ['what do you think 🦊', true],
    ['may\u200Bros?', true],
    ['mayrosity is no word', false],
    ['ask @mayros_fan', false],
    ['ask @old.mayros instead', false],
    ['ask @mayros_fan, or mayros', true],
    ['nothing here', false],
  ])('%s', (text, isNamed) => {
    expect(isNamedIn(text, byName)).toBe(isNamed)
  })

  it('are those of the agent, else the general ones, else derived', () => {
    expect(mentionPatternsOf({ own: ['a'], general: ['b'], name: 'c' }).map(({ source }) => source)).toEqual(['a'])
    expect(mentionPatternsOf({ own: [], general: ['b'], name: 'c' })).toHaveLength(1)
    expect(mentionPatternsOf({ general: ['b'], name: 'c' }).map(({ source }) => source)).toEqual(['b'])
    expect(mentionPatternsOf({})).toEqual([])
  })

  it('take any name literally', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.*+?()[\]{}^$|\\/ -]{1,12}$/u), (name) => {
        fc.pre(name.trim() !== '')
        expect(isNamedIn(`so ${name.trim()} said`, mentionPatternsOf({ name }))).toBe(true)
      }),
    )
  })
})

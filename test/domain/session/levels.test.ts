import { describe, expect, it } from 'vitest'
import { type LevelName, readLevel, readThinkingLevel } from '../../../src/domain/session/levels.js'

describe('levels', () => {
  it.each<[LevelName, string, string | null | undefined]>([
    ['verboseLevel', 'off', 'off'],
    ['verboseLevel', ' ON ', 'on'],
    ['verboseLevel', 'full', 'full'],
    ['verboseLevel', 'loud', undefined],
    ['reasoningLevel', 'off', null],
    ['reasoningLevel', 'stream', 'stream'],
    ['responseUsage', 'on', 'tokens'],
    ['responseUsage', 'off', null],
    ['elevatedLevel', 'off', 'off'],
    ['elevatedLevel', 'ask', 'ask'],
    ['execAsk', 'on-miss', 'on-miss'],
    ['sendPolicy', 'deny', 'deny'],
    ['groupActivation', 'always', 'always'],
    ['groupActivation', 'constructor', undefined],
  ])('%s %j is stored as %j', (name, word, stored) => {
    expect(readLevel(name, word)).toBe(stored)
  })

  it.each([
    ['on', 'low'],
    ['max', 'high'],
    ['Think Harder', 'medium'],
    ['x-high', 'xhigh'],
    ['minimal', 'minimal'],
    ['off', 'off'],
    ['toString', undefined],
    ['', undefined],
  ])('thinking %j means %j', (word, level) => {
    expect(readThinkingLevel(word)).toBe(level)
  })
})

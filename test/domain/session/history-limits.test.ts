import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { historyLimitOf, historyLimitsOf, lastTurns } from '../../../src/domain/session/history-limits.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'
import { damagedConversation } from './interrupted-runs.js'

const user = (said: string): TranscriptMessage => ({
  role: 'user',
  content: [{ type: 'text', text: said }],
  timestamp: 1,
})
const assistant: TranscriptMessage = { role: 'assistant', content: [{ type: 'text', text: 'ok' }], timestamp: 1 }
const divider: TranscriptMessage = { role: 'system', kind: 'compaction', content: [], timestamp: 1 }

describe('historyLimitsOf', () => {
  const written = {
    channels: {
      telegram: {
        historyLimit: 9,
        dmHistoryLimit: 8,
        dms: { '1': { historyLimit: 1 } },
        accounts: { work: { dmHistoryLimit: 3, dms: { '2': { historyLimit: 2 } } }, home: {} },
      },
    },
  }
  const config = schemaFor(written).parse(written)

  it('takes what is written for the account, then for the channel, and no built-in numbers', () => {
    const dms = { '1': { historyLimit: 1 } }
    expect(historyLimitsOf(config, 'telegram', 'home')).toEqual({ historyLimit: 9, dmHistoryLimit: 8, dms })
    expect(historyLimitsOf(config, 'telegram', 'work')).toEqual({
      historyLimit: 9,
      dmHistoryLimit: 3,
      dms: { '2': { historyLimit: 2 } },
    })
    expect(historyLimitsOf(config, 'irc', 'default')).toEqual({})
    expect(historyLimitsOf(config, 'webchat', 'default')).toEqual({})
  })
})

describe('historyLimitOf', () => {
  const limits = {
    historyLimit: 7,
    dmHistoryLimit: 5,
    dms: { ann: { historyLimit: 2 }, bob: {}, eve: { historyLimit: 0 } },
  }

  it('takes the chat, then all direct chats; groups have their own', () => {
    expect(historyLimitOf(limits, { kind: 'group', peerId: 'ann' })).toBe(7)
    expect(historyLimitOf(limits, { kind: 'direct', peerId: 'ann' })).toBe(2)
    expect(historyLimitOf(limits, { kind: 'direct', peerId: 'bob' })).toBe(5)
    expect(historyLimitOf(limits, { kind: 'direct', peerId: 'constructor' })).toBe(5)
    expect(historyLimitOf(limits, { kind: 'direct', peerId: 'eve' })).toBeNull()
    expect(historyLimitOf({}, { kind: 'direct' })).toBeNull()
  })
})

describe('lastTurns', () => {
  it('keeps the last turns, and the summary in front of them', () => {
    const history = [divider, user('a'), assistant, user('b'), user('c'), assistant, user('d')]
    expect(lastTurns(history, 2)).toEqual([divider, ...history.slice(3)])
    expect(lastTurns(history.slice(1), 1)).toEqual([user('d')])
    expect(lastTurns(history, 9)).toEqual(history)
    expect(lastTurns(history, null)).toBe(history)
  })

  it('is always an end of the conversation', () =>
    fc.assert(
      fc.property(damagedConversation, fc.integer({ min: 1, max: 4 }), (messages, turns) => {
        const kept = lastTurns(messages, turns).filter(({ role }) => role !== 'system')
        const all = messages.filter(({ role }) => role !== 'system')
        expect(kept).toEqual(all.slice(all.length - kept.length))
      }),
    ))
})

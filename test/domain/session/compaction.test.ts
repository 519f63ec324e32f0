import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutForSummary } from '../../../src/domain/session/compaction.js'
import { plainNote, readableParts, summaryPrompt } from '../../../src/domain/session/compaction-words.js'
import { historyTokens, textTokens } from '../../../src/domain/session/context-size.js'
import { CallResults, toolCallsOf } from '../../../src/domain/session/hygiene-results.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'
import { damagedConversation } from './interrupted-runs.js'

const itself = (message: TranscriptMessage) => message
const user = (said: string): TranscriptMessage => ({
  role: 'user',
  content: [{ type: 'text', text: said }],
  timestamp: 1,
})
const assistant = (said: string): TranscriptMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text: said }],
  timestamp: 1,
})
const calling = (id: string): TranscriptMessage => ({
  role: 'assistant',
  content: [{ type: 'toolCall', id, name: 'look', arguments: {} }],
  timestamp: 1,
})
const result = (toolCallId: string): TranscriptMessage => ({
  role: 'toolResult',
  toolCallId,
  toolName: 'look',
  content: [],
  isError: false,
  timestamp: 1,
})
const divider: TranscriptMessage = { role: 'system', kind: 'compaction', content: [], timestamp: 1 }

describe('cutForSummary', () => {
  const turns = [user('a'), assistant('b'), user('c'), assistant('d'), user('e'), assistant('f')]

  it('keeps whole turns within the size, and at least the last one', () => {
    expect(cutForSummary(turns, itself, 0)?.tail).toEqual(turns.slice(4))
    expect(cutForSummary(turns, itself, historyTokens(turns.slice(2)))?.tail).toEqual(turns.slice(2))
    expect(cutForSummary(turns, itself, historyTokens(turns.slice(2)) - 1)?.tail).toEqual(turns.slice(4))
  })

  it('has nothing to do for one turn, or when everything fits, or when only a summary is older', () => {
    expect(cutForSummary([], itself, 0)).toBeNull()
    expect(cutForSummary(turns.slice(0, 2), itself, 0)).toBeNull()
    expect(cutForSummary(turns, itself, 10_000)).toBeNull()
    expect(cutForSummary([divider, ...turns.slice(4)], itself, 0)).toBeNull()
  })

  it('keeps a question that came between a call and its result with the turn before', () => {
    const late = [user('a'), assistant('b'), user('c'), calling('1'), user('d'), result('1'), assistant('e')]
    expect(cutForSummary(late, itself, 0)?.tail).toEqual(late.slice(2))
  })

  it('keeps the whole turn in which the user spoke while tools were at work', () => {
    const steered = [
      user('a'),
      assistant('b'),
      user('c'),
      calling('1'),
      result('1'),
      user('d'),
      calling('2'),
      result('2'),
    ]
    expect(cutForSummary(steered, itself, 0)?.tail).toEqual(steered.slice(2))
  })

  it('keeps two calls of one id together with both their results', () => {
    const call = { type: 'toolCall', id: 'twice', name: 'look', arguments: {} } as const
    const result = { role: 'toolResult', toolCallId: 'twice', toolName: 'look', content: [], isError: false } as const
    const messages: TranscriptMessage[] = [
      user('first'),
      { role: 'assistant', content: [call, call], timestamp: 2, stopReason: 'toolUse' },
      { ...result, timestamp: 3 },
      user('said in between'),
      { ...result, timestamp: 4 },
    ]
    expect(cutForSummary(messages, itself, 0)).toBeNull()
  })

  it('never splits a call from its result, and loses and reorders nothing', () =>
    fc.assert(
      fc.property(damagedConversation, fc.integer({ min: 0, max: 100 }), (messages, keepTokens) => {
        const cut = cutForSummary(messages, itself, keepTokens)
        if (cut === null) return
        expect([...cut.older, ...cut.tail]).toEqual(messages)
        expect(cut.tail[0]?.role).toBe('user')
        expect(cut.older.some(({ role }) => role !== 'system')).toBe(true)
        expect(answered(cut.older) + answered(cut.tail)).toBe(answered(messages))
      }),
      { numRuns: 1_000 },
    ))
})

/** How many calls have a result. */
function answered(messages: readonly TranscriptMessage[]): number {
  const results = new CallResults(messages)
  return messages
    .map(
      (message, index) => toolCallsOf(message.content).filter((_, nth) => results.of(index, nth) !== undefined).length,
    )
    .reduce((sum, count) => sum + count, 0)
}

describe('what a model is given for a summary', () => {
  it('is whole messages in pieces that fit', () => {
    const messages = Array.from({ length: 40 }, (_, at) => user(`message ${at} ${'x'.repeat(200)}`))
    const parts = readableParts(messages, 400)
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.flatMap((part) => part.messages)).toEqual(messages)
    for (const { text } of parts) expect(textTokens(text)).toBeLessThanOrEqual(400)
  })

  it('fits whatever the messages are', () =>
    fc.assert(
      fc.property(damagedConversation, fc.integer({ min: 300, max: 2_000 }), (messages, max) => {
        for (const { text } of readableParts(messages, max)) expect(textTokens(text)).toBeLessThanOrEqual(max)
      }),
    ))

  it('cuts a message that is too long by itself', () => {
    const [part, ...more] = readableParts([user('今'.repeat(50_000))], 1_000)
    expect(more).toEqual([])
    expect(textTokens(part?.text ?? '')).toBeLessThanOrEqual(1_020)
  })

  it('cannot be ended by what somebody said', () => {
    const prompt = summaryPrompt({ previous: '</notes>', part: 'x </conversation> y', maxTokens: 100 })
    expect(prompt.match(/<\/conversation>/g)).toHaveLength(1)
    expect(prompt.match(/<\/notes>/g)).toHaveLength(1)
  })

  it('holds the wish and the summary so far', () => {
    const prompt = summaryPrompt({ previous: 'so far', part: 'p', instructions: ' keep the prices ', maxTokens: 100 })
    expect(prompt).toContain('mind this: keep the prices')
    expect(prompt).toContain('so far')
    expect(summaryPrompt({ previous: '', part: 'p', maxTokens: 100 })).not.toMatch(/mind this|<notes>/)
  })

  it('is a note of what the user said where there is no model', () => {
    const note = plainNote([user('buy  milk\nplease'), assistant('done')], 'They met.')
    expect(note).toMatch(/^They met\./)
    expect(note).toContain('2 messages after that are not shown')
    expect(note).toContain('- buy milk please')
  })
})

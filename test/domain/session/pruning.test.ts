import { describe, expect, it } from 'vitest'
import { prunedHistory } from '../../../src/domain/session/pruning.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'

const rules = { ttlMs: 1_000, keepLastAssistants: 1, minPrunableToolChars: 5_000 }
const long = `${'a'.repeat(3_000)}${'b'.repeat(3_000)}`

const user = (timestamp: number): TranscriptMessage => ({
  role: 'user',
  content: [{ type: 'text', text: long }],
  timestamp,
})
const assistant = (timestamp: number): TranscriptMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text: long }],
  timestamp,
})
const result = (timestamp: number, text = long): TranscriptMessage => ({
  role: 'toolResult',
  toolCallId: String(timestamp),
  toolName: 'look',
  content: [{ type: 'text', text }],
  isError: false,
  timestamp,
})
const lengths = (messages: readonly TranscriptMessage[]) =>
  messages.map(({ content: [block] }) => (block?.type === 'text' ? block.text.length : 0))

describe('prunedHistory', () => {
  const history = [user(1), assistant(2), result(3), assistant(4), result(5), assistant(6)]

  it('leaves what the provider still remembers', () => {
    expect(prunedHistory(history, rules, 1_005)).toBe(history)
  })

  it('cuts long results before the last answers after a pause, and nothing else', () => {
    const pruned = prunedHistory(history, rules, 1_006)
    expect(lengths(pruned)).toEqual([6_000, 6_000, expect.any(Number), 6_000, expect.any(Number), 6_000])
    const [block] = pruned[2]?.content ?? []
    expect(block?.type === 'text' ? block.text : '').toMatch(/^a{1500}\n\[3000 characters of this old .*\]\nb{1500}$/)
    expect(lengths(prunedHistory(history, { ...rules, keepLastAssistants: 2 }, 1_006))[4]).toBe(6_000)
    expect(prunedHistory(history, { ...rules, keepLastAssistants: 3 }, 1_006)).toEqual(history)
  })

  it('keeps results that are shorter than the limit', () => {
    expect(prunedHistory(history, { ...rules, minPrunableToolChars: 6_001 }, 9_000)).toEqual(history)
  })

  it('cuts alike until the next pause, so that the cache finds it again', () => {
    const later = [...history, user(5_000), assistant(5_001), result(5_002)]
    const first = prunedHistory(history, rules, 5_000)
    expect(prunedHistory(later, rules, 5_900).slice(0, history.length)).toEqual(first)
    expect(lengths(prunedHistory(later, rules, 5_900)).at(-1)).toBe(6_000)
  })

  it('shows old pictures no more', () => {
    const picture: TranscriptMessage = {
      ...result(3),
      content: [{ type: 'image', mimeType: 'image/png', data: 'A'.repeat(9_000) }],
    } as TranscriptMessage
    expect(JSON.stringify(prunedHistory([user(1), picture, assistant(4)], rules, 9_000))).toContain(
      'Old picture, image/png',
    )
  })
})

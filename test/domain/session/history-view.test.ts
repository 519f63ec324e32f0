import { describe, expect, it } from 'vitest'
import { historyJson, historyLimits } from '../../../src/domain/session/history-view.js'
import type { ContentBlock, TranscriptEntry, TranscriptMessage } from '../../../src/domain/session/transcript.js'
import { utf8Length } from '../../../src/domain/session/utf8-length.js'

let nextId = 0
const entry = (message: TranscriptMessage): TranscriptEntry => ({ id: `e${++nextId}`, message })
const user = (text: string, timestamp = 1): TranscriptEntry =>
  entry({ role: 'user', content: [{ type: 'text', text }], timestamp })
const assistant = (...content: ContentBlock[]): TranscriptEntry => entry({ role: 'assistant', content, timestamp: 2 })

const shown = (...entries: TranscriptEntry[]): any[] => JSON.parse(historyJson(entries))

describe('history view', () => {
  it('shows every role with its fields and nothing else', () => {
    const costly = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', thinkingSignature: 'secret' },
        { type: 'toolCall', id: 't1', name: 'look', arguments: { at: 1 } },
      ],
      timestamp: 2,
      api: 'a',
      provider: 'p',
      model: 'm',
      stopReason: 'toolUse',
      usage: { input: 1, output: 2, total: 3 },
      cost: 7,
    } as unknown as TranscriptMessage
    const result: TranscriptMessage = {
      role: 'toolResult',
      toolCallId: 't1',
      toolName: 'look',
      content: [{ type: 'text', text: 'seen' }],
      isError: false,
      timestamp: 3,
    }
    const messages = shown(
      entry({
        role: 'user',
        content: [{ type: 'text', text: 'hi' }],
        timestamp: 1,
        provenance: { kind: 'external_user' },
      }),
      entry(costly),
      entry({ ...result, details: { huge: true } } as TranscriptMessage),
    )
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'hi' }], timestamp: 1, provenance: { kind: 'external_user' } },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'toolCall', id: 't1', name: 'look', arguments: { at: 1 } },
        ],
        timestamp: 2,
        api: 'a',
        provider: 'p',
        model: 'm',
        stopReason: 'toolUse',
      },
      result,
    ])
  })

  it('marks aborted answers and compaction dividers under both names', () => {
    const abort = { aborted: true, origin: 'rpc', runId: 'r1' } as const
    const divider = entry({ role: 'system', kind: 'compaction', content: [], timestamp: 9 })
    const messages = shown(
      entry({ role: 'assistant', content: [], timestamp: 2, stopReason: 'aborted', abort }),
      divider,
    )
    expect(messages[0]).toEqual({
      role: 'assistant',
      content: [],
      timestamp: 2,
      stopReason: 'aborted',
      openclawAbort: abort,
      mayrosAbort: abort,
    })
    const mark = { kind: 'compaction', id: divider.id }
    expect(messages[1]).toEqual({
      role: 'system',
      content: [{ type: 'text', text: 'Compaction' }],
      timestamp: 9,
      __openclaw: mark,
      __mayros: mark,
    })
  })

  it.each([
    ['', 0],
    ['QQ==', 1],
    ['QUI=', 2],
    ['QUJD', 3],
  ])('shows a picture of base64 %j as %d bytes, without its data', (data, bytes) => {
    const [message] = shown(assistant({ type: 'image', mimeType: 'image/png', data }))
    expect(message.content).toEqual([{ type: 'image', mimeType: 'image/png', omitted: true, bytes }])
  })

  it('takes out reply tags from all and inbound prefixes from people only', () => {
    const prefixed = '[Wed 2026-01-28 20:30 UTC] hello'
    const messages = shown(user(prefixed), assistant({ type: 'text', text: `[[reply_to_current]] ${prefixed}` }))
    expect(messages.map((message) => message.content[0].text)).toEqual(['hello', prefixed])
  })

  it('cuts long fields at the limit and says so', () => {
    const { fieldChars } = historyLimits
    const exact = 'x'.repeat(fieldChars)
    const long = `${exact}y`
    const cut = `${exact}\n...(truncated)...`
    const [first, second] = shown(
      user(exact),
      assistant(
        { type: 'text', text: long },
        { type: 'thinking', thinking: long },
        { type: 'toolCall', id: 'a', name: 'b', arguments: long },
      ),
    )
    expect(first.content[0].text).toBe(exact)
    expect(second.content).toEqual([
      { type: 'text', text: cut },
      { type: 'thinking', thinking: cut },
      { type: 'toolCall', id: 'a', name: 'b', arguments: cut },
    ])
  })

  it('cuts a very long text just the same, and never a character in two', () => {
    const { fieldChars } = historyLimits
    const [very, split] = shown(user('z'.repeat(fieldChars * 5)), user(`${'x'.repeat(fieldChars - 1)}😀 and more`))
    expect(very.content[0].text).toBe(`${'z'.repeat(fieldChars)}\n...(truncated)...`)
    expect(split.content[0].text).toBe(`${'x'.repeat(fieldChars - 1)}\n...(truncated)...`)
  })

  it('replaces a message that is too large, counting bytes and not characters', () => {
    const call = (text: string) => assistant({ type: 'toolCall', id: 'a', name: 'b', arguments: { text } })
    const [fits, tooLarge] = shown(call('x'.repeat(100_000)), call('ü'.repeat(100_000)))
    expect(fits.content[0].arguments.text).toHaveLength(100_000)
    const mark = { truncated: true, reason: 'oversized' }
    expect(tooLarge).toEqual({
      role: 'assistant',
      timestamp: 2,
      content: [{ type: 'text', text: '[chat.history omitted: message too large]' }],
      __openclaw: mark,
      __mayros: mark,
    })
  })

  it('drops the oldest messages until the whole fits', () => {
    const large = Array.from({ length: 80 }, (_, at) =>
      entry({
        role: 'assistant',
        content: [{ type: 'toolCall', id: `${at}`, name: 'b', arguments: { text: 'é'.repeat(60_000) } }],
        timestamp: at,
      }),
    )
    const json = historyJson(large)
    const messages = JSON.parse(json) as { timestamp: number }[]
    const size = utf8Length(json)
    expect(size).toBeLessThanOrEqual(historyLimits.totalBytes)
    expect(size + size / messages.length).toBeGreaterThan(historyLimits.totalBytes)
    expect(messages.map((message) => message.timestamp)).toEqual(
      large.slice(-messages.length).map((e) => e.message.timestamp),
    )
    expect(historyJson([])).toBe('[]')
  })
})

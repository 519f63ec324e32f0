import type { LanguageModelV3Prompt } from '@ai-sdk/provider'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transcriptPrompt } from '../../src/adapters/runner-ai-sdk/transcript-prompt.js'
import { PROVIDER_KINDS } from '../../src/domain/session/hygiene-rules.js'
import type { ContentBlock, TranscriptMessage } from '../../src/domain/session/transcript.js'

const text = (said: string): ContentBlock => ({ type: 'text', text: said })
const call = (id: string, name = 'look'): ContentBlock => ({ type: 'toolCall', id, name, arguments: { id } })
const user = (...content: ContentBlock[]): TranscriptMessage => ({ role: 'user', content, timestamp: 1 })
const assistant = (...content: ContentBlock[]): TranscriptMessage => ({ role: 'assistant', content, timestamp: 1 })
const result = (toolCallId: string, said: string): TranscriptMessage => ({
  role: 'toolResult',
  toolCallId,
  toolName: 'look',
  content: [text(said)],
  isError: false,
  timestamp: 1,
})
const divider = (...content: ContentBlock[]): TranscriptMessage => ({
  role: 'system',
  kind: 'compaction',
  content,
  timestamp: 1,
})

function promptOf(history: TranscriptMessage[], message = 'now', images = true): LanguageModelV3Prompt {
  return transcriptPrompt({ api: 'anthropic-messages', system: '', history, message, images })
}

describe('transcriptPrompt', () => {
  it('puts the system prompt first and the message last', () => {
    const prompt = transcriptPrompt({
      api: 'openai-completions',
      system: 'Be kind.',
      history: [user(text('a')), assistant(text('b'))],
      message: 'c',
      images: true,
    })
    expect(prompt).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: [{ type: 'text', text: 'a' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
      { role: 'user', content: [{ type: 'text', text: 'c' }] },
    ])
  })

  it('drops empty answers and joins the user messages around them', () => {
    expect(promptOf([user(text('a')), assistant(text('  ')), assistant({ type: 'thinking', thinking: 'hm' })])).toEqual(
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'now' },
          ],
        },
      ],
    )
  })

  it('keeps what an aborted answer had said', () => {
    const aborted: TranscriptMessage = {
      role: 'assistant',
      content: [text('half an ans')],
      timestamp: 1,
      stopReason: 'aborted',
      abort: { aborted: true, origin: 'rpc', runId: 'r' },
    }
    expect(JSON.stringify(promptOf([user(text('a')), aborted]))).toContain('half an ans')
  })

  it('answers a call that was never answered', () => {
    expect(promptOf([user(text('a')), assistant(text('wait'), call('1'))]).slice(1, 3)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'wait' },
          { type: 'tool-call', toolCallId: '1', toolName: 'look', input: { id: '1' } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: '1',
            toolName: 'look',
            output: { type: 'error-text', value: expect.stringContaining('interrupted') },
          },
        ],
      },
    ])
  })

  it('brings late results to their calls and drops results without a call', () => {
    const prompt = promptOf([
      user(text('a')),
      assistant(call('1')),
      user(text('b')),
      result('1', 'late'),
      result('9', 'orphan'),
    ])
    expect(prompt.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'user'])
    expect(JSON.stringify(prompt[2])).toContain('late')
    expect(JSON.stringify(prompt)).not.toContain('orphan')
  })

  it('tells calls with the same id apart', () => {
    const prompt = promptOf([
      user(text('a')),
      assistant(call('call_0')),
      result('call_0', 'first'),
      user(text('b')),
      assistant(call('call_0')),
      result('call_0', 'second'),
    ])
    const tools = prompt.filter((message) => message.role === 'tool').flatMap((message) => message.content)
    expect(tools).toMatchObject([
      { toolCallId: 'call_0', output: { value: 'first' } },
      { toolCallId: 'call_0_2', output: { value: 'second' } },
    ])
  })

  it('begins at the last divider', () => {
    const prompt = promptOf([user(text('old')), divider(text('they talked')), assistant(text('go on'))])
    expect(JSON.stringify(prompt)).not.toContain('old')
    expect(prompt[0]).toMatchObject({ role: 'user', content: [{ text: expect.stringContaining('they talked') }] })
  })

  it('shows pictures as files, or says that they cannot be seen', () => {
    const picture: ContentBlock = { type: 'image', mimeType: 'image/png', data: 'AAAA' }
    expect(promptOf([user(picture)])[0]?.content[0]).toEqual({ type: 'file', mediaType: 'image/png', data: 'AAAA' })
    expect(promptOf([user(picture)], 'now', false)[0]?.content[0]).toMatchObject({ type: 'text' })
  })

  it('mends half characters', () => {
    expect(JSON.stringify(promptOf([user(text('a')), assistant(text('cut \ud83d'))]))).not.toContain('\\ud83d')
  })

  it('never asks with nothing', () => {
    expect(promptOf([], '   ')).toEqual([
      { role: 'user', content: [{ type: 'text', text: '[The message was empty.]' }] },
    ])
  })
})

describe('any transcript whatever', () => {
  const ids = fc.constantFrom('', 'a', 'b', 'call/1', 'x'.repeat(80))
  const block: fc.Arbitrary<ContentBlock> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: fc.string({ unit: 'binary' }) }),
    fc.record({ type: fc.constant('thinking' as const), thinking: fc.string() }),
    fc.record({
      type: fc.constant('toolCall' as const),
      id: ids,
      name: fc.string(),
      arguments: fc.oneof(fc.object(), fc.string(), fc.constant(undefined)),
    }),
    fc.record({
      type: fc.constant('image' as const),
      mimeType: fc.constantFrom('image/png', 'text/plain'),
      data: fc.constantFrom('', 'AAAA'),
    }),
  )
  const content = fc.array(block, { maxLength: 5 })
  const message: fc.Arbitrary<TranscriptMessage> = fc.oneof(
    content.map((blocks) => user(...blocks)),
    content.map((blocks) => assistant(...blocks)),
    fc.tuple(ids, fc.string()).map(([id, said]) => result(id, said)),
    { weight: 1, arbitrary: content.map((blocks) => divider(...blocks)) },
  )

  it('becomes a prompt that every provider accepts', () =>
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.string(),
        fc.string(),
        fc.boolean(),
        fc.constantFrom(...PROVIDER_KINDS),
        (history, system, said, images, api) => {
          const prompt = transcriptPrompt({ api, system, history, message: said, images })
          const turns = prompt.filter((each) => each.role !== 'system')
          expect(turns[0]?.role).toBe('user')
          expect(turns.at(-1)?.role).toBe('user')
          const seen = new Set<string>()
          turns.forEach((turn, index) => {
            const next = turns[index + 1]
            expect(turn.content.length).toBeGreaterThan(0)
            expect(next?.role === turn.role && turn.role !== 'tool').toBe(false)
            for (const part of turn.content) {
              if (typeof part === 'string') continue
              if (part.type === 'text') expect(part.text.trim()).not.toBe('')
              if (part.type === 'file') expect(images && part.data !== '').toBe(true)
              if (part.type !== 'tool-call') continue
              expect(part.toolCallId).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
              expect(part.toolName).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
              expect(seen.has(part.toolCallId)).toBe(false)
              seen.add(part.toolCallId)
            }
            const calls =
              turn.role === 'assistant'
                ? turn.content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []))
                : []
            const answers =
              next?.role === 'tool'
                ? next.content.flatMap((part) => (part.type === 'tool-result' ? [part.toolCallId] : []))
                : []
            expect(answers).toEqual(calls)
          })
          expect(JSON.stringify(prompt)).not.toMatch(/\\ud[89ab][0-9a-f]{2}/)
        },
      ),
      { numRuns: 500 },
    ))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatChunks, type ChatEnd, chatCompletion } from '../../../src/domain/openai/chat-completion.js'

interface Chunk {
  readonly id: string
  readonly created: number
  readonly model: string
  readonly usage?: unknown
  readonly choices: readonly {
    readonly delta: { readonly role?: string; readonly content?: string; readonly tool_calls?: readonly object[] }
    readonly finish_reason: string | null
  }[]
}

const head = fc.record({ id: fc.uuid(), created: fc.nat(), model: fc.string() })
const call = fc.record({ id: fc.string(), name: fc.string(), arguments: fc.string() })
const usage = fc.record(
  { input: fc.nat(), output: fc.nat(), total: fc.nat(), cacheRead: fc.nat() },
  { requiredKeys: ['input', 'output', 'total'] },
)
const pieces = fc.array(fc.string({ minLength: 1 }), { maxLength: 6 })
const end = fc
  .record({
    calls: fc.array(call, { maxLength: 3 }),
    wasCut: fc.boolean(),
    usage: fc.option(usage),
  })
  .map(({ calls, wasCut, usage: told }): Omit<ChatEnd, 'text'> => {
    return { calls, stopReason: calls.length > 0 ? 'toolUse' : wasCut ? 'length' : 'stop', usage: told }
  })

describe('an answer in pieces', () => {
  it('is the whole answer, when put together', () => {
    fc.assert(
      fc.property(head, pieces, end, fc.boolean(), (about, texts, ending, includesUsage) => {
        const whole = chatCompletion(about, { ...ending, text: texts.join('') })
        const chunks = new ChatChunks(about, includesUsage)
        const sent = [chunks.begin(), ...texts.map((text) => chunks.text(text)), ...chunks.end({ ...ending, text: '' })]
        expect(sent.pop()).toBe('[DONE]')
        const read = sent.map((text) => JSON.parse(text) as Chunk)
        for (const { id, created, model } of read) expect({ id, created, model }).toEqual(about)

        const choices = read.flatMap((chunk) => chunk.choices)
        const [choice] = whole.choices
        expect(choices[0]?.delta.role).toBe('assistant')
        expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe(choice?.message.content ?? '')
        expect(choices.map(({ finish_reason }) => finish_reason).filter((reason) => reason !== null)).toEqual([
          choice?.finish_reason,
        ])
        const asked = choices.flatMap(({ delta }) => delta.tool_calls ?? [])
        const expected = choice !== undefined && 'tool_calls' in choice.message ? choice.message.tool_calls : []
        expect(asked).toEqual(expected?.map((one, index) => ({ index, ...one })))
        expect(read.map((chunk) => chunk.usage)).toEqual(
          includesUsage ? [...Array(read.length - 1).fill(null), whole.usage] : Array(read.length).fill(undefined),
        )
      }),
    )
  })

  it('has no text beside calls where none was said, and tells of all tokens', () => {
    const about = { id: 'c', created: 1, model: 'm' }
    const calls = [{ id: 'c1', name: 'look', arguments: '{}' }]
    const asking = chatCompletion(about, { text: '', calls, stopReason: 'toolUse', usage: null })
    expect(asking.choices[0]).toMatchObject({ message: { content: null }, finish_reason: 'tool_calls' })
    expect(asking.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })
    const used = { input: 3, output: 4, total: 7, cacheRead: 2 }
    expect(chatCompletion(about, { text: '', calls: [], stopReason: 'length', usage: used })).toMatchObject({
      choices: [{ message: { content: '' }, finish_reason: 'length' }],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } },
    })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversationOfInput } from '../../../src/application/responses/conversation-of-input.js'
import type { InputItem, InputPart } from '../../../src/domain/openai/responses-input.js'
import { type ContentBlock, textOf } from '../../../src/domain/session/transcript.js'

type Item = Exclude<InputItem, { kind: 'reference' }>

const said = (role: 'user' | 'assistant' | 'system' | 'developer') => (text: string) =>
  [{ kind: 'message', role, parts: [{ kind: 'text', text: `${role} ${text}` }] }] satisfies Item[]
const word = fc.stringMatching(/^[a-z]{1,8}$/)
const used = fc.tuple(fc.uuid(), word).map(([callId, text]): Item[] => [
  { kind: 'call', callId, name: `tool-${text}`, arguments: '{}' },
  { kind: 'result', callId, parts: [{ kind: 'text', text }], param: 'input' },
])
const stretch = fc.oneof(
  word.map(said('user')),
  word.map(said('assistant')),
  word.map(said('system')),
  word.map(said('developer')),
  used,
)
const conversation = fc
  .tuple(fc.array(stretch, { maxLength: 12 }), fc.oneof(word.map(said('user')), used))
  .map(([before, last]) => [...before.flat(), ...last])

function read(items: readonly Item[]) {
  const contents = new Map<InputPart, ContentBlock>()
  for (const item of items) {
    if (!('parts' in item)) continue
    for (const part of item.parts) if (part.kind === 'text') contents.set(part, { type: 'text', text: part.text })
  }
  return conversationOfInput(items, { contents, nameOfCall: () => null, now: 7 })
}

describe('what an input means', () => {
  it('loses nothing that was said, and keeps its order', () => {
    fc.assert(
      fc.property(conversation, (items) => {
        const { standing, earlier, turn } = read(items)
        const textsOf = (...roles: readonly string[]) =>
          items.flatMap((item) =>
            item.kind === 'message' && roles.includes(item.role)
              ? item.parts.map((part) => (part as { text: string }).text)
              : [],
          )
        expect(standing === '' ? [] : standing.split('\n\n')).toEqual(textsOf('system', 'developer'))
        const asked = earlier.flatMap((message) => (message.role === 'user' ? [textOf(message)] : []))
        const last = turn.kind === 'message' ? turn.text.split('\n\n') : []
        expect([...asked, ...last]).toEqual(textsOf('user'))
        const answers = earlier.flatMap((message) => (message.role === 'assistant' ? message.content : []))
        expect(answers.flatMap((block) => (block.type === 'text' ? [block.text] : []))).toEqual(textsOf('assistant'))
        const results = [...earlier, ...(turn.kind === 'tool-results' ? turn.results : [])]
        const names = results.flatMap((message) => (message.role === 'toolResult' ? [message.toolName] : []))
        expect(names).toEqual(items.flatMap((item) => (item.kind === 'call' ? [item.name] : [])))
      }),
    )
  })

  it('is a transcript in which answers do not follow each other, and the turn is whole', () => {
    fc.assert(
      fc.property(conversation, (items) => {
        const { earlier, turn } = read(items)
        earlier.forEach((message, index) => {
          if (message.role === 'assistant') expect(earlier[index - 1]?.role).not.toBe('assistant')
        })
        expect(earlier.at(-1)?.role).not.toBe(turn.kind === 'message' ? 'user' : 'toolResult')
      }),
    )
  })

  it('hands arguments on that are no JSON', () => {
    const items: readonly Item[] = [
      { kind: 'call', callId: 'c', name: 'look', arguments: '{oops' },
      { kind: 'call', callId: 'd', name: 'look', arguments: '' },
      ...said('user')('x'),
    ]
    expect(read(items).earlier).toMatchObject([{ content: [{ arguments: '{oops' }, { arguments: {} }] }])
  })
})

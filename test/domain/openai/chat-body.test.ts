import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../../src/domain/openai/chat-body.js'
import { readChatMessages } from '../../../src/domain/openai/chat-input.js'
import { readChatBody } from '../../../src/domain/openai/read-chat-body.js'
import type { InputPart } from '../../../src/domain/openai/responses-input.js'
import { chatMessage, chatRequest } from './chat-samples.js'

/** Keys that hold what belongs to the caller, whose inside is nobody's business. */
const OPAQUE: ReadonlySet<string> = new Set(['parameters', 'schema', 'logit_bias'])

/** All objects within a value that a client may put one more key into. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, one]) => (OPAQUE.has(key) ? [] : objectsIn(one)))
  return [value as Record<string, unknown>, ...inner]
}

/** Every text of a message, picture or file, as the client wrote it. */
function saidIn(message: ChatMessage): readonly string[] {
  if (message.role === 'function') return [`${message.name}: ${message.content ?? ''}`]
  const { content } = message
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? [])
  const texts = parts.map((part) => {
    if ('text' in part) return part.text
    if ('refusal' in part) return part.refusal
    if ('file' in part) return part.file.file_data ?? ''
    return typeof part.image_url === 'string' ? part.image_url : part.image_url.url
  })
  return message.role === 'assistant' ? texts.filter((text) => text !== '') : texts
}

function saidBy(part: InputPart): string {
  if (part.kind === 'text') return part.text
  const { source } = part
  if (source.kind === 'url') return source.url
  return part.kind === 'image' ? `data:${source.mimeType};base64,${source.data}` : source.data
}

describe('the body of a request for a chat completion', () => {
  it('is taken as it is', () => {
    fc.assert(
      fc.property(chatRequest, (given) => {
        expect(readChatBody(structuredClone(given))).toEqual(given)
      }),
    )
  })

  it('may have fields that nobody knows, anywhere, and means the same', () => {
    fc.assert(
      fc.property(chatRequest, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (given, seeds) => {
        const strange = structuredClone(given)
        const places = objectsIn(strange)
        for (const seed of seeds) places[seed % places.length]!['x-nobody-knows'] = [seed]
        expect(readChatBody(strange)).toEqual(given)
      }),
    )
  })

  it('is refused by the place of what is wrong', () => {
    const wrong: readonly (readonly [path: string, spoil: (body: Record<string, unknown>) => void])[] = [
      ['model', (body) => Object.assign(body, { model: 7 })],
      ['temperature', (body) => Object.assign(body, { temperature: 2.1 })],
      ['max_tokens', (body) => Object.assign(body, { max_tokens: 0 })],
      ['stop', (body) => Object.assign(body, { stop: ['a', 'b', 'c', 'd', 'e'] })],
      ['stream_options.include_usage', (body) => Object.assign(body, { stream_options: { include_usage: 'yes' } })],
      [
        'tools[0].function.name',
        (body) => Object.assign(body, { tools: [{ type: 'function', function: { name: '' } }] }),
      ],
      ['response_format.type', (body) => Object.assign(body, { response_format: { type: 'xml' } })],
      ['n', (body) => Object.assign(body, { n: 2 })],
      ['logprobs', (body) => Object.assign(body, { logprobs: true })],
      ['modalities', (body) => Object.assign(body, { modalities: ['text', 'audio'] })],
    ]
    fc.assert(
      fc.property(chatRequest, fc.constantFrom(...wrong), (given, [param, spoil]) => {
        const spoiled = structuredClone(given)
        spoil(spoiled)
        const refusal = expect.objectContaining({
          name: 'OpenAiRefusal',
          param,
          message: expect.stringContaining(param),
        })
        expect(() => readChatBody(spoiled)).toThrow(refusal)
      }),
    )
  })

  it('names the message that is wrong', () => {
    fc.assert(
      fc.property(fc.array(chatMessage, { maxLength: 4 }), fc.nat({ max: 4 }), (messages, at) => {
        const place = Math.min(at, messages.length)
        const spoiled = messages.toSpliced(place, 0, { role: 'nobody', content: 'x' } as never)
        expect(() => readChatBody({ messages: spoiled })).toThrow(
          expect.objectContaining({ param: `messages[${place}].role`, code: 'invalid_request' }),
        )
      }),
    )
  })

  it('is refused without a crash, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        expect(() => readChatBody(given)).toThrow(expect.objectContaining({ name: 'OpenAiRefusal' }))
      }),
    )
  })
})

describe('what the messages of a chat say', () => {
  it('is all there, in its order, with its places', () => {
    fc.assert(
      fc.property(fc.array(chatMessage, { maxLength: 6 }), (messages) => {
        const items = readChatMessages(messages)
        const said = items.flatMap((item) => (item.kind === 'call' ? [] : item.parts.map(saidBy)))
        expect(said).toEqual(messages.flatMap(saidIn))
        const calls = items.flatMap((item) => (item.kind === 'call' ? [[item.callId, item.name, item.arguments]] : []))
        const asked = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
        expect(calls).toEqual(asked.map(({ id, function: { name, arguments: given } }) => [id, name, given]))
        for (const item of items) {
          if (item.kind === 'result') expect(messages[indexIn(item.param)]?.role).toBe('tool')
          if (item.kind !== 'message') continue
          for (const part of item.parts) {
            if (part.kind !== 'text') expect(messages[indexIn(part.param)]?.role).toBe('user')
          }
        }
      }),
    )
  })

  it('is no file that lies elsewhere', () => {
    const user = (file: object) => [{ role: 'user' as const, content: [{ type: 'file' as const, file }] }]
    expect(() => readChatMessages(user({ file_id: 'f1' }))).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', param: 'messages[0].content[0].file.file_id' }),
    )
    expect(() => readChatMessages(user({}))).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages[0].content[0].file' }),
    )
  })
})

function indexIn(param: string): number {
  return Number(/^messages\[(\d+)\]/.exec(param)?.[1])
}

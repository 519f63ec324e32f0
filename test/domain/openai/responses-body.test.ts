import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptInput } from '../../../src/domain/openai/kept-input.js'
import { readResponsesBody } from '../../../src/domain/openai/read-responses-body.js'
import { ResponseIds } from '../../../src/domain/openai/response-ids.js'
import { responseHead } from '../../../src/domain/openai/response-object.js'
import { readInput } from '../../../src/domain/openai/responses-input.js'

const textPart = fc.record({ type: fc.constantFrom('input_text', 'output_text'), text: fc.string() })
const imagePart = fc.record({
  type: fc.constant('input_image'),
  image_url: fc.webUrl(),
  detail: fc.constantFrom('auto', null),
})
const parts = fc.array(fc.oneof(textPart, imagePart), { maxLength: 3 })
const content = fc.oneof(fc.string(), parts)
const role = fc.constantFrom('user', 'assistant', 'system', 'developer')
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)
const item = fc.oneof(
  fc.record({ role, content }),
  fc.record({ type: fc.constant('message'), role, content, id: name }),
  fc.record({ type: fc.constant('function_call'), call_id: name, name, arguments: fc.json() }),
  fc.record({ type: fc.constant('function_call_output'), call_id: name, output: content }),
  fc.record({ type: fc.constant('reasoning'), id: name, summary: fc.constant([]) }),
  fc.record({ id: name }),
)
const body = fc.record(
  {
    model: fc.constant('mayros'),
    input: fc.oneof(fc.string(), fc.array(item, { maxLength: 5 })),
    instructions: fc.option(fc.string()),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    metadata: fc.dictionary(name, fc.string({ maxLength: 20 }), { maxKeys: 3 }),
    tools: fc.array(
      fc.record({ type: fc.constant('function'), name, parameters: fc.constant(null), strict: fc.boolean() }),
      {
        maxLength: 3,
      },
    ),
    stream: fc.boolean(),
    store: fc.option(fc.boolean()),
    user: fc.string({ maxLength: 20 }),
  },
  { requiredKeys: ['model', 'input'] },
)

/** All objects within a value that a stranger may have put one more key into, with their paths. */
function objectsIn(value: unknown, path = ''): { path: string; object: Record<string, unknown> }[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => objectsIn(one, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, one]) => {
    return key === 'metadata' ? [] : objectsIn(one, path === '' ? key : `${path}.${key}`)
  })
  return [{ path, object: value as Record<string, unknown> }, ...inner]
}

describe('the body of a request', () => {
  it('is taken as clients send it, every item where it was', () => {
    fc.assert(
      fc.property(body, (given) => {
        const read = readResponsesBody(structuredClone(given))
        const items = readInput(read.input)
        const expected = typeof given.input === 'string' ? 1 : given.input.filter((one) => !isReasoning(one)).length
        expect(items).toHaveLength(expected)
        const ids = new ResponseIds('00000000-0000-4000-8000-000000000000')
        const kept = keptInput(read.input, ids)
        expect(kept.every(({ id }) => typeof id === 'string')).toBe(true)
        expect(responseHead(read, ids.response, 0, true)).toMatchObject({ model: 'mayros', user: given.user ?? null })
      }),
    )
  })

  it('is refused for any key nobody knows, by its path', () => {
    fc.assert(
      fc.property(body, fc.nat(), (given, seed) => {
        const spoiled = structuredClone(given)
        const places = objectsIn(spoiled)
        const { path, object } = places[seed % places.length]!
        object.nonsense = 1
        const param = path === '' ? 'nonsense' : `${path}.nonsense`
        expect(() => readResponsesBody(spoiled)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
      }),
    )
  })

  it('is refused without a crash, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        expect(() => readResponsesBody(given)).toThrow(expect.objectContaining({ name: 'OpenAiRefusal' }))
      }),
    )
  })
})

function isReasoning(value: object): boolean {
  return 'type' in value && value.type === 'reasoning'
}

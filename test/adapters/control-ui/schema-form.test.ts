import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedValue, valueIn } from '../../../src/adapters/control-ui/schema-form/changed-value.js'
import { choicesOf, fieldKind } from '../../../src/adapters/control-ui/schema-form/field-kind.js'
import type { JsonSchema } from '../../../src/adapters/control-ui/schema-form/json-schema.js'
import { valueOfText, valuesOfLines } from '../../../src/adapters/control-ui/schema-form/read-text.js'
import { jsonSchema } from '../../../src/domain/config/json-schema.js'

const schema = jsonSchema() as JsonSchema
const at = (...path: string[]): JsonSchema =>
  path.reduce<JsonSchema>((inside, key) => {
    if (key === '[]') return inside.items ?? {}
    return key === '*' ? (inside.additionalProperties as JsonSchema) : (inside.properties?.[key] ?? {})
  }, schema)

describe('how values of the configuration are edited', () => {
  it.each([
    ['choice', at('gateway', 'mode')],
    ['choice', at('cron', 'enabled')],
    ['choice', at('commands', 'native')],
    ['number', at('gateway', 'port')],
    ['text', at('gateway', 'customBindHost')],
    ['text', at('agents', 'defaults', 'heartbeat', 'every')],
    ['secret', at('gateway', 'auth', 'token')],
    ['lines', at('gateway', 'trustedProxies')],
    ['group', at('gateway', 'auth')],
    ['map', at('models', 'providers')],
    ['list', at('agents', 'list')],
    ['shapes', at('agents', 'defaults', 'model')],
  ] as const)('as %s', (kind, found) => {
    expect(found).not.toEqual({})
    expect(fieldKind(found)).toBe(kind)
  })

  it('only what can be anything is edited as JSON', () => {
    const asJson: string[] = []
    const walk = (inside: JsonSchema, path: string): void => {
      if (inside.deprecated === true) return
      if (fieldKind(inside) === 'json') asJson.push(path)
      for (const [key, member] of Object.entries(inside.properties ?? {})) walk(member, `${path}.${key}`)
      if (inside.items !== undefined) walk(inside.items, `${path}[]`)
      if (typeof inside.additionalProperties === 'object') walk(inside.additionalProperties, `${path}.*`)
    }
    walk(schema, '')
    for (const path of asJson) expect(path).toMatch(/\.\*$|sandbox$|Retention$/)
  })

  it('a choice between words and yes or no has all of them', () => {
    expect(choicesOf({ anyOf: [{ type: 'boolean' }, { type: 'string', enum: ['auto'] }] })).toEqual([
      true,
      false,
      'auto',
    ])
  })
})

describe('what somebody types', () => {
  const idSchema: JsonSchema = { anyOf: [{ type: 'string' }, { type: 'integer' }] }

  it('is a number where one may stand and nothing of it is lost', () => {
    expect(valueOfText('7', { type: 'integer' })).toBe(7)
    expect(valueOfText('30s', idSchema)).toBe('30s')
    expect(valueOfText('007', idSchema)).toBe('007')
    expect(valueOfText('9007199254740993', idSchema)).toBe('9007199254740993')
    expect(valueOfText('7', { type: 'string' })).toBe('7')
    expect(valueOfText('many', { type: 'integer' })).toBe('many')
  })

  it('never changes its digits', () => {
    fc.assert(fc.property(fc.string(), (text) => String(valueOfText(text, idSchema)) === text))
  })

  it('lines are values, empty ones are none', () => {
    expect(valuesOfLines(' a \n\n 12\n', idSchema)).toEqual(['a', 12])
  })
})

describe('a changed value', () => {
  it('is where it was put, and nothing else moves', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'list'), fc.nat({ max: 2 }))
    const whole = { a: { b: 1, list: [{ a: 1 }, { b: 2 }, 3] }, b: 'text', list: [1, 2, 3] }
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (path, value) => {
        if (value === null) return
        const before = JSON.stringify(whole)
        expect(valueIn(changedValue(whole, { path, value }), path)).toEqual(value)
        expect(JSON.stringify(whole)).toBe(before)
      }),
    )
  })

  it('keeps the order of keys, and closes the gap in a list', () => {
    expect(Object.keys(changedValue({ a: 1, b: 2 }, { path: ['a'], value: 3 }) as object)).toEqual(['a', 'b'])
    expect(changedValue({ list: ['x', 'y', 'z'] }, { path: ['list', 1] })).toEqual({ list: ['x', 'z'] })
    expect(changedValue({ a: 1, b: 2 }, { path: ['a'] })).toEqual({ b: 2 })
  })
})

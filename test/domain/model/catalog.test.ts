import { describe, expect, it } from 'vitest'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { ModelCatalog } from '../../../src/domain/model/catalog.js'
import { costOf } from '../../../src/domain/model/cost.js'
import { formatModelRef, isSameModel, readModelRef } from '../../../src/domain/model/model-ref.js'
import { standardThinking } from '../../../src/domain/model/thinking-level.js'

const KNOWN = [
  { id: 'big', name: 'The Big One', provider: 'Own', input: ['text', 'image'] },
  { id: 'small', name: 'Small', provider: 'Own' },
  { id: 'vendor/m', name: 'Routed', provider: 'router' },
]
const STANDARD = { provider: 'Own', model: 'big' }

function catalog(models: object = {}, known = KNOWN, providers: readonly string[] = []): ModelCatalog {
  const input = {
    agents: { defaults: { models } },
    models: { providers: { Own: { baseUrl: 'http://own', models: [{ id: 'small' }] } } },
  }
  return new ModelCatalog({ config: schemaFor(input).parse(input), known, providers })
}

describe('a reference', () => {
  it.each([
    ['own/big', { provider: 'own', model: 'big' }],
    [' own / big ', { provider: 'own', model: 'big' }],
    ['router/vendor/m', { provider: 'router', model: 'vendor/m' }],
    ['big', null],
    ['/big', null],
    ['own/', null],
    [' / ', null],
  ])('%j', (text, ref) => expect(readModelRef(text)).toEqual(ref))

  it('is the same in any case', () => {
    expect(isSameModel({ provider: 'OWN', model: 'Big' }, STANDARD)).toBe(true)
    expect(isSameModel({ provider: 'own', model: 'b' }, STANDARD)).toBe(false)
  })
})

describe('a word for a model', () => {
  const named = (word: string, models = {}, known = KNOWN, providers: readonly string[] = []) => {
    const resolved = catalog(models, known, providers).resolve(word, STANDARD)
    return resolved.ok ? formatModelRef(resolved.model) : resolved.message
  }

  it.each([
    ['own/BIG', 'Own/big'],
    ['big', 'Own/big'],
    ['the big one', 'Own/big'],
    ['vendor/m', 'router/vendor/m'],
    ['router/vendor/m', 'router/vendor/m'],
    ['own/smal', 'model not allowed: Own/smal (did you mean Own/small?)'],
    ['nobody/x', 'model not allowed: nobody/x'],
    [' ', 'invalid model: empty'],
  ])('%j', (word, meant) => expect(named(word)).toBe(meant))

  it('may be an alias, in any case', () => {
    expect(named(' FAST ', { 'own/small': { alias: 'Fast' } })).toBe('Own/small')
    expect(named('fsat', { 'own/small': { alias: 'Fast' } })).toBe('model not allowed: Own/fsat (did you mean fast?)')
  })

  it('is refused when a list does not name it; what the agent answers with is never refused', () => {
    const models = { 'own/small': {} }
    expect(named('router/vendor/m', models)).toBe('model not allowed: router/vendor/m')
    expect(named('own/big', models)).toBe('Own/big')
  })

  it('may be anything of a provider whose models nobody listed', () => {
    expect(named('groq/llama', {}, KNOWN, ['groq'])).toBe('groq/llama')
    expect(named('groq/llama', { 'own/small': {} }, KNOWN, ['groq'])).toMatch(/^model not allowed/)
    expect(named('GROQ/llama', { 'groq/llama': {} }, KNOWN, ['groq'])).toBe('groq/llama')
  })
})

describe('what may be chosen', () => {
  const keys = (one: ModelCatalog) => one.allowed.map(({ provider, id }) => `${provider}/${id}`)

  it('is everything without a list, and when nothing on it can answer', () => {
    expect(keys(catalog())).toEqual(['Own/big', 'Own/small', 'router/vendor/m'])
    expect(keys(catalog({ 'nobody/x': {} }))).toEqual(['Own/big', 'Own/small', 'router/vendor/m'])
  })

  it('is the list in its order, with models that only the list knows', () => {
    expect(keys(catalog({ 'router/vendor/m': {}, 'OWN/big': {}, 'own/new': {}, 'nobody/x': {} }))).toEqual([
      'router/vendor/m',
      'Own/big',
      'Own/new',
    ])
  })
})

describe('what is known of a model', () => {
  it('tells pictures: as listed, text where the configuration is silent, else believed', () => {
    const one = catalog()
    expect(one.takesPictures(STANDARD)).toBe(true)
    expect(one.takesPictures({ provider: 'own', model: 'small' })).toBe(false)
    expect(one.takesPictures({ provider: 'router', model: 'vendor/m' })).toBe(true)
  })

  it('keeps alias and params by reference', () => {
    const one = catalog({ 'own/small': { alias: 'Fast', params: { temperature: 0 } }, 'own/big': {} })
    expect(one.aliases).toEqual({ Fast: 'Own/small' })
    expect(one.aliasOf({ provider: 'OWN', model: 'SMALL' })).toBe('Fast')
    expect(one.paramsOf({ provider: 'Own', model: 'small' })).toEqual({ temperature: 0 })
    expect(one.paramsOf(STANDARD)).toBeUndefined()
  })

  it.each([
    ['high', true, 'high'],
    [undefined, true, 'low'],
    [undefined, false, undefined],
    ['off', true, 'off'],
  ] as const)('thinks %s, reasoning %s: %s', (configured, reasoning, level) => {
    expect(standardThinking(configured, { reasoning })).toBe(level)
  })
})

describe('the cost of tokens', () => {
  const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }

  it('counts tokens of the cache at their own price and only once', () => {
    const usage = { input: 1_000_000, output: 100_000, cacheRead: 400_000, cacheWrite: 200_000, total: 1_100_000 }
    const cost = costOf(usage, price)
    expect(cost?.input).toBeCloseTo(1.2)
    expect(cost?.cacheRead).toBeCloseTo(0.12)
    expect(cost?.cacheWrite).toBeCloseTo(0.75)
    expect(cost?.total).toBeCloseTo(1.2 + 1.5 + 0.12 + 0.75)
  })

  it('is unknown without a price and never negative', () => {
    expect(costOf({ input: 1, output: 1, total: 2 }, undefined)).toBeNull()
    expect(costOf({ input: 1, output: 0, cacheRead: 5, total: 1 }, { ...price, cacheRead: 0 })?.total).toBe(0)
  })
})

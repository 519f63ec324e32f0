import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agentsOf } from '../../../src/domain/config/agents.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { ModelCatalog } from '../../../src/domain/model/catalog.js'
import { chooseModel, type ModelWishes } from '../../../src/domain/model/choose-model.js'
import { foldedRef, formatModelRef } from '../../../src/domain/model/model-ref.js'

const STANDARD = { provider: 'p', model: 'standard' }
const KNOWN = ['standard', 'a', 'b', 'c', 'eye', 'eye2'].map((id) => ({
  id,
  name: id,
  provider: 'p',
  input: id.startsWith('eye') ? ['text', 'image'] : ['text'],
}))

function choose(agents: object, wishes: Partial<ModelWishes> = {}) {
  const input = { agents }
  const config = schemaFor(input).parse(input)
  const agent = agentsOf(config, '/w').find(({ id }) => id === 'ops') ?? agentsOf(config, '/w')[0]!
  const catalog = new ModelCatalog({ config, known: KNOWN })
  const chosen = chooseModel({ agent, standard: STANDARD, needsPictures: false, ...wishes }, config, catalog)
  return chosen.ok ? [chosen.primary, ...chosen.fallbacks].map(formatModelRef) : chosen.message
}

const DEFAULTS = {
  model: { primary: 'p/a', fallbacks: ['p/b', 'quick', 'p/a'] },
  models: { 'p/c': { alias: 'quick' } },
}

describe('what answers', () => {
  it.each([
    ['nothing configured', {}, ['p/standard']],
    ['defaults', { defaults: DEFAULTS }, ['p/a', 'p/b', 'p/c']],
    ['a text of an agent', { defaults: DEFAULTS, list: [{ id: 'ops', model: 'quick' }] }, ['p/c', 'p/b', 'p/a']],
    [
      'a map of an agent',
      { defaults: DEFAULTS, list: [{ id: 'ops', model: { primary: 'P/B', fallbacks: ['p/a'] } }] },
      ['p/b', 'p/a'],
    ],
    ['no fallbacks', { defaults: DEFAULTS, list: [{ id: 'ops', model: { fallbacks: [] } }] }, ['p/a']],
  ])('by %s', (_, agents, refs) => expect(choose(agents)).toEqual(refs))

  it('is what a run or a session wishes for, with the agent’s fallbacks', () => {
    const session = { provider: 'p', model: 'b' }
    const agents = { defaults: { model: DEFAULTS.model, models: { 'p/a': {}, 'p/b': {}, 'p/c': { alias: 'quick' } } } }
    expect(choose(agents, { session })).toEqual(['p/b', 'p/c', 'p/a'])
    expect(choose(agents, { session, run: 'quick' })).toEqual(['p/c', 'p/b', 'p/a'])
  })

  it('is refused to a run that may not have it; a session’s old choice is passed over', () => {
    const agents = { defaults: DEFAULTS }
    expect(choose(agents, { run: 'p/b' })).toMatch(/^model not allowed: p\/b/)
    expect(choose(agents, { session: { provider: 'p', model: 'b' } })).toEqual(['p/a', 'p/b', 'p/c'])
  })

  it('is the image model where there are pictures that the other cannot see', () => {
    const needsPictures = true
    expect(choose({ defaults: { ...DEFAULTS, imageModel: 'p/eye' } }, { needsPictures })).toEqual(['p/eye'])
    expect(
      choose({ defaults: { ...DEFAULTS, imageModel: { primary: 'p/eye', fallbacks: ['p/eye2'] } } }, { needsPictures }),
    ).toEqual(['p/eye', 'p/eye2'])
    const fallbacks = { model: { primary: 'p/a', fallbacks: ['p/b', 'p/eye2'] } }
    expect(choose({ defaults: { ...fallbacks, imageModel: 'p/eye' } }, { needsPictures })).toEqual(['p/eye', 'p/eye2'])
    expect(choose({ defaults: { model: 'p/eye2', imageModel: 'p/eye' } }, { needsPictures })).toEqual(['p/eye2'])
    expect(choose({ defaults: DEFAULTS }, { needsPictures })).toEqual(['p/a', 'p/b', 'p/c'])
    expect(choose({ defaults: { ...DEFAULTS, imageModel: 'p/eye' } })).toEqual(['p/a', 'p/b', 'p/c'])
  })
})

describe('for any configuration', () => {
  const ref = fc.constantFrom(...KNOWN.map(({ id }) => `p/${id}`))
  const choice = fc.oneof(ref, fc.record({ primary: ref, fallbacks: fc.array(ref) }, { requiredKeys: [] }))
  const config = fc.record(
    {
      model: choice,
      imageModel: choice,
      models: fc.uniqueArray(ref).map((refs) => Object.fromEntries(refs.map((one) => [one, {}]))),
    },
    { requiredKeys: [] },
  )
  const wishes = fc.record(
    {
      run: fc.oneof(ref, fc.constantFrom('a', 'EYE', 'nobody/x', 'zz')),
      session: fc.constantFrom(...KNOWN.map(({ id }) => ({ provider: 'p', model: id }))),
      needsPictures: fc.boolean(),
    },
    { requiredKeys: ['needsPictures'] },
  )

  it('the choice is always the same, names nobody twice, and holds nothing that nobody configured or allowed', () => {
    fc.assert(
      fc.property(config, wishes, (defaults, wish) => {
        const chosen = choose({ defaults }, wish)
        expect(choose({ defaults }, wish)).toEqual(chosen)
        if (typeof chosen === 'string') {
          expect(wish.run).toBeDefined()
          return
        }
        expect(new Set(chosen).size).toBe(chosen.length)
        const configured = refsOf(defaults.model).concat(refsOf(defaults.imageModel), foldedRef(STANDARD))
        const allowed = Object.keys(defaults.models ?? {})
        const mayBeAnything = allowed.length === 0
        for (const one of chosen) expect(mayBeAnything || [...configured, ...allowed].includes(one), one).toBe(true)
      }),
    )
  })
})

function refsOf(choice: string | { primary?: string; fallbacks?: string[] } | undefined): string[] {
  if (choice === undefined || typeof choice === 'string') return choice === undefined ? [] : [choice]
  return [...(choice.primary === undefined ? [] : [choice.primary]), ...(choice.fallbacks ?? [])]
}

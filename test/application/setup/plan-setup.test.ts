import { describe, expect, it } from 'vitest'
import { planSetup, type SetupFacts } from '../../../src/application/setup/plan-setup.js'
import type { SetupAnswers } from '../../../src/application/setup/setup-answers.js'
import { PROVIDER_CHOICES } from '../../../src/domain/setup/provider-choices.js'

const openai = PROVIDER_CHOICES.find(({ word }) => word === 'openai') ?? raise()

function plan(answers: SetupAnswers, facts: Partial<SetupFacts> = {}) {
  const usual = { resolved: {}, hasConfig: false, isDev: false, hasSecretInEnvironment: false, ownPort: null }
  const { edits, ...rest } = planSetup(answers, { ...usual, newToken: () => 'new-token', ...facts })
  return { ...rest, edits: Object.fromEntries(edits.map(({ path, value }) => [path.join('.'), value])) }
}

describe('planSetup', () => {
  it('makes an empty home ready for a gateway', () => {
    expect(plan({})).toEqual({
      edits: { 'gateway.mode': 'local', 'gateway.auth.token': 'new-token' },
      variables: [],
      mode: 'local',
      generatesToken: true,
    })
  })

  it('gives profile dev its agent, only where there is no configuration', () => {
    expect(plan({}, { isDev: true }).edits['agents.list']).toEqual([{ id: 'dev' }])
    expect(plan({}, { isDev: true, hasConfig: true }).edits).not.toHaveProperty('agents.list')
  })

  it.each([
    ['a token is there', { resolved: { gateway: { auth: { token: 't' } } } }, {}],
    ['a password is there', { resolved: { gateway: { auth: { password: 'p' } } } }, {}],
    ['the environment has a secret', { hasSecretInEnvironment: true }, {}],
    ['nobody needs one', { resolved: { gateway: { auth: { mode: 'none' } } } }, {}],
    ['a token is chosen', {}, { gateway: { token: 'mine' } }],
    ['a password is chosen', {}, { gateway: { auth: 'password', password: 'hash' } }],
    ['the gateway is elsewhere', {}, { mode: 'remote', remote: { url: 'wss://x' } }],
  ] as const)('makes no token when %s', (_, facts, answers) => {
    const made = plan(answers as SetupAnswers, facts)
    expect(made.generatesToken).toBe(false)
    expect(made.edits['gateway.auth.token']).toBe((answers as SetupAnswers).gateway?.token)
  })

  it('makes a token beside a password when token is the chosen mode', () => {
    const facts = { resolved: { gateway: { auth: { password: 'p' } } } }
    expect(plan({ gateway: { auth: 'token' } }, facts).generatesToken).toBe(true)
  })

  it('stays a client of another machine until told otherwise', () => {
    const resolved = { gateway: { mode: 'remote' } }
    expect(plan({}, { resolved }).edits).toEqual({ 'gateway.mode': 'remote' })
    expect(plan({ mode: 'local' }, { resolved }).mode).toBe('local')
  })

  it('takes a port of its own only where none is written or asked for', () => {
    expect(plan({}, { ownPort: 18809 }).edits['gateway.port']).toBe(18809)
    expect(plan({ gateway: { port: 5 } }, { ownPort: 18809 }).edits['gateway.port']).toBe(5)
    const resolved = { gateway: { port: 7 } }
    expect(plan({}, { ownPort: 18809, resolved }).edits).not.toHaveProperty('gateway.port')
  })

  it('puts keys into variables and never into the configuration', () => {
    const { edits, variables } = plan({
      model: { kind: 'provider', choice: openai, key: 'sk-hush' },
      keys: [{ name: 'GROQ_API_KEY', value: 'gsk-hush' }],
    })
    expect(JSON.stringify(edits)).not.toContain('hush')
    expect(variables).toEqual([
      { name: 'OPENAI_API_KEY', value: 'sk-hush' },
      { name: 'GROQ_API_KEY', value: 'gsk-hush' },
    ])
  })

  it.each([
    [undefined, undefined, { 'agents.defaults.model': 'openai/gpt-5.6' }],
    ['anthropic/claude-opus-5', undefined, { 'agents.defaults.model': 'openai/gpt-5.6' }],
    ['openai/gpt-5.4-mini', undefined, {}],
    ['openai/gpt-5.4-mini', 'gpt-9', { 'agents.defaults.model': 'openai/gpt-9' }],
    [{ primary: 'x/y', fallbacks: ['a/b'] }, undefined, { 'agents.defaults.model.primary': 'openai/gpt-5.6' }],
  ])('beside %j with model %j', (current, model, expected) => {
    const resolved = current === undefined ? {} : { agents: { defaults: { model: current } } }
    const answer = { kind: 'provider', choice: openai, ...(model === undefined ? {} : { model }) } as const
    const { edits } = plan({ model: answer }, { resolved })
    expect(Object.fromEntries(Object.entries(edits).filter(([path]) => path.startsWith('agents.')))).toEqual(expected)
  })

  it('describes a provider of one’s own, and keeps the models it has', () => {
    const answer = {
      kind: 'custom',
      provider: 'my-llm',
      baseUrl: 'http://127.0.0.1:8080/v1',
      compatibility: 'anthropic',
      model: 'q',
      key: 'k',
    } as const
    const resolved = { models: { providers: { 'my-llm': { models: [{ id: 'old' }] } } } }
    const { edits, variables } = plan({ model: answer }, { resolved })
    expect(edits).toMatchObject({
      'models.providers.my-llm.baseUrl': 'http://127.0.0.1:8080/v1',
      'models.providers.my-llm.api': 'anthropic-messages',
      'models.providers.my-llm.models': [{ id: 'old' }, { id: 'q' }],
      'agents.defaults.model': 'my-llm/q',
    })
    expect(variables).toEqual([{ name: 'MY_LLM_API_KEY', value: 'k' }])
  })
})

function raise(): never {
  throw new Error('openai is offered')
}

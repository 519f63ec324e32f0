import { describe, expect, it } from 'vitest'
import { providerTable } from '../../src/adapters/runner-ai-sdk/provider-table.js'
import { thinkingOptions } from '../../src/adapters/runner-ai-sdk/thinking-options.js'

describe('providerTable', () => {
  it('is empty when nothing is configured and no key is set', () => {
    const table = providerTable({ providers: {} }, { OPENAI_API_KEY: '  ' })
    expect([...table.providers]).toEqual([])
    expect(table.defaultModel).toBeNull()
  })

  it.each([
    ['OPENAI_API_KEY', 'openai', 'openai-responses', 'https://api.openai.com/v1'],
    ['ANTHROPIC_API_KEY', 'anthropic', 'anthropic-messages', 'https://api.anthropic.com/v1'],
    ['GEMINI_API_KEY', 'google', 'google-generative-ai', 'https://generativelanguage.googleapis.com/v1beta'],
  ])('picks up %s when nothing is configured', (variable, id, api, baseUrl) => {
    const table = providerTable({ providers: {} }, { [variable]: 'key' })
    expect(table.providers.get(id)).toMatchObject({ id, api, baseUrl, apiKey: 'key', keyVariable: variable })
    expect(table.defaultModel).toEqual({ provider: id, model: table.providers.get(id)?.models[0]?.id })
  })

  it('prefers OpenAI, then Anthropic, then Google', () => {
    const all = { GEMINI_API_KEY: 'g', ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }
    expect([...providerTable({ providers: {} }, all).providers.keys()]).toEqual(['openai', 'anthropic', 'google'])
  })

  it('leaves the environment’s providers out as soon as one is configured', () => {
    const table = providerTable({ providers: { own: { baseUrl: 'http://own/v1' } } }, { OPENAI_API_KEY: 'key' })
    expect([...table.providers.keys()]).toEqual(['own'])
    expect(table.defaultModel).toBeNull()
  })

  it('takes a missing key from <ID>_API_KEY, and a configured one before it', () => {
    const environment = { MY_OWN_2_API_KEY: 'from-environment', GEMINI_API_KEY: 'gemini' }
    const providers = { 'my-own.2': {}, given: { apiKey: 'configured' }, google: {} }
    const table = providerTable({ providers }, { ...environment, GIVEN_API_KEY: 'ignored' })
    expect(table.providers.get('my-own.2')?.apiKey).toBe('from-environment')
    expect(table.providers.get('given')?.apiKey).toBe('configured')
    expect(table.providers.get('google')?.apiKey).toBe('gemini')
  })

  it.each([
    ['anthropic', undefined, undefined, 'anthropic-messages', 'https://api.anthropic.com/v1'],
    ['google', undefined, undefined, 'google-generative-ai', 'https://generativelanguage.googleapis.com/v1beta'],
    ['openai', undefined, undefined, 'openai-completions', 'https://api.openai.com/v1'],
    ['groq', undefined, undefined, 'openai-completions', 'https://api.groq.com/openai/v1'],
    ['own', undefined, 'http://own:1/api/', 'openai-completions', 'http://own:1/api'],
    ['own', 'anthropic-messages', 'http://own:1', 'anthropic-messages', 'http://own:1/v1'],
    ['own', 'anthropic-messages', 'http://own:1/v1/', 'anthropic-messages', 'http://own:1/v1'],
    ['own', 'google-generative-ai', 'http://own:1', 'google-generative-ai', 'http://own:1/v1beta'],
    ['own', 'openai-responses', undefined, 'openai-responses', undefined],
  ] as const)('resolves %s (%s, %s) to %s at %s', (id, api, baseUrl, resolvedApi, resolvedUrl) => {
    const config = { ...(api === undefined ? {} : { api }), ...(baseUrl === undefined ? {} : { baseUrl }) }
    const provider = providerTable({ providers: { [id]: config } }, {}).providers.get(id)
    expect(provider?.api).toBe(resolvedApi)
    expect(provider?.baseUrl).toBe(resolvedUrl)
  })

  it('chooses the first model that a provider lists', () => {
    const providers = { a: {}, b: { models: [{ id: 'b/1', reasoning: true }, { id: 'b2' }] } }
    const table = providerTable({ providers }, {})
    expect(table.defaultModel).toEqual({ provider: 'b', model: 'b/1' })
    expect(table.providers.get('b')?.models[0]).toEqual({ id: 'b/1', name: 'b/1', reasoning: true })
  })
})

describe('thinkingOptions', () => {
  it.each([
    ['openai-responses', 'gpt-5.6', 'xhigh', undefined, { openai: { reasoningEffort: 'high' } }],
    ['openai-responses', 'gpt-5.6', 'off', undefined, { openai: { reasoningEffort: 'none' } }],
    ['openai-responses', 'gpt-5', 'off', undefined, { openai: { reasoningEffort: 'minimal' } }],
    ['openai-responses', 'gpt-4o', 'high', undefined, {}],
    ['openai-responses', 'gpt-5-chat-latest', 'high', undefined, {}],
    ['openai-completions', 'openai/o3', 'low', undefined, { openaiCompatible: { reasoningEffort: 'low' } }],
    ['openai-completions', 'llama', 'low', undefined, {}],
    ['openai-completions', 'llama', 'low', true, { openaiCompatible: { reasoningEffort: 'low' } }],
    ['openai-completions', 'o3', 'low', false, {}],
    [
      'anthropic-messages',
      'claude-sonnet-5',
      'low',
      undefined,
      { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
    ],
    ['anthropic-messages', 'claude-sonnet-5-5', 'low', undefined, {}],
    ['anthropic-messages', 'claude-sonnet-4-5', 'off', undefined, {}],
    [
      'google-generative-ai',
      'gemini-2.5-flash',
      'off',
      undefined,
      { google: { thinkingConfig: { thinkingBudget: 0 } } },
    ],
    ['google-generative-ai', 'gemini-2.5-pro', 'off', undefined, {}],
    [
      'google-generative-ai',
      'gemini-2.5-pro',
      'xhigh',
      undefined,
      { google: { thinkingConfig: { thinkingBudget: 24_576, includeThoughts: true } } },
    ],
    [
      'google-generative-ai',
      'gemini-3-pro-preview',
      'low',
      undefined,
      { google: { thinkingConfig: { thinkingLevel: 'low', includeThoughts: true } } },
    ],
    ['google-generative-ai', 'gemini-flash-latest', 'low', undefined, {}],
    ['openai-responses', 'gpt-5.6', undefined, undefined, {}],
    ['openai-responses', 'gpt-5.6', 'enormous', undefined, {}],
  ] as const)('%s %s %s %s', (api, model, level, isReasoning, options) => {
    expect(thinkingOptions(api, model, level, isReasoning)).toEqual(options)
  })
})

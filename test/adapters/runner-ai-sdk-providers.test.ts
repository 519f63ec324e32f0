import { describe, expect, it } from 'vitest'
import { modelParams } from '../../src/adapters/runner-ai-sdk/model-params.js'
import { withKey } from '../../src/adapters/runner-ai-sdk/provider-keys.js'
import { providerTable } from '../../src/adapters/runner-ai-sdk/provider-table.js'
import { TableKeys } from '../../src/adapters/runner-ai-sdk/table-keys.js'
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

describe('the built-in catalog', () => {
  const environment = { OPENAI_API_KEY: 'o', GROQ_API_KEY: 'g', GOOGLE_API_KEY: 'for something else' }

  it('is added to what is configured, but gives no default model', () => {
    const table = providerTable({ mode: 'merge', providers: { own: { baseUrl: 'http://own/v1' } } }, environment)
    expect([...table.providers.keys()]).toEqual(['own', 'openai', 'groq'])
    expect(table.providers.get('groq')).toMatchObject({ apiKey: 'g', models: [] })
    expect(table.defaultModel).toBeNull()
    expect(providerTable({ mode: 'merge', providers: {} }, environment).defaultModel?.provider).toBe('openai')
  })

  it('is replaced by what is configured when it is said so', () => {
    const table = providerTable({ mode: 'replace', providers: { own: { baseUrl: 'http://own/v1' } } }, environment)
    expect([...table.providers.keys()]).toEqual(['own'])
  })

  it('adds the models of a house at its own address, after those that are configured', () => {
    const models = [{ id: 'mine' }]
    const idsOf = (openai: object, mode: 'merge' | 'replace' = 'merge') =>
      providerTable({ mode, providers: { openai } }, environment)
        .providers.get('openai')
        ?.models.map(({ id }) => id)
    expect(idsOf({ models })).toEqual(['mine', 'gpt-5.6', 'gpt-5.4-mini'])
    expect(idsOf({ models }, 'replace')).toEqual(['mine'])
    expect(idsOf({ models, baseUrl: 'http://proxy/v1' })).toEqual(['mine'])
  })
})

describe('the keys of a provider', () => {
  const profiles = {
    'openai:play': { provider: 'OpenAI', mode: 'api_key' as const },
    'openai:work': { provider: 'openai', mode: 'api_key' as const },
    'openai:person': { provider: 'openai', mode: 'oauth' as const },
    other: { provider: 'own', mode: 'api_key' as const },
  }
  const environment = {
    OPENAI_PLAY_API_KEY: 'play',
    OPENAI_WORK_API_KEY: 'work',
    OPENAI_PERSON_API_KEY: 'person',
    OPENAI_API_KEY: 'variable',
  }
  const auth = { profiles, order: { openai: ['openai:work', 'openai:gone'] } }
  const namesOf = (openai: object, given: Record<string, string> = environment) =>
    providerTable({ providers: { openai } }, given, auth)
      .providers.get('openai')
      ?.keys.map(({ name, value }) => `${name}=${value}`)

  it('are profiles in their order, the configured one, the variable; each once', () => {
    expect(namesOf({ apiKey: 'configured' })).toEqual([
      'openai:work=work',
      'openai:play=play',
      'models.providers.openai.apiKey=configured',
      'OPENAI_API_KEY=variable',
    ])
    expect(namesOf({ apiKey: ' work ' })).toEqual(['openai:work=work', 'openai:play=play', 'OPENAI_API_KEY=variable'])
  })

  it('do not go to a foreign address when there is one for it', () => {
    const elsewhere = { baseUrl: 'http://proxy/v1' }
    expect(namesOf({ ...elsewhere, apiKey: 'proxy' }, { OPENAI_API_KEY: 'variable' })).toEqual([
      'models.providers.openai.apiKey=proxy',
    ])
    expect(namesOf(elsewhere, { OPENAI_API_KEY: 'variable' })).toEqual(['OPENAI_API_KEY=variable'])
  })

  it('are told by name, without themselves', () => {
    const table = providerTable(
      { providers: { openai: {}, groq: {}, own: { baseUrl: 'http://own' } } },
      environment,
      auth,
    )
    const keys = new TableKeys(table)
    expect(keys.keysOf('openai')[0]).toEqual({ name: 'openai:work', source: 'profile' })
    expect(keys.keysOf('nobody')).toEqual([])
    expect(keys.providers().map(({ id, isKeyMissing, keyVariable }) => [id, isKeyMissing, keyVariable])).toEqual([
      ['openai', false, 'OPENAI_API_KEY'],
      ['groq', true, 'GROQ_API_KEY'],
      ['own', false, 'OWN_API_KEY'],
    ])
    expect(JSON.stringify([keys.providers(), keys.keysOf('openai')])).not.toMatch(/"(work|play|variable)"/)
  })

  it('are used by name, and the first one when the name is not known', () => {
    const provider = providerTable({ providers: { openai: {} } }, environment, auth).providers.get('openai')!
    expect(withKey(provider, 'openai:play').apiKey).toBe('play')
    expect(withKey(provider, 'openai:gone')).toBe(provider)
    expect(withKey(provider, undefined).apiKey).toBe('work')
  })
})

describe('params of a model', () => {
  const params = {
    temperature: 0,
    top_p: 0.5,
    maxTokens: 9,
    stop: 'END',
    seed: '1',
    tools: [],
    reasoning: { on: true },
  }

  it('go along in the SDK’s words; fields of their own only where a dialect takes them', () => {
    const settings = { temperature: 0, topP: 0.5, maxOutputTokens: 9, stopSequences: ['END'] }
    expect(modelParams(params, 'openai-completions')).toEqual({
      settings,
      options: { upstream: { reasoning: { on: true } } },
    })
    expect(modelParams(params, 'anthropic-messages')).toEqual({ settings, options: {} })
    expect(modelParams(undefined, 'openai-completions')).toEqual({ settings: {}, options: {} })
  })
})

/** Per kind of model what is sent for off, minimal, low, medium, high and xhigh. */
const LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh']
const effort = (words: readonly string[]) => words.map((reasoningEffort) => ({ openai: { reasoningEffort } }))
const budget = (off: object, ...tokens: number[]) => [
  off,
  ...tokens.map((thinkingBudget) => ({ google: { thinkingConfig: { thinkingBudget, includeThoughts: true } } })),
]
const levels = (off: string, ...words: string[]) => [
  { google: { thinkingConfig: { thinkingLevel: off } } },
  ...words.map((thinkingLevel) => ({ google: { thinkingConfig: { thinkingLevel, includeThoughts: true } } })),
]
const NOTHING = LEVELS.map(() => ({}))

describe('every level of thinking', () => {
  it.each([
    ['openai-responses', 'gpt-5', effort(['minimal', 'minimal', 'low', 'medium', 'high', 'high'])],
    ['openai-responses', 'gpt-5.1', effort(['none', 'low', 'low', 'medium', 'high', 'high'])],
    ['openai-responses', 'gpt-5.6', effort(['none', 'low', 'low', 'medium', 'high', 'xhigh'])],
    ['openai-responses', 'gpt-5.4-mini', effort(['none', 'low', 'low', 'medium', 'high', 'high'])],
    ['openai-responses', 'gpt-6-sol', effort(['none', 'low', 'low', 'medium', 'high', 'xhigh'])],
    ['openai-responses', 'o3', effort(['low', 'low', 'low', 'medium', 'high', 'high'])],
    ['openai-responses', 'gpt-4o', NOTHING],
    ['openai-completions', 'llama', NOTHING],
    [
      'anthropic-messages',
      'claude-sonnet-4-5',
      [
        {},
        ...[1024, 2048, 8192, 16_384, 32_768].map((budgetTokens) => ({
          anthropic: { thinking: { type: 'enabled', budgetTokens } },
        })),
      ],
    ],
    [
      'anthropic-messages',
      'claude-opus-5-5',
      ['low', 'low', 'low', 'medium', 'high', 'xhigh'].map((word) => ({ anthropic: { effort: word } })),
    ],
    ['anthropic-messages', 'claude-3-5-haiku', NOTHING],
    [
      'google-generative-ai',
      'gemini-2.5-flash',
      budget({ google: { thinkingConfig: { thinkingBudget: 0 } } }, 1024, 2048, 8192, 16_384, 24_576),
    ],
    ['google-generative-ai', 'gemini-2.5-pro', budget({}, 1024, 2048, 8192, 16_384, 24_576)],
    ['google-generative-ai', 'gemini-3-pro-preview', levels('low', 'low', 'low', 'high', 'high', 'high')],
    ['google-generative-ai', 'gemini-3-flash', levels('minimal', 'minimal', 'low', 'medium', 'high', 'high')],
    ['google-generative-ai', 'gemini-3-pro-image', NOTHING],
    ['google-generative-ai', 'gemini-2.0-flash', NOTHING],
  ] as const)('%s %s', (api, model, sent) => {
    expect(LEVELS.map((level) => thinkingOptions(api, model, level, undefined))).toEqual(sent)
  })
})

describe('thinkingOptions', () => {
  it.each([
    ['openai-responses', 'gpt-5.6', 'xhigh', undefined, { openai: { reasoningEffort: 'xhigh' } }],
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
    ['anthropic-messages', 'claude-sonnet-5-5', 'low', undefined, { anthropic: { effort: 'low' } }],
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

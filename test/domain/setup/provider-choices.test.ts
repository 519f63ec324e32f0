import { describe, expect, it } from 'vitest'
import { BUILT_IN_PROVIDERS, KNOWN_PROVIDERS } from '../../../src/adapters/runner-ai-sdk/known-providers.js'
import { keyVariablesOf } from '../../../src/adapters/runner-ai-sdk/provider-table.js'
import { freeGatewayPort } from '../../../src/domain/setup/free-gateway-port.js'
import { keyVariableFor, PROVIDER_CHOICES } from '../../../src/domain/setup/provider-choices.js'

describe('provider choices', () => {
  it('are the providers that need no address, each once', () => {
    expect(PROVIDER_CHOICES.map(({ provider }) => provider).sort()).toEqual([...KNOWN_PROVIDERS.keys()].sort())
    expect(new Set(PROVIDER_CHOICES.map(({ word }) => word)).size).toBe(PROVIDER_CHOICES.length)
  })

  it.each(PROVIDER_CHOICES)('$provider: its key is looked for where it is written', ({ provider, keyVariable }) => {
    expect(keyVariablesOf(provider)[0]).toBe(keyVariable)
  })

  it.each(BUILT_IN_PROVIDERS)('$id: the model is the one that answers by itself', ({ id, models }) => {
    expect(PROVIDER_CHOICES.find(({ provider }) => provider === id)?.model).toBe(models[0]?.id)
  })

  it('a provider of one’s own has its key where the runner looks for it', () => {
    for (const id of ['custom', 'my-llm', 'Local_1']) expect(keyVariablesOf(id)).toEqual([keyVariableFor(id)])
  })
})

describe('freeGatewayPort', () => {
  it.each([
    [18789, [], 18789],
    [18789, [18789], 18809],
    [18789, [18789, 18809, 18810], 18829],
    [65530, [65530], 65530],
  ])('%i beside %j: %i', (usual, taken, port) => {
    expect(freeGatewayPort(usual, new Set(taken))).toBe(port)
  })
})

import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV3 } from '@ai-sdk/provider'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transcriptPrompt } from '../../src/adapters/runner-ai-sdk/transcript-prompt.js'
import { damagedConversation, ERROR_MARK } from '../domain/session/interrupted-runs.js'
import { type Body, bodyRefusals } from './runner-ai-sdk/body-rules.js'

/** What would go over the wire: the SDK is real, only the network is not. */
describe('requests made of interrupted conversations', () => {
  let sent: Body | null = null
  const settings = {
    baseURL: 'http://127.0.0.1:1/v1',
    apiKey: 'k',
    fetch: async (_input: unknown, init: RequestInit | undefined): Promise<Response> => {
      sent = JSON.parse(String(init?.body)) as Body
      throw new Error('no network here')
    },
  }
  const models: readonly (readonly [Parameters<typeof bodyRefusals>[0], LanguageModelV3])[] = [
    ['openai-completions', createOpenAICompatible({ ...settings, name: 'upstream' }).chatModel('m')],
    ['openai-responses', createOpenAI(settings).responses('m')],
    ['anthropic-messages', createAnthropic(settings).messages('m')],
    ['google-generative-ai', createGoogleGenerativeAI(settings).chat('m')],
  ]

  it.each(models)('are what %s accepts', async (api, model) => {
    const messages = fc.constantFrom(null, '', 'What now?')
    await fc.assert(
      fc.asyncProperty(damagedConversation, messages, fc.boolean(), async (history, message, images) => {
        const prompt = transcriptPrompt({ api, system: 'Be kind.', history, message, images })
        sent = null
        const providerOptions = { openai: { store: false } }
        await expect((async () => model.doStream({ prompt, providerOptions }))()).rejects.toThrow(/no network here/)
        expect(bodyRefusals(api, sent ?? {}, images)).toEqual([])
        expect(JSON.stringify(sent)).not.toContain(ERROR_MARK)
      }),
      { numRuns: 200 },
    )
  })
})

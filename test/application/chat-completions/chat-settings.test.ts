import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatSettings, chatTools } from '../../../src/application/chat-completions/chat-settings.js'
import { readChatBody } from '../../../src/domain/openai/read-chat-body.js'
import { chatRequest } from '../../domain/openai/chat-samples.js'

describe('how a model is to answer a chat completion', () => {
  it('is what the body says, and nothing it does not say', () => {
    fc.assert(
      fc.property(chatRequest, (given) => {
        const settings = chatSettings(readChatBody(given))
        expect(settings.maxTokens ?? null).toBe(given.max_completion_tokens ?? given.max_tokens ?? null)
        expect(settings.temperature ?? null).toBe(given.temperature ?? null)
        expect(settings.topP ?? null).toBe(given.top_p ?? null)
        expect(settings.frequencyPenalty ?? null).toBe(given.frequency_penalty ?? null)
        expect(settings.presencePenalty ?? null).toBe(given.presence_penalty ?? null)
        expect(settings.seed ?? null).toBe(given.seed ?? null)
        expect(settings.stop ?? []).toEqual([given.stop ?? []].flat())
        expect(Object.values(settings)).not.toContain(null)
        const { response_format: format } = given
        if (format?.type !== 'json_schema') expect(settings.format?.type ?? 'text').toBe(format?.type ?? 'text')
        else if (format.json_schema.schema === undefined) expect(settings.format).toEqual({ type: 'json_object' })
        else expect(settings.format).toMatchObject({ name: format.json_schema.name, schema: format.json_schema.schema })
      }),
    )
  })

  it('offers the tools of the body, and the choice among them', () => {
    fc.assert(
      fc.property(chatRequest, (given) => {
        const { tools, tool_choice: choice } = chatTools(readChatBody(given))
        expect(tools).toEqual((given.tools ?? []).map((tool) => tool))
        const asked = given.tool_choice
        if (asked === null || asked === undefined || typeof asked === 'string') expect(choice).toBe(asked)
        else if (asked.type === 'function') expect(choice).toEqual({ type: 'function', name: asked.function.name })
        else {
          const names = asked.allowed_tools.tools.map(({ function: { name } }) => ({ type: 'function', name }))
          expect(choice).toEqual({ type: 'allowed_tools', mode: asked.allowed_tools.mode, tools: names })
        }
      }),
    )
  })
})

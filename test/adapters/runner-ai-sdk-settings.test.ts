import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AiSdkRunner } from '../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import type { RunnerRequest } from '../../src/application/ports/agent-runner.js'
import type { AnswerFormat } from '../../src/domain/run/answer-settings.js'
import { CountedClock } from '../doubles/counted-clock.js'
import type { Dialect } from '../doubles/model-dialects.js'
import { ModelServer } from '../doubles/model-server.js'
import { collect, DIALECTS, requestTo, tableFor, textOf } from './runner-ai-sdk/fixture.js'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }
const LOOK = { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } }

let server: ModelServer
let runner: AiSdkRunner

beforeEach(async () => {
  server = await ModelServer.start()
  runner = new AiSdkRunner(tableFor(server.url), new CountedClock())
})

afterEach(() => server.stop())

/** The body of the request that a provider of this dialect got. */
async function sent(dialect: Dialect, more: Partial<RunnerRequest>, model?: string): Promise<Record<string, unknown>> {
  await collect(runner, { ...requestTo(dialect, model), ...more })
  return server.requests.at(-1)?.body ?? {}
}

describe('how to answer reaches the provider in its own words', () => {
  const settings = {
    maxTokens: 50,
    temperature: 0.2,
    topP: 0.9,
    frequencyPenalty: 0.5,
    presencePenalty: -0.5,
    seed: 7,
    stop: ['END', 'STOP'],
  }
  const FIELDS = ['frequency_penalty', 'presence_penalty', 'seed', 'stop', 'stop_sequences', 'generationConfig']

  it.each<readonly [Dialect, object, readonly string[]]>([
    [
      'openai-completions',
      {
        max_tokens: 50,
        temperature: 0.2,
        top_p: 0.9,
        frequency_penalty: 0.5,
        presence_penalty: -0.5,
        seed: 7,
        stop: ['END', 'STOP'],
      },
      ['frequency_penalty', 'presence_penalty', 'seed', 'stop'],
    ],
    // It knows no penalties, no seed and no words to stop at.
    ['openai-responses', { max_output_tokens: 50, temperature: 0.2, top_p: 0.9 }, []],
    // It knows no penalties and no seed.
    [
      'anthropic-messages',
      { max_tokens: 50, temperature: 0.2, top_p: 0.9, stop_sequences: ['END', 'STOP'] },
      ['stop_sequences'],
    ],
    [
      'google-generative-ai',
      {
        generationConfig: {
          maxOutputTokens: 50,
          temperature: 0.2,
          topP: 0.9,
          frequencyPenalty: 0.5,
          presencePenalty: -0.5,
          seed: 7,
          stopSequences: ['END', 'STOP'],
        },
      },
      ['generationConfig'],
    ],
  ])('%s', async (dialect, expected, known) => {
    const body = await sent(dialect, { settings })
    expect(body).toMatchObject(expected)
    expect(FIELDS.filter((field) => body[field] !== undefined)).toEqual(known)
  })

  it.each(DIALECTS)('never more tokens than the model has: %s', async (dialect) => {
    const body = await sent(dialect, { settings: { maxTokens: 100_000 } })
    const { maxOutputTokens } = (body.generationConfig ?? {}) as { readonly maxOutputTokens?: number }
    expect(body.max_tokens ?? body.max_output_tokens ?? maxOutputTokens).toBe(500)
  })
})

describe('which tool must be asked for reaches the provider', () => {
  const google = (mode: string, more: object = {}) => ({ toolConfig: { functionCallingConfig: { mode, ...more } } })

  it.each<readonly [Dialect, required: object, named: object, auto: object]>([
    [
      'openai-completions',
      { tool_choice: 'required' },
      { tool_choice: { type: 'function', function: { name: 'look' } } },
      { tool_choice: 'auto' },
    ],
    [
      'openai-responses',
      { tool_choice: 'required' },
      { tool_choice: { type: 'function', name: 'look' } },
      { tool_choice: 'auto' },
    ],
    [
      'anthropic-messages',
      { tool_choice: { type: 'any' } },
      { tool_choice: { type: 'tool', name: 'look' } },
      { tool_choice: { type: 'auto' } },
    ],
    ['google-generative-ai', google('ANY'), google('ANY', { allowedFunctionNames: ['look'] }), google('AUTO')],
  ])('%s', async (dialect, required, named, auto) => {
    const tools = [LOOK]
    expect(await sent(dialect, { tools, toolChoice: 'required' })).toMatchObject(required)
    expect(await sent(dialect, { tools, toolChoice: { name: 'look' } })).toMatchObject(named)
    expect(await sent(dialect, { tools, toolChoice: 'auto' })).toMatchObject(auto)
    const none = JSON.stringify(await sent(dialect, { tools, toolChoice: 'none' }))
    expect(none).toMatch(/"(tool_choice|type|mode)":"(none|NONE)"/)
    expect(JSON.stringify(await sent(dialect, { toolChoice: 'required' }))).not.toMatch(/tool_?choice|toolConfig/i)
  })
})

describe('the form of the answer reaches the provider', () => {
  const schema = (more: object = {}): AnswerFormat => ({ type: 'json_schema', name: 'place', schema: SCHEMA, ...more })
  const asking = (format: AnswerFormat) => ({ settings: { format } })

  it('openai-completions', async () => {
    const formatOf = async (format: AnswerFormat) => (await sent('openai-completions', asking(format))).response_format
    expect(await formatOf({ type: 'text' })).toBeUndefined()
    expect(await formatOf({ type: 'json_object' })).toEqual({ type: 'json_object' })
    const described = { name: 'place', description: 'A place.', schema: SCHEMA }
    expect(await formatOf(schema({ description: 'A place.', strict: true }))).toEqual({
      type: 'json_schema',
      json_schema: { ...described, strict: true },
    })
    expect(await formatOf(schema())).toMatchObject({ json_schema: { strict: false } })
    expect(await sent('openai-completions', {})).not.toHaveProperty('response_format')
  })

  it('openai-responses', async () => {
    const formatOf = async (format: AnswerFormat) => (await sent('openai-responses', asking(format))).text
    expect(await formatOf({ type: 'text' })).toBeUndefined()
    expect(await formatOf({ type: 'json_object' })).toEqual({ format: { type: 'json_object' } })
    expect(await formatOf(schema({ strict: true }))).toEqual({
      format: { type: 'json_schema', name: 'place', schema: SCHEMA, strict: true },
    })
    expect(await formatOf(schema({ strict: false }))).toMatchObject({ format: { strict: false } })
  })

  it('google-generative-ai', async () => {
    const formatOf = async (format: AnswerFormat) => {
      return (await sent('google-generative-ai', asking(format))).generationConfig
    }
    expect(await formatOf({ type: 'text' })).not.toHaveProperty('responseMimeType')
    expect(await formatOf({ type: 'json_object' })).toMatchObject({ responseMimeType: 'application/json' })
    expect(await formatOf(schema())).toMatchObject({ responseMimeType: 'application/json', responseSchema: SCHEMA })
  })

  it('anthropic-messages: by itself where the model can, else as a tool whose arguments are the answer', async () => {
    const native = await sent('anthropic-messages', asking(schema()), 'claude-sonnet-4-5')
    expect(JSON.stringify(native.output_config ?? native.output_format)).toContain('"city"')
    server.answer = () => ({ kind: 'speech', toolCall: { id: 'j', name: 'json', arguments: { city: 'Ulm' } } })
    const parts = await collect(runner, { ...requestTo('anthropic-messages'), ...asking(schema()) })
    expect(server.requests.at(-1)?.body).toMatchObject({ tools: [{ name: 'json', input_schema: SCHEMA }] })
    expect(JSON.parse(textOf(parts))).toEqual({ city: 'Ulm' })
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'stop' })
    // Without a schema there is nothing that it could be told.
    expect(await sent('anthropic-messages', asking({ type: 'json_object' }))).not.toHaveProperty('tools')
  })
})

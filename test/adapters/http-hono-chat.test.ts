import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { step } from '../../src/adapters/runner-scripted/script-step.js'
import { HTTP_TOKEN, HttpGateway, httpEngines } from '../doubles/http-gateway.js'

const WEATHER: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'weather', description: 'Weather of a city', parameters: { type: 'object', properties: {} } },
}
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const { engines, missing } = httpEngines()
if (missing !== null) it.skip(`uws does not load here: ${missing}`, () => undefined)

describe.each(engines)('chat completions with the official client, over %s', (engine) => {
  let gateway: HttpGateway
  let client: OpenAI

  beforeEach(async () => {
    gateway = await HttpGateway.start(engine)
    client = gateway.client()
  })
  afterEach(() => gateway.stop())

  const asked = () => gateway.runner.requests.at(-1)
  const ask = (more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
    client.chat.completions.create({ model: 'mayros', messages: [{ role: 'user', content: 'hello' }], ...more })

  it('answers', async () => {
    const answer = await ask()
    expect(answer).toMatchObject({ object: 'chat.completion', model: 'mayros' })
    expect(answer.id).toMatch(/^chatcmpl_/)
    expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(60)
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'You said: hello', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ])
    expect(answer.usage).toMatchObject({ prompt_tokens: expect.any(Number), total_tokens: expect.any(Number) })
  })

  it('streams, and tells what it took when asked', async () => {
    gateway.runner.next(step.text('Hel'), step.text('lo'))
    const stream = await client.chat.completions.create({
      model: 'mayros:main',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'Hel', 'lo', undefined, undefined])
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, null, 'stop', undefined])
    expect(chunks.map(({ usage }) => usage === null)).toEqual([true, true, true, true, false])
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  })

  it('is followed by the helper of the client', async () => {
    gateway.runner.next(step.text('a'), step.text('b'))
    const runner = client.chat.completions.stream({ model: 'mayros', messages: [{ role: 'user', content: 'hi' }] })
    expect(await runner.finalContent()).toBe('ab')
  })

  it('hands rules, history and pictures to the model', async () => {
    await ask({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'eins' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
        { role: 'developer', content: [{ type: 'text', text: 'In German.' }] },
      ],
    })
    expect(asked()).toMatchObject({
      extraSystemPrompt: 'Be brief.\n\nIn German.',
      message: 'and this?',
      attachments: [{ mimeType: 'image/png', data: PNG }],
    })
    expect(asked()?.history.map(({ role, content }) => [role, content])).toEqual([
      ['user', [{ type: 'text', text: 'one' }]],
      ['assistant', [{ type: 'text', text: 'eins' }]],
    ])
  })

  it('passes on how to answer', async () => {
    await ask({
      max_completion_tokens: 50,
      temperature: 0.2,
      top_p: 0.9,
      stop: 'END',
      seed: 7,
      presence_penalty: 0.5,
      frequency_penalty: -0.5,
      reasoning_effort: 'low',
      response_format: zodResponseFormat(z.object({ city: z.string() }), 'place'),
    })
    expect(asked()).toMatchObject({
      thinking: 'low',
      settings: {
        maxTokens: 50,
        temperature: 0.2,
        topP: 0.9,
        stop: ['END'],
        seed: 7,
        presencePenalty: 0.5,
        frequencyPenalty: -0.5,
        format: { type: 'json_schema', name: 'place', schema: { type: 'object' }, strict: true },
      },
    })
    await ask({ max_tokens: 9, response_format: { type: 'json_object' } })
    expect(asked()?.settings).toEqual({ maxTokens: 9, format: { type: 'json_object' } })
  })

  it.each([false, true])('lets the caller carry out its tools (stream: %s)', async (stream) => {
    gateway.runner.next(step.text('Let me look.'), step.call('weather', { city: 'Ulm' }, { id: 'c1' }))
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'weather?' }]
    const choice = { type: 'function', function: { name: 'weather' } } as const
    const options = { model: 'mayros', messages, tools: [WEATHER], tool_choice: choice }
    const first = stream
      ? await client.chat.completions.stream(options).finalChatCompletion()
      : await client.chat.completions.create(options)
    expect(asked()?.toolChoice).toEqual({ name: 'weather' })
    expect(asked()?.tools?.at(-1)).toMatchObject({ name: 'weather', description: 'Weather of a city' })
    expect(first.choices[0]?.finish_reason).toBe('tool_calls')
    expect(first.choices[0]?.message).toMatchObject({
      content: 'Let me look.',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } }],
    })
    const said = first.choices[0]?.message
    if (said === undefined) throw new Error('there is no answer')
    messages.push(said, { role: 'tool', tool_call_id: 'c1', content: 'rain' })
    gateway.runner.next(step.text('It rains.'))
    const second = await client.chat.completions.create({ model: 'mayros', messages, tools: [WEATHER] })
    expect(second.choices[0]?.message.content).toBe('It rains.')
    expect(asked()?.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult'])
    expect(asked()?.message).toBeNull()
  })

  it('runs tools of the client with the helper that does so', async () => {
    gateway.runner.next(step.call('weather', {}, { id: 'c1' })).next(step.text('It rains.'))
    const runner = client.chat.completions.runTools({
      model: 'mayros',
      messages: [{ role: 'user', content: 'weather?' }],
      tools: [
        {
          type: 'function',
          function: { name: 'weather', description: 'w', parameters: {}, parse: JSON.parse, function: () => 'rain' },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('It rains.')
  })

  it('keeps no conversation unless the caller has a name, and then one for each', async () => {
    await ask()
    await ask()
    expect(asked()?.history).toEqual([])
    await ask({ user: 'ann' })
    await ask({ user: 'ann' })
    expect(asked()?.history).toHaveLength(2)
    expect(asked()?.sessionKey).toBe('agent:main:openai-user:ann')
    await ask({ user: 'bob' })
    expect(asked()?.history).toEqual([])
  })

  it('takes agent and session from headers and models', async () => {
    await gateway.stop()
    gateway = await HttpGateway.start(engine, {
      config: {
        gateway: { http: { endpoints: { chatCompletions: { enabled: true } } } },
        agents: { list: [{ id: 'main' }, { id: 'ops' }] },
      },
    })
    client = gateway.client()
    for (const model of ['mayros:ops', 'mayros/ops', 'agent:ops', 'openclaw:ops']) {
      await ask({ model })
      expect(asked()?.agentId).toBe('ops')
    }
    await client.chat.completions.create(
      { model: 'mayros', messages: [{ role: 'user', content: 'x' }] },
      { headers: { 'x-mayros-agent-id': 'ops', 'x-mayros-session-key': 'agent:ops:mine' } },
    )
    expect(asked()).toMatchObject({ agentId: 'ops', sessionKey: 'agent:ops:mine' })
    await expect(ask({ model: 'mayros:nobody' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    const foreign = { headers: { 'x-mayros-session-key': 'agent:ops:mine' } }
    const asking = client.chat.completions.create(
      { model: 'mayros', messages: [{ role: 'user', content: 'x' }] },
      foreign,
    )
    await expect(asking).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
  })

  it('stops the agent when the client goes away', async () => {
    gateway.runner.next(step.text('Hel'), step.hang())
    const controller = new AbortController()
    const stream = await client.chat.completions.create(
      { model: 'mayros', messages: [{ role: 'user', content: 'hi' }], stream: true },
      { signal: controller.signal },
    )
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Hel') controller.abort()
    await expect.poll(() => gateway.runner.underWay, { timeout: 5_000 }).toBe(0)
    gateway.runner.next(step.hang())
    const whole = new AbortController()
    const asking = client.chat.completions.create(
      { model: 'mayros', messages: [{ role: 'user', content: 'hi' }] },
      { signal: whole.signal },
    )
    await expect.poll(() => gateway.runner.underWay, { timeout: 5_000 }).toBe(1)
    whole.abort()
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(() => gateway.runner.underWay, { timeout: 5_000 }).toBe(0)
  })

  it.each([
    ['rate-limit', OpenAI.RateLimitError, 'rate_limit_exceeded'],
    ['overloaded', OpenAI.InternalServerError, 'server_overloaded'],
    ['auth', OpenAI.InternalServerError, 'provider_auth'],
    ['timeout', OpenAI.InternalServerError, 'timeout'],
    ['context-overflow', OpenAI.BadRequestError, 'context_length_exceeded'],
    ['format', OpenAI.BadRequestError, 'provider_refused'],
  ] as const)('tells why there is no answer: %s', async (code, Kind, told) => {
    gateway.runner.otherwise([step.fail(code, 'because')])
    for (const stream of [false, true]) {
      const error = await client.chat.completions
        .create({ model: 'mayros', messages: [{ role: 'user', content: 'x' }], stream } as never)
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Kind)
      expect(error).toMatchObject({ code: told, message: expect.stringContaining('because') })
    }
  })

  it('is asked again by the client when that may help', async () => {
    const patient = gateway.client({ maxRetries: 2 })
    gateway.runner.next(step.fail('rate-limit')).next(step.fail('overloaded')).next(step.text('at last'))
    const messages = [{ role: 'user' as const, content: 'x' }]
    const answer = await patient.chat.completions.create({ model: 'mayros', messages })
    expect(answer.choices[0]?.message.content).toBe('at last')
    expect(gateway.runner.requests).toHaveLength(3)
    gateway.runner.next(step.fail('overloaded')).next(step.text('at '), step.text('last'))
    const streamed = patient.chat.completions.stream({ model: 'mayros', messages })
    expect(await streamed.finalContent()).toBe('at last')
    expect(gateway.runner.requests).toHaveLength(5)
    gateway.runner.otherwise([step.fail('auth')])
    await expect(patient.chat.completions.create({ model: 'mayros', messages })).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(gateway.runner.requests).toHaveLength(6)
  })

  it('is given up by the client that waits no longer, or finds nobody', async () => {
    gateway.runner.next(step.hang())
    const hasty = gateway.client({ timeout: 200 })
    const messages = [{ role: 'user' as const, content: 'x' }]
    const waiting = hasty.chat.completions.create({ model: 'mayros', messages })
    await expect(waiting).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    await expect.poll(() => gateway.runner.underWay, { timeout: 5_000 }).toBe(0)
    const url = gateway.url
    await gateway.stop()
    const late = new OpenAI({ apiKey: HTTP_TOKEN, baseURL: `${url}/v1`, maxRetries: 0 })
    await expect(late.models.list()).rejects.toBeInstanceOf(OpenAI.APIConnectionError)
  })

  it('tells of trouble in the middle of a stream', async () => {
    gateway.runner.next(step.text('Hel'), step.fail('provider', 'the provider fell over'))
    const stream = await client.chat.completions.create({
      model: 'mayros',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    })
    let text = ''
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    })()
    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining('the provider fell over') })
    expect(text).toBe('Hel')
  })

  it('refuses what it cannot do, naming it', async () => {
    await expect(ask({ n: 2 })).rejects.toMatchObject({ status: 400, param: 'n', code: 'unsupported_parameter' })
    await expect(ask({ logprobs: true })).rejects.toMatchObject({ status: 400, param: 'logprobs' })
    await expect(ask({ messages: [] })).rejects.toMatchObject({ status: 400, param: 'messages' })
    await expect(ask({ messages: [{ role: 'system', content: 'x' }] })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('Missing user message in `messages`.'),
    })
    await expect(ask({ temperature: 9 })).rejects.toMatchObject({ status: 400, param: 'temperature' })
    await expect(ask({ tool_choice: 'required' })).rejects.toMatchObject({ status: 400, code: 'invalid_tool' })
    await expect(gateway.client({ apiKey: 'wrong' }).models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    expect(gateway.runner.requests).toHaveLength(0)
  })

  it('refuses tools with the names of the agent’s own, unless it may not use those', async () => {
    const namesake: OpenAI.ChatCompletionTool = {
      type: 'function',
      function: { name: 'sessions_list', description: 'mine' },
    }
    const error = await ask({ tools: [WEATHER, namesake] }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_tool',
      message: expect.stringContaining('name sessions_list'),
    })
    expect(gateway.runner.requests).toHaveLength(0)
    await ask({ tools: [namesake], tool_choice: 'none' })
    await gateway.stop()
    const endpoints = { chatCompletions: { enabled: true } }
    gateway = await HttpGateway.start(engine, {
      config: { gateway: { http: { endpoints } }, tools: { deny: ['sessions_list'] } },
    })
    client = gateway.client()
    gateway.runner.next(step.call('sessions_list', { limit: 'x' }, { id: 'c1' }))
    const { choices } = await ask({ tools: [namesake] })
    expect(choices[0]?.message.tool_calls).toMatchObject([{ id: 'c1', function: { name: 'sessions_list' } }])
    expect(asked()?.tools?.filter(({ name }) => name === 'sessions_list')).toMatchObject([{ description: 'mine' }])
  })

  it('refuses what is too large, and other methods', async () => {
    const headers = { authorization: `Bearer ${HTTP_TOKEN}` }
    const url = `${gateway.url}/v1/chat/completions`
    const large = await fetch(url, { method: 'POST', headers, body: `"${'x'.repeat(1024 * 1024)}"` })
    expect([large.status, await large.json()]).toMatchObject([413, { error: { type: 'invalid_request_error' } }])
    const got = await fetch(url, { headers })
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('is not there unless it is switched on', async () => {
    await gateway.stop()
    gateway = await HttpGateway.start(engine, { config: { gateway: {} } })
    client = gateway.client()
    await expect(ask()).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('serves other libraries that speak to OpenAI', async () => {
    const provider = createOpenAICompatible({ name: 'mayros', baseURL: `${gateway.url}/v1`, apiKey: HTTP_TOKEN })
    const { text } = await generateText({ model: provider('mayros'), prompt: 'hello' })
    expect(text).toBe('You said: hello')
    gateway.runner.next(step.text('a'), step.text('b'))
    let streamed = ''
    for await (const piece of streamText({ model: provider('mayros'), prompt: 'hello' }).textStream) streamed += piece
    expect(streamed).toBe('ab')
  })
})

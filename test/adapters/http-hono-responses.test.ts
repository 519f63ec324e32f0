import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../src/domain/protocol/refusal.js'
import { pdfFile } from '../doubles/pdf-file.js'
import { ResponsesHttp } from '../doubles/responses-http.js'

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64')
const text = (value: string) => Buffer.from(value).toString('base64')

let made: ResponsesHttp

beforeEach(async () => {
  made = await ResponsesHttp.open()
})

afterEach(() => made.sessions.close())

const post = (body: object) => made.post({ model: 'mayros', ...body })
const answer = async (body: object) => {
  const response = await post(body)
  return { status: response.status, body: (await response.json()) as Record<string, any> }
}
const refusal = async (body: object) => {
  const { status, body: told } = await answer(body)
  return [status, told.error?.code, told.error?.param, told.error?.message]
}
const lastCall = () => made.calls.asked.at(-1)!
/** Everything of a stream, by name. */
const streamed = async (body: object) => {
  const response = await post({ stream: true, ...body })
  const events = (await response.text()).split('\n\n').filter((part) => part !== '')
  return events.map((event) => {
    const [, name, data] = /^(?:event: (.*)\n)?data: (.*)$/s.exec(event) ?? []
    return { name, data: data === '[DONE]' ? data : (JSON.parse(data ?? '') as Record<string, any>) }
  })
}

describe('POST /v1/responses', () => {
  it('answers with a whole response object', async () => {
    const { status, body } = await answer({
      input: 'hello',
      instructions: 'Be short.',
      metadata: { a: 'b' },
      temperature: 0.5,
      user: 'Ann',
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/),
      object: 'response',
      created_at: Math.floor(made.clock.now() / 1000),
      completed_at: Math.floor(made.clock.now() / 1000),
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: 'Be short.',
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: { a: 'b' },
      model: 'mayros',
      output: [
        {
          type: 'message',
          id: expect.stringMatching(/^msg_[0-9a-f]{32}_0$/),
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'You said: hello', annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      store: true,
      temperature: 0.5,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 18,
      },
      user: 'Ann',
    })
    expect(lastCall()).toMatchObject({
      agentId: 'main',
      sessionKey: 'agent:main:openresponses-user:ann',
      instructions: 'Be short.',
      turn: { kind: 'message', text: 'hello', attachments: [] },
      settings: { temperature: 0.5 },
    })
  })

  it.each([
    [{ model: 'mayros' }, {}, 'main'],
    [{ model: 'gpt-5' }, {}, 'main'],
    [{ model: 'mayros:work' }, {}, 'work'],
    [{ model: 'mayros/Work' }, {}, 'work'],
    [{ model: 'agent:work' }, {}, 'work'],
    [{ model: 'openclaw:work' }, {}, 'work'],
    [{ model: 'mayros' }, { 'x-mayros-agent-id': 'work' }, 'work'],
    [{ model: 'mayros:main' }, { 'x-openclaw-agent': 'work' }, 'work'],
  ])('asks the agent that %j and the headers %j name', async (body, headers, agentId) => {
    await made.post({ input: 'x', ...body }, { headers })
    expect(lastCall().agentId).toBe(agentId)
    expect(lastCall().sessionKey).toMatch(new RegExp(`^agent:${agentId}:openresponses:[0-9a-f-]{36}$`))
  })

  it('refuses agents that are not there, and sessions of other agents', async () => {
    expect(await refusal({ model: 'mayros:nobody', input: 'x' })).toEqual([
      404,
      'model_not_found',
      'model',
      expect.stringContaining('nobody'),
    ])
    const header = (key: string) =>
      made.post({ model: 'mayros', input: 'x' }, { headers: { 'x-mayros-session-key': key } })
    expect((await header('AGENT:main:Work')).status).toBe(200)
    expect(lastCall().sessionKey).toBe('agent:main:work')
    for (const key of ['agent:work:x', 'global', 'unknown']) expect((await header(key)).status).toBe(403)
    expect(made.calls.asked).toHaveLength(1)
  })

  it('understands every shape of a conversation', async () => {
    await post({
      input: [
        { role: 'system', content: 'Rule one.' },
        { role: 'user', content: 'first' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          content: [{ type: 'output_text', text: 'I look.', annotations: [], logprobs: [] }],
        },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
        { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{"at":1}', status: 'completed' },
        { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'seen' }] },
        { role: 'developer', content: [{ type: 'input_text', text: 'Rule two.' }] },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'and' },
            { type: 'input_text', text: 'now?' },
          ],
        },
        { role: 'user', content: 'Well?' },
      ],
    })
    const timestamp = made.clock.now()
    expect(lastCall().instructions).toBe('Rule one.\n\nRule two.')
    expect(lastCall().turn).toEqual({ kind: 'message', text: 'and\nnow?\n\nWell?', attachments: [] })
    expect(lastCall().earlier).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'first' }], timestamp },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'toolCall', id: 'c1', name: 'look', arguments: { at: 1 } },
        ],
        stopReason: 'toolUse',
        timestamp,
      },
      {
        role: 'toolResult',
        toolCallId: 'c1',
        toolName: 'look',
        content: [{ type: 'text', text: 'seen' }],
        isError: false,
        timestamp,
      },
    ])
  })

  it.each([
    ['flat', { type: 'function', name: 'look', description: 'Looks.', parameters: { type: 'object' }, strict: true }],
    ['nested', { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } }],
  ])('hands tools to the model, %s', async (_shape, tool) => {
    made.calls.script = () => ({ text: ['Wait.'], calls: [{ id: 'c1', name: 'look', arguments: '{"at":1}' }] })
    const { body } = await answer({ input: 'x', tools: [tool], tool_choice: { type: 'function', name: 'look' } })
    expect(lastCall()).toMatchObject({
      tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
      toolChoice: { name: 'look' },
    })
    expect(body).toMatchObject({
      status: 'completed',
      output: [
        { type: 'message', status: 'completed' },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}', status: 'completed' },
      ],
    })
  })

  it('hands settings on', async () => {
    const schema = { type: 'object', properties: {} }
    await post({
      input: 'x',
      max_output_tokens: 5,
      top_p: 0.1,
      reasoning: { effort: 'none' },
      text: { format: { type: 'json_schema', name: 'n', schema, strict: true } },
      tools: [
        { type: 'function', name: 'a', parameters: null, strict: null },
        { type: 'function', name: 'b', parameters: null, strict: null },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'b' }] },
      include: ['reasoning.encrypted_content'],
      service_tier: 'auto',
      parallel_tool_calls: false,
      stream_options: { include_obfuscation: false },
    })
    expect(lastCall()).toMatchObject({
      settings: { maxTokens: 5, topP: 0.1, format: { type: 'json_schema', name: 'n', schema, strict: true } },
      thinking: 'off',
      tools: [{ name: 'b' }],
      toolChoice: 'required',
    })
  })

  it('says when an answer was cut off', async () => {
    made.calls.script = () => ({ text: ['half'], stopReason: 'length' })
    expect((await answer({ input: 'x', max_output_tokens: 1 })).body).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete', content: [{ text: 'half' }] }],
    })
  })

  it.each([
    [{}, null, 'input', /^input: /],
    [{ input: 5 }, null, 'input', /^input: /],
    [{ input: 'x', extra: 1 }, null, 'extra', /^extra: unknown parameter$/],
    [{ input: [{ role: 'user', content: 'x', extra: 1 }] }, null, 'input[0].extra', /unknown parameter/],
    [{ input: [{ role: 'king', content: 'x' }] }, null, 'input[0].role', /^input\[0\]\.role: /],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, null, 'input[0].content[0].text', /text/],
    [{ input: [{ type: 'web_search_call' }] }, null, 'input[0].type', /type/],
    [{ input: '' }, null, 'input', /^Missing user message in `input`\.$/],
    [{ input: [] }, null, 'input', /^Missing user message/],
    [{ input: [{ role: 'assistant', content: 'x' }] }, null, 'input', /^Missing user message/],
    [{ input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] }, null, 'input[0]', /call_id c\.$/],
    [{ input: [{ type: 'item_reference', id: 'msg_00_0' }] }, null, 'input[0]', /not found/],
    [{ input: 'x', tools: [{ type: 'web_search' }] }, null, expect.stringMatching(/^tools\[0\]/), /tools/],
    [{ input: 'x', tools: [{ type: 'function', name: 'a b' }] }, null, 'tools[0].name', /name/],
    [{ input: 'x', tool_choice: 'required' }, 'invalid_tool', 'tool_choice', /^invalid tool configuration/],
    [{ input: 'x', tool_choice: { type: 'function', name: 'a' } }, 'invalid_tool', 'tool_choice', /no tool/],
    [{ input: 'x', background: true }, 'unsupported_parameter', 'background', /background/],
    [{ input: 'x', conversation: 'c' }, 'unsupported_parameter', 'conversation', /conversation/],
    [{ input: 'x', top_logprobs: 2 }, 'unsupported_parameter', 'top_logprobs', /top_logprobs/],
    [{ input: 'x', previous_response_id: 'resp_0' }, 'response_not_found', 'previous_response_id', /resp_0/],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
      'unsupported_parameter',
      'input[0].content[0].file_id',
      /./,
    ],
  ])('refuses %j', async (body, code, param, message) => {
    const [status, ...told] = await refusal(body)
    expect(status).toBe(code === 'response_not_found' ? 404 : 400)
    expect(told).toEqual([code, param, expect.stringMatching(message)])
    expect(made.calls.asked).toEqual([])
  })

  it('refuses what is no JSON, too long, or not ours to hear', async () => {
    expect((await made.http.asked('/v1/responses', { method: 'POST', body: '{"a":' })).status).toBe(400)
    expect((await post({ input: 'x'.repeat(30_000) })).status).toBe(413)
    expect((await made.http.fetch('/v1/responses', { method: 'POST', body: '{}' })).status).toBe(401)
    const get = await made.http.asked('/v1/responses')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    made.isEnabled = false
    expect((await post({ input: 'x' })).status).toBe(404)
    expect(made.calls.asked).toEqual([])
  })

  it.each([
    [{ code: 'rate-limit', message: 'slow down', retryAfterMs: 1500 } as const, 429, 'rate_limit_exceeded', '2'],
    [{ code: 'overloaded', message: 'busy' } as const, 503, 'server_overloaded', null],
    [{ code: 'timeout', message: 'late' } as const, 504, 'timeout', null],
    [{ code: 'auth', message: 'no key' } as const, 502, 'provider_auth', null],
    [{ code: 'context-overflow', message: 'too long' } as const, 400, 'context_length_exceeded', null],
  ])('tells of a failure by status, whole or as a stream: %j', async (failure, status, code, retryAfter) => {
    made.calls.script = () => ({ failure })
    for (const stream of [false, true]) {
      const response = await post({ input: 'x', stream })
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter])
      expect(response.headers.get('x-should-retry')).toBe(code === 'provider_auth' ? 'false' : null)
      expect(await response.json()).toMatchObject({ error: { message: failure.message, code } })
    }
  })

  it('tells that no agent can be asked now', async () => {
    made.calls.refusal = new Refusal('UNAVAILABLE', 'stopping', { retryable: true, retryAfterMs: 3000 })
    for (const stream of [false, true]) {
      const response = await post({ input: 'x', stream })
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3'])
    }
  })

  it('stops the agent when the client goes away', async () => {
    made.calls.script = () => ({ isStuck: true })
    for (const stream of [false, true]) {
      const leaving = new AbortController()
      const answering = made.post({ model: 'mayros', input: 'x', stream }, { signal: leaving.signal })
      await expect.poll(() => made.calls.asked.length).toBeGreaterThan(stream ? 1 : 0)
      leaving.abort()
      await expect.poll(() => made.calls.aborted.length).toBe(stream ? 2 : 1)
      await answering
    }
  })
})

describe('a stream', () => {
  it('tells the whole sequence of events', async () => {
    made.calls.script = () => ({
      thinking: ['hm', 'm'],
      text: ['Hel', 'lo', null, 'again'],
      calls: [{ id: 'c1', name: 'look', arguments: '{}' }],
    })
    const events = await streamed({
      input: 'x',
      reasoning: { summary: 'auto' },
      tools: [{ type: 'function', name: 'look', parameters: null }],
    })
    expect(events.map(({ name }) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
      undefined,
    ])
    const told = events.slice(0, -1).map(({ data }) => data as Record<string, any>)
    expect(told.map(({ sequence_number }) => sequence_number)).toEqual(told.map((_, index) => index))
    expect(told.map(({ type }) => type)).toEqual(events.slice(0, -1).map(({ name }) => name))
    expect(told.at(-1)?.response).toMatchObject({
      status: 'completed',
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hmm' }] },
        { type: 'message', content: [{ text: 'Hello\n\nagain' }] },
        { type: 'function_call', call_id: 'c1' },
      ],
      usage: { total_tokens: 18 },
    })
    expect(events.at(-1)?.data).toBe('[DONE]')
  })

  it('is no event longer than needed where nobody asked for thoughts', async () => {
    made.calls.script = () => ({ thinking: ['hm'], text: ['a'] })
    expect((await streamed({ input: 'x' })).map(({ name }) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
      undefined,
    ])
  })

  it('ends with the failure when it comes in the middle', async () => {
    made.calls.script = () => ({ text: ['so far'], failure: { code: 'connection', message: 'it broke' } })
    const events = await streamed({ input: 'x' })
    expect(events.slice(-3).map(({ name }) => name)).toEqual(['error', 'response.failed', undefined])
    expect(events.at(-3)?.data).toMatchObject({ type: 'error', code: 'server_error', message: 'it broke', param: null })
    expect(events.at(-2)?.data).toMatchObject({
      response: {
        status: 'failed',
        error: { code: 'server_error', message: 'it broke' },
        output: [{ status: 'incomplete', content: [{ text: 'so far' }] }],
      },
    })
  })

  it('is named cut off when it is', async () => {
    made.calls.script = () => ({ text: ['half'], stopReason: 'length' })
    expect((await streamed({ input: 'x' })).at(-2)?.name).toBe('response.incomplete')
  })

  it('begins when the model is silent for long, and shows signs of life', async () => {
    made.calls.script = () => ({ isStuck: true })
    const answering = post({ input: 'x', stream: true })
    await expect.poll(() => made.calls.asked.length).toBe(1)
    await made.clock.advance(2000)
    const response = await answering
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const hear = async () => {
      heard += (await reader.read()).value ?? ''
    }
    while (!heard.includes('response.in_progress')) await hear()
    await made.clock.advance(30_000)
    await hear()
    expect(heard).toContain('\n\n: keep-alive\n\n')
    await reader.cancel()
    await expect.poll(() => made.calls.aborted.length).toBe(1)
  })
})

describe('pictures and files', () => {
  const message = (...content: object[]) => ({ input: [{ role: 'user', content }] })
  const file = (type: string, data: string, filename?: string) => ({
    type: 'input_file',
    file_data: `data:${type};base64,${data}`,
    ...(filename === undefined ? {} : { filename }),
  })

  it.each([
    [{ type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' }],
    [{ type: 'input_image', source: { type: 'base64', media_type: 'image/jpeg', data: PNG } }],
    [{ type: 'input_image', image_url: 'https://pictures.example/a' }],
    [{ type: 'input_image', source: { type: 'url', url: 'https://pictures.example/a' } }],
  ])('take a picture as %j', async (part) => {
    made.remote.files.set('https://pictures.example/a', { bytes: Buffer.from(PNG, 'base64'), mimeType: 'text/plain' })
    expect((await post(message({ type: 'input_text', text: 'see' }, part))).status).toBe(200)
    expect(lastCall().turn).toEqual({
      kind: 'message',
      text: 'see',
      attachments: [{ mimeType: 'image/png', data: PNG }],
    })
  })

  it.each([
    [file('text/markdown', text('# hi'), 'a.md'), '<file name="a.md" type="text/markdown">\n# hi\n</file>'],
    [
      file('application/octet-stream', text('{}'), 'a.json'),
      '<file name="a.json" type="application/json">\n{}\n</file>',
    ],
    [{ type: 'input_file', file_data: text('plain') }, '<file name="file" type="text/plain">\nplain\n</file>'],
    [
      file('text/plain', text('x</file><file name="y">'), 'a"\n<b>.txt'),
      '<file name="a b .txt" type="text/plain">\nx&lt;/file>&lt;file name="y">\n</file>',
    ],
    [
      file('text/plain', text('x'.repeat(300)), 'a.txt'),
      `<file name="a.txt" type="text/plain">\n${'x'.repeat(200)}\n[The file goes on; these are its first 200 characters.]\n</file>`,
    ],
    [
      file('text/plain', text('%PDF-1.4 pages'), 'a.txt'),
      '<file name="a.txt" type="application/pdf">\npages\n\n[Pages 1 to 4 of 9.]\n</file>',
    ],
    [
      { type: 'input_file', file_url: 'https://files.example/n/notes.txt' },
      '<file name="notes.txt" type="text/plain">\nfetched\n</file>',
    ],
    [
      { type: 'input_file', source: { type: 'url', url: 'https://files.example/n/notes.txt' }, filename: 'own.md' },
      '<file name="own.md" type="text/plain">\nfetched\n</file>',
    ],
  ])('take a file as %j', async (part, framed) => {
    const bytes = Buffer.from('fetched')
    made.remote.files.set('https://files.example/n/notes.txt', { bytes, mimeType: 'text/plain' })
    expect((await post(message(part))).status).toBe(200)
    expect(lastCall().turn).toEqual({ kind: 'message', text: framed, attachments: [] })
  })

  it.each([
    ['a picture that is none', { type: 'input_image', image_url: `data:image/png;base64,${text('no')}` }],
    [
      'a picture of a type that is not allowed',
      { type: 'input_image', image_url: `data:image/gif;base64,${text('GIF89a')}` },
    ],
    [
      'a picture that is too large',
      { type: 'input_image', image_url: `data:image/png;base64,${text('x'.repeat(200))}` },
    ],
    ['what is no base64', { type: 'input_image', image_url: 'data:image/png;base64,*' }],
    ['nothing', { type: 'input_image', image_url: 'data:image/png;base64,' }],
    ['a file that is no text', file('text/plain', Buffer.from([0xff, 0xfe, 0xfd]).toString('base64'))],
    ['a file with zeros in it', file('text/plain', Buffer.from([65, 0, 66]).toString('base64'))],
    ['a picture as a file', file('text/plain', PNG)],
    ['a type that is not allowed', file('application/zip', text('PK'))],
    ['what says it is a PDF', file('application/pdf', text('hello'))],
    ['a PDF that cannot be read', file('application/pdf', text('%PDF-1.4 damaged'))],
    ['a PDF without text', file('application/pdf', text('%PDF-1.4 '))],
    ['a private address', { type: 'input_file', file_url: 'http://inside.example/' }],
    ['what cannot be reached', { type: 'input_image', image_url: 'http://nobody.example/' }],
    ['what is no URL', { type: 'input_image', image_url: 'file:///etc/passwd' }],
  ])('are refused: %s', async (_what, part) => {
    made.remote.files.set('http://inside.example/', { failure: 'remote-address' })
    expect(await refusal(message({ type: 'input_text', text: 'see' }, part))).toEqual([
      400,
      'invalid_input_file',
      'input[0].content[1]',
      expect.stringMatching(/^input\[0\]\.content\[1\]: /),
    ])
    expect(made.calls.asked).toEqual([])
  })

  it('are fetched within the limits of the configuration, and only so many', async () => {
    const part = { type: 'input_image', image_url: 'https://pictures.example/a' }
    expect(await refusal(message(part, part, part))).toEqual([400, null, 'input', expect.stringContaining('At most 2')])
    expect(made.remote.asked).toEqual([])
    await refusal(message(part))
    expect(made.remote.asked).toMatchObject([{ maxBytes: 100, maxRedirects: 3, timeoutMs: 1000, hosts: [] }])
    made.limits = { ...made.limits, images: { ...made.limits.images, allowUrl: false } }
    expect((await refusal(message(part)))[1]).toBe('invalid_input_file')
    expect(made.remote.asked).toHaveLength(1)
  })

  it('are kept with the response only when they are small', async () => {
    made.limits = { ...made.limits, files: { ...made.limits.files, maxBytes: 20_000 } }
    const long = file('text/plain', text('x'.repeat(13_000)), 'long.txt')
    const { body } = await answer(message({ type: 'input_image', image_url: `data:image/png;base64,${PNG}` }, long))
    const items = await (await made.http.asked(`/v1/responses/${body.id}/input_items`)).json()
    expect(items).toMatchObject({
      data: [{ content: [{ image_url: `data:image/png;base64,${PNG}` }, { file_data: '', filename: 'long.txt' }] }],
    })
  })

  it('tell a real PDF by its first bytes', () => {
    expect(Buffer.from(pdfFile(['x']).subarray(0, 5)).toString()).toBe('%PDF-')
  })
})

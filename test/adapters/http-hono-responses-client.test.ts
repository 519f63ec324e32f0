import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadUws } from '../../src/adapters/transport-uws/uws-binding.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Transport } from '../../src/application/ports/transport.js'
import { RecordedEvents } from '../contracts/transport/recorded-events.js'
import { portOf } from '../contracts/transport/stage.js'
import { SECRET } from '../doubles/guarded-http.js'
import { ResponsesHttp } from '../doubles/responses-http.js'

const LOOK: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'look',
  parameters: { type: 'object', properties: { at: { type: 'number' } } },
  strict: true,
}

const { engine, refusals } = loadUws()
const transports: [name: string, make: () => Transport][] = [['ws', () => new WsTransport()]]
if (engine === undefined) it.skip(`uws does not load here: ${JSON.stringify(refusals)}`, () => undefined)
else transports.push([engine.name, () => new UwsTransport(engine)])

describe.each(transports)('the official client of OpenAI, over %s', (_name, make) => {
  let made: ResponsesHttp
  let client: OpenAI
  let stop: () => Promise<void>

  beforeEach(async () => {
    made = await ResponsesHttp.open()
    const listener = await make().listen([{ host: '127.0.0.1', port: 0 }])
    listener.serve(new RecordedEvents({ fetch: (request, peer) => made.http.app.fetch(request, peer) }))
    const baseURL = `http://127.0.0.1:${portOf(listener)}/v1`
    client = new OpenAI({ apiKey: SECRET, baseURL, maxRetries: 0 })
    stop = () => listener.stop()
  })

  afterEach(async () => {
    await stop()
    await made.sessions.close()
  })

  it('asks and goes on', async () => {
    const first = await client.responses.create({ model: 'mayros', input: 'one' })
    expect([first.output_text, first.status, first.usage?.total_tokens]).toEqual(['You said: one', 'completed', 18])
    const second = await client.responses.create({ model: 'mayros', input: 'two', previous_response_id: first.id })
    expect(second.output_text).toBe('You said: two')
    expect(made.calls.asked[1]?.sessionKey).toBe(made.calls.asked[0]?.sessionKey)
  })

  it('goes on with the whole conversation in its own hands', async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'one' }]
    const first = await client.responses.create({ model: 'mayros', input, store: false })
    input.push(...(first.output as OpenAI.Responses.ResponseInput), { role: 'user', content: 'two' })
    await client.responses.create({ model: 'mayros', input, store: false })
    expect(made.calls.asked[1]?.earlier).toMatchObject([
      { role: 'user', content: [{ text: 'one' }] },
      { role: 'assistant', content: [{ text: 'You said: one' }] },
    ])
  })

  it('reads, lists and deletes what is kept', async () => {
    const { id } = await client.responses.create({ model: 'mayros', input: 'one' })
    expect((await client.responses.retrieve(id)).output_text).toBe('You said: one')
    const items = []
    for await (const item of client.responses.inputItems.list(id)) items.push(item)
    expect(items).toMatchObject([{ role: 'user', content: [{ text: 'one' }] }])
    await expect(client.responses.cancel(id)).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await client.responses.delete(id)
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('hears a stream event by event', async () => {
    made.calls.script = () => ({ text: ['Hel', 'lo'] })
    const stream = await client.responses.create({ model: 'mayros', input: 'x', stream: true })
    let text = ''
    const sequence: number[] = []
    for await (const event of stream) {
      sequence.push(event.sequence_number)
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.completed') expect(event.response.output[0]).toMatchObject({ type: 'message' })
    }
    expect(text).toBe('Hello')
    expect(sequence).toEqual(sequence.map((_, index) => index))
  })

  it('gathers a stream with its helper', async () => {
    made.calls.script = () => ({
      thinking: ['hm'],
      text: ['Hel', 'lo', null, 'again'],
      calls: [{ id: 'c1', name: 'look', arguments: '{"at":1}' }],
    })
    const stream = client.responses.stream({
      model: 'mayros',
      input: 'x',
      tools: [LOOK],
      reasoning: { summary: 'auto' },
    })
    const snapshots: string[] = []
    stream.on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot))
    const response = await stream.finalResponse()
    expect(snapshots).toEqual(['Hel', 'Hello', 'Hello\n\nagain'])
    expect(response.output_text).toBe('Hello\n\nagain')
    expect(response.output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'hm' }] },
      { type: 'message' },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}', parsed_arguments: { at: 1 } },
    ])
    expect((await client.responses.retrieve(response.id)).output).toHaveLength(3)
  })

  it('hands in the result of a tool, with what its helper made of the call', async () => {
    made.calls.script = ({ turn }) =>
      turn.kind === 'message' ? { calls: [{ id: 'c1', name: 'look', arguments: '{"at":1}' }] } : { text: ['Seen.'] }
    const asked: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'look!' }]
    const first = await client.responses.stream({ model: 'mayros', input: asked, tools: [LOOK] }).finalResponse()
    const output: OpenAI.Responses.ResponseInput = [{ type: 'function_call_output', call_id: 'c1', output: 'a tree' }]
    const input = [...asked, ...(first.output as OpenAI.Responses.ResponseInput), ...output]
    const second = await client.responses.create({ model: 'mayros', input, tools: [LOOK] })
    expect(second.output_text).toBe('Seen.')
    const third = await client.responses.create({ model: 'mayros', input: output, previous_response_id: first.id })
    expect(third.output_text).toBe('Seen.')
  })

  it('parses an answer in JSON', async () => {
    made.calls.script = () => ({ text: ['{"name":', '"Ann"}'] })
    const format = zodTextFormat(z.object({ name: z.string() }), 'person')
    const response = await client.responses.parse({ model: 'mayros', input: 'who?', text: { format } })
    expect(response.output_parsed).toEqual({ name: 'Ann' })
    expect(made.calls.asked[0]?.settings.format).toMatchObject({ type: 'json_schema', name: 'person', strict: true })
    const input = [...(response.output as OpenAI.Responses.ResponseInput), { role: 'user' as const, content: 'and?' }]
    expect((await client.responses.create({ model: 'mayros', input })).status).toBe('completed')
  })

  it('sees each failure as the error it knows', async () => {
    const create = (more: object = {}) => client.responses.create({ model: 'mayros', input: 'x', ...more })
    const fail = (code: 'rate-limit' | 'overloaded' | 'context-overflow') => {
      made.calls.script = () => ({ failure: { code, message: 'no' } })
    }
    await expect(create({ nonsense: 1 })).rejects.toMatchObject({ status: 400, param: 'nonsense' })
    await expect(create({ model: 'mayros:nobody' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    const foreign = { headers: { 'x-mayros-session-key': 'agent:work:mine' } }
    await expect(client.responses.create({ model: 'mayros', input: 'x' }, foreign)).rejects.toBeInstanceOf(
      OpenAI.PermissionDeniedError,
    )
    made.ownTools = new Set(['look'])
    await expect(create({ tools: [LOOK] })).rejects.toMatchObject({ status: 400, code: 'invalid_tool', param: 'tools' })
    await expect(create({ tools: [LOOK], stream: true })).rejects.toMatchObject({ status: 400, code: 'invalid_tool' })
    expect((await create({ tools: [LOOK], tool_choice: 'none' })).status).toBe('completed')
    await expect(create({ previous_response_id: 'resp_0' })).rejects.toMatchObject({ code: 'response_not_found' })
    fail('rate-limit')
    await expect(create()).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(create({ stream: true })).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    fail('overloaded')
    await expect(create()).rejects.toBeInstanceOf(OpenAI.InternalServerError)
    fail('context-overflow')
    await expect(create()).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' })
    const stranger = client.withOptions({ apiKey: 'wrong' })
    await expect(stranger.responses.create({ model: 'mayros', input: 'x' })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    )
  })

  it('asks again by itself where that can help', async () => {
    let failures = 0
    made.calls.script = () => {
      failures += 1
      if (failures === 1) return { failure: { code: 'rate-limit', message: 'slow down', retryAfterMs: 1 } }
      if (failures === 2) return { failure: { code: 'overloaded', message: 'busy', retryAfterMs: 1 } }
      return { text: ['at last'] }
    }
    const patient = client.withOptions({ maxRetries: 3 })
    const response = await patient.responses.create({ model: 'mayros', input: 'x' })
    expect([response.output_text, failures]).toEqual(['at last', 3])
    failures = 0
    const streamed = await patient.responses.stream({ model: 'mayros', input: 'x' }).finalResponse()
    expect([streamed.output_text, failures]).toEqual(['at last', 3])
  })

  it('stops the agent by going away', async () => {
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    made.calls.script = () => {
      begin()
      return { text: ['so far'], isStuck: true }
    }
    const leaving = new AbortController()
    const whole = client.responses.create({ model: 'mayros', input: 'x' }, { signal: leaving.signal })
    await begun
    leaving.abort()
    await expect(whole).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(() => made.calls.aborted.length).toBe(1)
    const stream = client.responses.stream({ model: 'mayros', input: 'x' })
    stream.on('response.output_text.delta', () => stream.abort())
    await expect(stream.done()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(() => made.calls.aborted.length).toBe(2)
  })

  it('sends pictures and files', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64')
    await client.responses.create({
      model: 'mayros',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'see' },
            { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'auto' },
            { type: 'input_file', filename: 'a.txt', file_data: `data:text/plain;base64,${btoa('hi')}` },
          ],
        },
      ],
    })
    expect(made.calls.asked[0]?.turn).toMatchObject({
      text: 'see\n<file name="a.txt" type="text/plain">\nhi\n</file>',
      attachments: [{ mimeType: 'image/png', data: png }],
    })
  })

  it('finds the models', async () => {
    const ids = []
    for await (const { id } of client.models.list()) ids.push(id)
    expect(ids).toEqual(['mayros', 'mayros:main', 'mayros:work'])
    for (const id of ['mayros', 'mayros:work', 'agent:work', 'openclaw', 'openclaw:main']) {
      expect((await client.models.retrieve(id)).id).toBe(id)
    }
    for (const id of ['gpt-5', 'mayros:nobody']) {
      await expect(client.models.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    }
  })
})

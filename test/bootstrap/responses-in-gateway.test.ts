import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { step } from '../../src/adapters/runner-scripted/script-step.js'
import { ScriptedRunner } from '../../src/adapters/runner-scripted/scripted-runner.js'
import { LibsqlSessionStore } from '../../src/adapters/store-libsql/libsql-session-store.js'
import { tokens } from '../../src/bootstrap/index.js'
import { textOf } from '../../src/domain/session/transcript.js'
import { GatewayStage, TOKEN } from '../doubles/gateway-stage.js'

const DAY_MS = 86_400_000
const CONFIG = { gateway: { http: { endpoints: { responses: { enabled: true } } } } }
const LOOK: OpenAI.Responses.FunctionTool = { type: 'function', name: 'look_out', parameters: null, strict: null }

let folder: string
let stage: GatewayStage
let runner: ScriptedRunner
let client: OpenAI

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayros-responses-'))
  const clock = new FakeClock()
  runner = new ScriptedRunner(clock)
  const store = new LibsqlSessionStore(join(folder, 'mayros.db'))
  stage = await GatewayStage.open({ config: CONFIG, clock, runner, store })
  client = new OpenAI({
    apiKey: TOKEN,
    baseURL: `http://127.0.0.1:${stage.endpoint.port}/v1`,
    maxRetries: 0,
    fetch: (url, init) => stage.transport.fetch(String(url), init),
  })
})

afterEach(async () => {
  await stage.close()
  await rm(folder, { recursive: true })
})

const lastRequest = () => runner.requests.at(-1)!
const history = () => lastRequest().history.map((message) => `${message.role}: ${textOf(message)}`)
const create = (body: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>) =>
  client.responses.create({ model: 'mayros', ...body })

describe('/v1/responses of a whole gateway', () => {
  it('asks the agent and goes on, over days and branches', async () => {
    const first = await create({ input: 'one', instructions: 'Be short.', temperature: 0.5, max_output_tokens: 9 })
    expect(first.output_text).toBe('You said: one')
    expect(lastRequest()).toMatchObject({ extraSystemPrompt: expect.stringContaining('Be short.') })
    const second = await create({ input: 'two', previous_response_id: first.id })
    expect([second.output_text, history()]).toEqual(['You said: two', ['user: one', 'assistant: You said: one']])
    await create({ input: 'other two', previous_response_id: first.id })
    expect(history()).toEqual(['user: one', 'assistant: You said: one'])
    const sessions = await stage.store.count()
    await stage.clock.advance(2 * DAY_MS)
    await create({ input: 'three', previous_response_id: second.id })
    expect(history()).toEqual(['user: one', 'assistant: You said: one', 'user: two', 'assistant: You said: two'])
    expect(await stage.store.count()).toBe(sessions + 1)
  })

  it('streams', async () => {
    runner.next(step.text('Hel'), step.text('lo'))
    const stream = client.responses.stream({ model: 'mayros', input: 'x' })
    const response = await stream.finalResponse()
    expect([response.status, response.output_text]).toEqual(['completed', 'Hello'])
    expect((await client.responses.retrieve(response.id)).output_text).toBe('Hello')
  })

  it('hands out calls of tools and takes their results', async () => {
    runner.next(step.text('I look.'), step.call('look_out', { at: 1 }, { id: 'c1' })).next(step.text('A tree.'))
    const first = await create({ input: 'what is there?', tools: [LOOK] })
    expect(first.output).toMatchObject([
      { type: 'message', content: [{ text: 'I look.' }] },
      { type: 'function_call', call_id: 'c1', name: 'look_out', arguments: '{"at":1}' },
    ])
    const input: OpenAI.Responses.ResponseInput = [{ type: 'function_call_output', call_id: 'c1', output: 'a tree' }]
    const second = await create({ input, previous_response_id: first.id, tools: [LOOK] })
    expect(second.output_text).toBe('A tree.')
    expect(lastRequest().history.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult'])
    const third = await create({ input: 'thanks', previous_response_id: second.id })
    expect(third.output_text).toBe('You said: thanks')
    expect(lastRequest().history.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult', 'assistant'])
  })

  it('keeps nothing where nothing is to be stored', async () => {
    const { id } = await create({ input: 'secret', store: false })
    expect(await stage.store.count()).toBe(0)
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('is there again after a restart', async () => {
    const { id } = await create({ input: 'one' })
    const responses = stage.gateway.get(tokens.responseStore)
    await stage.store.close()
    await stage.store.open()
    expect((await responses.get(id, 0))?.body.id).toBe(id)
  })

  it('tells of failures of the model', async () => {
    runner.next(step.fail('context-overflow'))
    await expect(create({ input: 'x' })).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' })
  })

  it('stops the run of a client that goes away', async () => {
    runner.next(step.text('so far'), step.hang())
    const stream = client.responses.stream({ model: 'mayros', input: 'x' })
    stream.on('response.output_text.delta', () => stream.abort())
    await expect(stream.done()).rejects.toThrow()
    await expect.poll(() => runner.underWay).toBe(0)
  })

  it('is not there until it is turned on', async () => {
    const closed = await GatewayStage.open({ runner })
    const url = `http://127.0.0.1:${closed.endpoint.port}/v1/responses`
    const headers = { authorization: `Bearer ${TOKEN}` }
    const response = await closed.transport.fetch(url, { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(404)
    await closed.close()
  })
})

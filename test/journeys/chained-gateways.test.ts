import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import { type ModelAnswer, type ModelRequest, ModelServer } from '../doubles/model-server.js'
import { CliHome } from './harness/cli-home.js'
import { ask, history, textOf } from './harness/conversation.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { until } from './harness/until.js'

let near: CliHome
let far: CliHome
let model: ModelServer

beforeEach(async () => {
  near = new CliHome()
  far = new CliHome()
  model = await ModelServer.start()
})

afterEach(async () => {
  await near.dispose()
  await far.dispose()
  await model.stop()
})

/** The gateway in front of the model. */
async function behind(tools: object): Promise<RunningGateway> {
  const provider = { api: 'openai-completions', baseUrl: `${model.url}/v1`, apiKey: 'key-of-the-model-0123456789' }
  await far.configure({
    gateway: { mode: 'local', http: { endpoints: { chatCompletions: { enabled: true } } } },
    models: { providers: { model: { ...provider, models: [{ id: 'model-1' }] } } },
    agents: { defaults: { model: 'model/model-1' } },
    tools,
  })
  return far.gateway()
}

/** The gateway that people talk to, whose model is an agent of the other one. */
async function inFrontOf({ url, token }: RunningGateway): Promise<GatewayClient> {
  const baseUrl = `${url.replace('ws', 'http')}/v1`
  await near.configure({
    gateway: { mode: 'local' },
    models: { providers: { far: { api: 'openai-completions', baseUrl, apiKey: token, models: [{ id: 'mayros' }] } } },
    agents: { defaults: { model: 'far/mayros' } },
  })
  return (await near.gateway()).connect()
}

describe('a gateway whose model is an agent of another gateway', () => {
  it('has a conversation of several turns, word by word', async () => {
    const client = await inFrontOf(await behind({ deny: ['*'] }))
    const deltas = deltasOf(client)
    model.answer = () => ({ kind: 'speech', text: ['Good ', 'morning, ', 'Ada.'], delayMs: 20 })
    const first = await ask(client, 'I am Ada.', 'run-1')
    expect(textOf(first)).toBe('Good morning, Ada.')
    expect(deltas).toEqual(['Good ', 'morning, ', 'Ada.'])
    expect(first.result.meta.agentMeta).toMatchObject({ provider: 'far', usage: { input: 7, output: 5, total: 12 } })

    model.answer = () => ({ kind: 'speech', text: ['You are Ada.'] })
    expect(textOf(await ask(client, 'Who am I?', 'run-2'))).toBe('You are Ada.')
    expect(said(model.requests[1])).toEqual(['user: I am Ada.', 'assistant: Good morning, Ada.', 'user: Who am I?'])
  })

  it('uses its own tools, which the other one hands out', async () => {
    const client = await inFrontOf(await behind({ deny: ['*'] }))
    const path = join(near.path, 'note.txt')
    model.answer = inTurn(
      calling('write', { path, content: 'milk' }, 'I note it.'),
      calling('read', { path }),
      (request) => ({ kind: 'speech', text: [`The note says: ${lastTool(request)}`] }),
      () => ({ kind: 'speech', text: ['You are welcome.'] }),
    )
    const answered = await ask(client, 'Note that we need milk, and read it to me.', 'run-1')
    expect(textOf(answered)).toContain('The note says: milk')
    expect(readFileSync(path, 'utf8')).toBe('milk')
    expect(textOf(await ask(client, 'Thanks.', 'run-2'))).toBe('You are welcome.')

    // Every request carries the whole conversation, calls and results in their places.
    const roles = model.requests.map((request) => messagesOf(request).map(({ role }) => role))
    const step = ['assistant', 'tool']
    expect(roles).toEqual([
      ['system', 'user'],
      ['system', 'user', ...step],
      ['system', 'user', ...step, ...step],
      ['system', 'user', ...step, ...step, 'assistant', 'user'],
    ])
    expect((await history(client)).at(-1)).toBe('assistant: You are welcome.')
  })

  it('is told where both have a tool of one name', async () => {
    const client = await inFrontOf(await behind({}))
    await expect(ask(client, 'hi', 'run-1')).rejects.toMatchObject({
      message: expect.stringMatching(/the agent has a tool with the name \w+ itself/),
    })
    expect(model.requests).toHaveLength(0)
  })

  it('gives up what is given up, on both', async () => {
    const client = await inFrontOf(await behind({ deny: ['*'] }))
    const deltas = deltasOf(client)
    model.answer = () => ({ kind: 'speech', text: ['and so on '], after: 'hang' })
    const answered = ask(client, 'tell me everything', 'run-1')
    await until('the first words', () => deltas.length > 0)
    await client.call('chat.abort', { sessionKey: 'main', runId: 'run-1' })
    expect((await answered).result.meta.aborted).toBe(true)
    await until('the request to the model to end', () => model.openResponses === 0)
    expect(existsSync(join(far.stateDir, 'run', 'gateway.json'))).toBe(true)
  })

  it('tells of trouble behind the other one', async () => {
    const client = await inFrontOf(await behind({ deny: ['*'] }))
    model.answer = () => ({ kind: 'error', status: 401, body: { error: { message: 'no such key' } } })
    await expect(ask(client, 'hi', 'run-1')).rejects.toMatchObject({ message: expect.stringContaining('no such key') })
  })
})

/** Answers one after the other; the last one again and again. */
function inTurn(
  ...answers: readonly ((request: ModelRequest) => ModelAnswer)[]
): (request: ModelRequest) => ModelAnswer {
  let next = 0
  return (request) => {
    const answer = answers[Math.min(next, answers.length - 1)]
    next += 1
    if (answer === undefined) throw new Error('there is no answer')
    return answer(request)
  }
}

function calling(name: string, args: object, ...text: readonly string[]): () => ModelAnswer {
  return () => ({ kind: 'speech', text, toolCall: { id: `call_${name}`, name, arguments: args } })
}

interface UpstreamMessage {
  readonly role: string
  readonly content: string | readonly { readonly text?: string }[]
}

function messagesOf(request: ModelRequest | undefined): readonly UpstreamMessage[] {
  return (request?.body.messages ?? []) as readonly UpstreamMessage[]
}

function wordsOf({ content }: UpstreamMessage): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
}

/** What the model was given, without the system prompt. */
function said(request: ModelRequest | undefined): readonly string[] {
  const others = messagesOf(request).filter(({ role }) => role !== 'system')
  return others.map((message) => `${message.role}: ${wordsOf(message)}`)
}

function lastTool(request: ModelRequest): string {
  const last = messagesOf(request).findLast(({ role }) => role === 'tool')
  return last === undefined ? '' : wordsOf(last)
}

function deltasOf(client: GatewayClient): string[] {
  const deltas: string[] = []
  client.on('agent', ({ payload }) => {
    const { stream, data } = payload as { stream: string; data: { delta?: string } }
    if (stream === 'assistant') deltas.push(data.delta ?? '')
  })
  return deltas
}

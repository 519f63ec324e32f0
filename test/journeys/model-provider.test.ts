import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { type ModelAnswer, type ModelRequest, ModelServer } from '../doubles/model-server.js'
import { CliHome } from './harness/cli-home.js'
import { ask, history, textOf } from './harness/conversation.js'
import { until } from './harness/until.js'

const KEY = 'sk-key-of-the-journey-0123456789'

let home: CliHome
let upstream: ModelServer

beforeEach(async () => {
  home = new CliHome()
  upstream = await ModelServer.start()
})

afterEach(async () => {
  await home.dispose()
  await upstream.stop()
})

/** The configuration of somebody who runs a model server of their own. */
function config(more: object = {}, baseUrl = `${upstream.url}/v1`): object {
  return {
    gateway: { mode: 'local' },
    models: { providers: { local: { api: 'openai-completions', baseUrl, apiKey: KEY, models: [{ id: 'model-1' }] } } },
    agents: { defaults: { model: 'local/model-1', ...more } },
  }
}

describe('a conversation with a model provider', () => {
  it('streams the answer, and a follow-up carries the history', async () => {
    await home.configure(config())
    upstream.answer = () => ({ kind: 'speech', text: ['Good ', 'morning, ', 'Ada.'], delayMs: 5 })
    const gateway = await home.gateway()
    expect(gateway.process.stdout).toContain('agent main answers with local/model-1')
    const client = await gateway.connect()
    const deltas = deltasOf(client)

    const first = await ask(client, 'I am Ada.', 'run-1')
    expect(textOf(first)).toBe('Good morning, Ada.')
    expect(first.result.meta).toMatchObject({
      agentMeta: { provider: 'local', model: 'model-1', usage: { input: 7, output: 5, total: 12 } },
    })
    expect(deltas).toEqual(['Good ', 'morning, ', 'Ada.'])

    upstream.answer = () => ({ kind: 'speech', text: ['You are Ada.'] })
    expect(textOf(await ask(client, 'Who am I?', 'run-2'))).toBe('You are Ada.')

    const [one, two] = upstream.requests
    expect(one?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(said(one)).toEqual(['user: I am Ada.'])
    expect(two?.body).toMatchObject({ model: 'model-1', stream: true })
    expect(said(two)).toEqual(['user: I am Ada.', 'assistant: Good morning, Ada.', 'user: Who am I?'])
  })

  it('the history survives a restart of the gateway', async () => {
    await home.configure(config())
    const first = await home.gateway()
    await ask(await first.connect(), 'before', 'run-1')
    await first.stop()
    await ask(await (await home.gateway()).connect(), 'after', 'run-2')
    expect(said(upstream.requests[1])).toEqual(['user: before', 'assistant: Hello world', 'user: after'])
  })

  it('mayros agent prints the answer, --stream as it comes', async () => {
    await home.configure(config())
    upstream.answer = () => ({ kind: 'speech', text: ['from ', 'the ', 'model'], delayMs: 5 })
    await home.gateway()
    expect(await home.run(['agent', '-m', 'hi'])).toMatchObject({ code: 0, stdout: 'from the model\n', stderr: '' })
    expect(await home.run(['agent', '-m', 'hi', '--stream'])).toMatchObject({ code: 0, stdout: 'from the model\n' })
  })

  it('an aborted run ends the request to the provider', async () => {
    await home.configure(config())
    upstream.answer = () => ({ kind: 'speech', text: ['and so on '], after: 'hang' })
    const client = await (await home.gateway()).connect()
    const deltas = deltasOf(client)
    const answered = ask(client, 'tell me everything', 'run-1')
    await until('the first words', () => deltas.length > 0)
    await client.call('chat.abort', { sessionKey: 'main', runId: 'run-1' })
    expect((await answered).result.meta.aborted).toBe(true)
    await until('the request to end', () => upstream.openResponses === 0)
  })
})

describe('a provider that does not answer is told in words', () => {
  const cases: readonly (readonly [string, ModelAnswer, RegExp])[] = [
    [
      'a bad key',
      { kind: 'error', status: 401, body: { error: { message: `Incorrect API key provided: ${KEY}` } } },
      /^local\/model-1 was refused: the API key is missing, wrong .*\(HTTP 401\).*set LOCAL_API_KEY or models\.providers\.local\.apiKey/,
    ],
    [
      'an unknown model',
      { kind: 'error', status: 404, body: { error: { message: 'The model does not exist', code: 'model_not_found' } } },
      /^local\/model-1 is not a model that the provider knows \(HTTP 404\).*agents\.defaults\.model/,
    ],
    [
      'a rate limit',
      { kind: 'error', status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'slow down' } } },
      /^local\/model-1 was refused: too many requests .*"slow down"; try again in 7 s$/,
    ],
    [
      'a stream that is cut',
      { kind: 'speech', text: ['half an '], after: 'drop', delayMs: 5 },
      /^local\/model-1 cannot be reached or broke off .*check the network/,
    ],
    [
      'a stream that just ends',
      { kind: 'speech', text: ['half an '], after: 'end' },
      /^local\/model-1 .*(broke off|answer)/,
    ],
  ]

  it.each(cases)('%s', async (_, answer, words) => {
    await home.configure(config())
    upstream.answer = () => answer
    const gateway = await home.gateway()
    await expectFailure(gateway.connect(), words)
    expect(upstream.requests).toHaveLength(1)

    const cli = await home.run(['agent', '-m', 'hi'])
    expect(cli.stderr).toMatch(new RegExp(words.source.replace('^', '^Error: '), 'm'))
    expect(cli.code).toBe(1)
    const everything = gateway.process.stdout + gateway.process.stderr + cli.stdout + cli.stderr
    expect(everything).not.toContain(KEY)
  })

  it('nobody at the address', async () => {
    await home.configure(config({}, `http://127.0.0.1:${await unusedPort()}/v1`))
    await expectFailure(
      (await home.gateway()).connect(),
      /^local\/model-1 cannot be reached .*ECONNREFUSED.*models\.providers\.local\.baseUrl/,
    )
  })

  it('a model that is still silent when the time is up', async () => {
    await home.configure(config({ timeoutSeconds: 1 }))
    upstream.answer = () => ({ kind: 'hang' })
    const client = await (await home.gateway()).connect()
    const finals: unknown[] = []
    client.on('chat', ({ payload }) => finals.push(payload))
    const { status, result } = await ask(client, 'hi', 'run-1')
    expect({ status, aborted: result.meta.aborted }).toEqual({ status: 'ok', aborted: true })
    expect(finals).toContainEqual(expect.objectContaining({ state: 'final', stopReason: 'timeout' }))
    await until('the request to end', () => upstream.openResponses === 0)

    const cli = await home.run(['agent', '-m', 'hi', '--timeout', '1'])
    expect(cli.stderr).toMatch(/^Error: .*(timeout|did not end within 1 s)/m)
    expect(cli.code).toBe(1)
  })

  it('a failed turn does not poison the conversation', async () => {
    await home.configure(config())
    const client = await (await home.gateway()).connect()
    upstream.answer = () => ({ kind: 'error', status: 503, body: 'down' })
    await expect(ask(client, 'first', 'run-1')).rejects.toThrow(/overloaded or down/)
    upstream.answer = () => ({ kind: 'speech', text: ['here I am'] })
    expect(textOf(await ask(client, 'second', 'run-2'))).toBe('here I am')
    expect(await history(client)).toEqual([
      'user: first',
      expect.stringMatching(/^assistant! local\/model-1 is overloaded/),
      'user: second',
      'assistant: here I am',
    ])
    const roles = messagesOf(upstream.requests[1]).map(({ role }) => role)
    expect(roles.filter((role) => role !== 'system').at(-1)).toBe('user')
    expect(JSON.stringify(upstream.requests[1]?.body)).toContain('second')
  })
})

/** The run fails with these words: in the final response, in the `chat` event and in the history. */
async function expectFailure(connecting: Promise<GatewayClient>, words: RegExp): Promise<void> {
  const client = await connecting
  const errors: string[] = []
  client.on('chat', ({ payload }) => {
    const { state, errorMessage } = payload as { state: string; errorMessage?: string }
    if (state === 'error') errors.push(errorMessage ?? '')
  })
  await expect(ask(client, 'hi', 'run-1')).rejects.toMatchObject({
    message: expect.stringMatching(words),
    payload: { runId: 'run-1', status: 'error', summary: expect.stringMatching(words) },
  })
  expect(errors).toEqual([expect.stringMatching(words)])
  expect((await history(client)).join('\n')).toMatch(new RegExp(words.source.replace('^', '')))
}

function deltasOf(client: GatewayClient): string[] {
  const deltas: string[] = []
  client.on('agent', ({ payload }) => {
    const { stream, data } = payload as { stream: string; data: { delta?: string } }
    if (stream === 'assistant') deltas.push(data.delta ?? '')
  })
  return deltas
}

interface UpstreamMessage {
  readonly role: string
  readonly content: string | readonly { readonly text?: string }[]
}

function messagesOf(request: ModelRequest | undefined): readonly UpstreamMessage[] {
  return (request?.body.messages ?? []) as readonly UpstreamMessage[]
}

/** What the provider was given, without the system prompt. */
function said(request: ModelRequest | undefined): readonly string[] {
  return messagesOf(request)
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }) => {
      const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
      return `${role}: ${text}`
    })
}

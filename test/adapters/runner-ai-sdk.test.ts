import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AiSdkRunner } from '../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import { agentRunnerContract } from '../contracts/agent-runner.contract.js'
import { CountedClock } from '../doubles/counted-clock.js'
import type { Dialect } from '../doubles/model-dialects.js'
import { ModelServer } from '../doubles/model-server.js'
import { collect, DIALECTS, requestTo, tableFor, textOf } from './runner-ai-sdk/fixture.js'

for (const dialect of DIALECTS) {
  agentRunnerContract(
    { describe, it },
    {
      name: `AI SDK, ${dialect}`,
      create: async () => {
        const server = await ModelServer.start()
        const runner = new AiSdkRunner(tableFor(server.url), new CountedClock())
        const asking = (message: string) => ({ ...requestTo(dialect), message })
        server.answer = (request) => {
          const text = JSON.stringify(request.body)
          const returned = text.match(/result-\d+/g)
          if (returned !== null) return { kind: 'speech', text: returned }
          const asked = /call:([\w%]*)/.exec(text)
          if (asked !== null) {
            const calls: { name: string; args: unknown }[] = JSON.parse(fromHex(asked[1] ?? ''))
            const toolCalls = calls.map(({ name, args }, index) => ({ id: `call_${index}`, name, arguments: args }))
            return { kind: 'speech', toolCalls }
          }
          const message = /"(say|silent|endless|fail):([^"]*)"/.exec(text)
          const words = (message?.[2] ?? '').split(' ').map((word) => `${word} `)
          switch (message?.[1]) {
            case 'silent':
              return { kind: 'hang' }
            case 'endless':
              return { kind: 'speech', text: ['once ', 'upon '], after: 'hang' }
            case 'fail':
              return { kind: 'error', status: 401, body: { error: { message: 'no such key' } } }
            default:
              return { kind: 'speech', text: words, delayMs: 1 }
          }
        }
        return {
          runner,
          saying: (words) => asking(`say:${words.join(' ')}`),
          silent: () => asking('silent:'),
          endless: () => asking('endless:'),
          calling: (calls) => asking(`call:${Buffer.from(JSON.stringify(calls)).toString('hex')}`),
          failing: () => ({ request: asking('fail:'), code: 'auth' }),
          isIdle: () => server.openResponses === 0,
          begun: () => server.requests.length,
          stop: () => server.stop(),
        }
      },
    },
  )
}

function fromHex(text: string): string {
  return Buffer.from(text, 'hex').toString()
}

describe.each(DIALECTS)('a conversation over %s', (dialect: Dialect) => {
  let server: ModelServer
  let runner: AiSdkRunner
  let workspace: string

  beforeEach(async () => {
    server = await ModelServer.start()
    runner = new AiSdkRunner(tableFor(server.url), new CountedClock())
    workspace = await mkdtemp(join(tmpdir(), 'mayros-runner-'))
  })

  afterEach(async () => {
    await server.stop()
    await rm(workspace, { recursive: true })
  })

  it('streams thoughts and text, and finishes with what it cost', async () => {
    server.answer = () => ({ kind: 'speech', thinking: ['Let me ', 'see.'], text: ['Grüß ', 'Gott ', '👋'] })
    const parts = await collect(runner, requestTo(dialect))
    expect(textOf(parts, 'thinking')).toBe('Let me see.')
    expect(textOf(parts)).toBe('Grüß Gott 👋')
    expect(parts.at(-1)).toEqual({
      type: 'finish',
      stopReason: 'stop',
      provider: dialect,
      model: 'model-1',
      api: dialect,
      usage: { input: 7, output: 5, total: 12 },
    })
  })

  it('sends key, headers, system prompt, history and pictures', async () => {
    await writeFile(join(workspace, 'SOUL.md'), 'You are kind.')
    const request = {
      ...requestTo(dialect),
      workspace,
      extraSystemPrompt: 'Be short.',
      history: [
        { role: 'user', content: [{ type: 'text', text: 'first question' }], timestamp: 1 },
        { role: 'assistant', content: [{ type: 'text', text: 'first answer' }], timestamp: 2 },
      ],
      message: 'second question',
      attachments: [{ mimeType: 'image/png', data: 'iVBORw0KGgo=' }],
    } as const
    await collect(runner, request)
    const sent = server.requests[0]
    const text = JSON.stringify(sent?.body)
    const order = ['You are kind.', 'Be short.', 'first question', 'first answer', 'second question', 'iVBORw0KGgo=']
    for (const piece of order) expect(text).toContain(piece)
    expect(text.indexOf('first question')).toBeLessThan(text.indexOf('second question'))
    expect(Object.values(sent?.headers ?? {}).join(' ')).toContain('secret-key-123456')
    expect(sent?.headers['x-tenant']).toBe('tenant-header-secret')
  })

  it('says that the answer was cut when the provider says so', async () => {
    server.answer = () => ({ kind: 'speech', text: ['a very long'], finish: 'length' })
    expect((await collect(runner, requestTo(dialect))).at(-1)).toMatchObject({ type: 'finish', stopReason: 'length' })
  })

  it('reports a tool call with its arguments', async () => {
    server.answer = () => ({
      kind: 'speech',
      text: ['Looking. '],
      toolCall: { id: 'call_7', name: 'look_up', arguments: { word: 'hexagon' } },
    })
    const parts = await collect(runner, requestTo(dialect))
    expect(textOf(parts)).toBe('Looking. ')
    expect(parts).toContainEqual(
      expect.objectContaining({ type: 'tool.call', name: 'look_up', args: { word: 'hexagon' } }),
    )
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'toolUse' })
  })

  it('takes a history with tool calls, and a wish to think', async () => {
    const model = {
      'openai-completions': 'o3',
      'openai-responses': 'gpt-5.6',
      'anthropic-messages': 'claude-sonnet-5',
      'google-generative-ai': 'gemini-2.5-flash',
    }[dialect]
    const request = {
      ...requestTo(dialect, model),
      thinking: 'low',
      history: [
        { role: 'user', content: [{ type: 'text', text: 'look' }], timestamp: 1 },
        {
          role: 'assistant',
          content: [{ type: 'toolCall', id: 'c1', name: 'look', arguments: { at: 'it' } }],
          timestamp: 2,
        },
        {
          role: 'toolResult',
          toolCallId: 'c1',
          toolName: 'look',
          content: [{ type: 'text', text: 'a hexagon' }],
          isError: false,
          timestamp: 3,
        },
        { role: 'assistant', content: [{ type: 'toolCall', id: 'c2', name: 'look', arguments: {} }], timestamp: 4 },
      ],
    } as const
    expect(textOf(await collect(runner, request))).toBe('Hello world')
    const sent = JSON.stringify(server.requests[0]?.body)
    for (const piece of ['a hexagon', 'interrupted']) expect(sent).toContain(piece)
    expect(sent).toMatch(/"reasoning_effort":"low"|"effort":"low"|"budget_tokens":2048|"thinkingBudget":2048/)
    expect(sent.includes('"tools"')).toBe(dialect === 'anthropic-messages')
  })

  it('uses connections again for runs one after the other', async () => {
    for (let run = 0; run < 8; run += 1) await collect(runner, requestTo(dialect))
    expect(server.requests).toHaveLength(8)
    expect(new Set(server.requests.map((request) => request.connection)).size).toBeLessThanOrEqual(2)
  })
})

describe('AiSdkRunner.models', () => {
  it('lists what the providers list', () => {
    const models = new AiSdkRunner(tableFor('http://127.0.0.1:9'), new CountedClock()).models()
    expect(models).toContainEqual({
      id: 'model-1',
      name: 'Model One',
      provider: 'openai-completions',
      contextWindow: 1000,
      maxTokens: 500,
    })
    expect(models).toHaveLength(DIALECTS.length)
  })
})

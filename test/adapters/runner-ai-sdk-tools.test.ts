import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { AiSdkRunner } from '../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import type { RunnerRequest } from '../../src/application/ports/agent-runner.js'
import { MAX_MODEL_CALLS } from '../../src/application/runs/tool-loop.js'
import { ToolRegistry } from '../../src/application/tools/tool-registry.js'
import { tokens } from '../../src/bootstrap/index.js'
import { textOf as textOfMessage } from '../../src/domain/session/transcript.js'
import { CountedClock } from '../doubles/counted-clock.js'
import { GatewayStage } from '../doubles/gateway-stage.js'
import type { Dialect } from '../doubles/model-dialects.js'
import { ModelServer } from '../doubles/model-server.js'
import { said, testTool, toolbox } from '../doubles/test-tools.js'
import { collect, DIALECTS, requestTo, tableFor, textOf } from './runner-ai-sdk/fixture.js'

const LOOK = {
  name: 'look',
  description: 'Looks.',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
}
const PARALLEL = [
  { id: 'call_1', name: 'look', arguments: { at: 'the door' } },
  { id: 'call_2', name: 'look', arguments: { at: 'the window' } },
]
/** Google sends arguments as they are, never as text. */
const WITH_TEXT = DIALECTS.filter((dialect) => dialect !== 'google-generative-ai')

let server: ModelServer
let runner: AiSdkRunner

beforeEach(async () => {
  server = await ModelServer.start()
  runner = new AiSdkRunner(tableFor(server.url), new CountedClock())
})

afterEach(() => server.stop())

const asking = (dialect: Dialect, more: Partial<RunnerRequest> = {}): RunnerRequest => ({
  ...requestTo(dialect),
  tools: [LOOK],
  ...more,
})

describe.each(DIALECTS)('tools over %s', (dialect) => {
  it('are offered, and asked for side by side', async () => {
    server.answer = () => ({ kind: 'speech', text: ['Looking.'], toolCalls: PARALLEL })
    const parts = await collect(runner, asking(dialect))
    expect(JSON.stringify(server.requests[0]?.body.tools)).toContain('"look"')
    expect(textOf(parts)).toBe('Looking.')
    expect(parts.flatMap((part) => (part.type === 'tool.call' ? [part.args] : []))).toEqual([
      { at: 'the door' },
      { at: 'the window' },
    ])
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'toolUse', usage: { input: 7, output: 5 } })
  })

  it('leave plain answers as they are', async () => {
    const parts = await collect(runner, asking(dialect))
    expect(textOf(parts)).toBe('Hello world')
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'stop' })
  })
})

describe.each(WITH_TEXT)('unreadable arguments over %s', (dialect) => {
  it.each([
    ['{"at": "the do', 'they are not valid JSON'],
    ['["the door"]', 'they are no JSON object'],
  ])('%s come as they were sent, with the reason', async (text, problem) => {
    server.answer = () => ({ kind: 'speech', toolCalls: [{ id: 'call_1', name: 'look', arguments: null, text }] })
    const parts = await collect(runner, asking(dialect))
    expect(parts.slice(0, -1)).toEqual([{ type: 'tool.call', toolCallId: 'call_1', name: 'look', args: text, problem }])
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'toolUse' })
  })

  it('none at all are an empty object', async () => {
    server.answer = () => ({ kind: 'speech', toolCalls: [{ id: 'call_1', name: 'look', arguments: null, text: '' }] })
    expect((await collect(runner, asking(dialect)))[0]).toMatchObject({ type: 'tool.call', args: {} })
  })
})

describe('signed thoughts', () => {
  const request = asking('anthropic-messages', {
    model: { provider: 'anthropic-messages', model: 'claude-sonnet-5' },
    thinking: 'low',
  })
  const goingOn: RunnerRequest = {
    ...request,
    message: null,
    history: [
      { role: 'user', content: [{ type: 'text', text: 'Hello' }], timestamp: 1 },
      {
        role: 'assistant',
        content: [{ type: 'toolCall', id: 'call_1', name: 'look', arguments: { at: 'the door' } }],
        timestamp: 2,
      },
      {
        role: 'toolResult',
        toolCallId: 'call_1',
        toolName: 'look',
        content: [{ type: 'text', text: 'open' }],
        isError: false,
        timestamp: 3,
      },
    ],
  }

  it('go back in front of the calls they led to, within the run', async () => {
    server.answer = () => ({ kind: 'speech', thinking: ['The ', 'door?'], toolCalls: PARALLEL.slice(0, 1) })
    await collect(runner, request)
    await collect(runner, goingOn)
    const body = server.requests[1]?.body
    expect(body?.thinking).toMatchObject({ type: 'enabled' })
    const messages = body?.messages as { content: object[] }[]
    expect(messages[1]?.content.slice(0, 2)).toEqual([
      { type: 'thinking', thinking: 'The door?', signature: 'signed-by-the-house' },
      expect.objectContaining({ type: 'tool_use', id: 'call_1' }),
    ])
    await collect(runner, { ...goingOn, runId: 'another' })
    expect(JSON.stringify(server.requests[2]?.body)).not.toContain('signed-by-the-house')
  })

  it('that are gone end the thinking of that call, not the run', async () => {
    await collect(runner, goingOn)
    expect(server.requests[0]?.body.thinking).toBeUndefined()
  })
})

describe.each(DIALECTS)('a whole run over %s', (dialect) => {
  let stage: GatewayStage
  let looked: (string | undefined)[]

  beforeEach(async () => {
    looked = []
    const look = testTool('look', async ({ at }) => {
      looked.push(at)
      return said(`result-${looked.length}`)
    })
    const registry = new ToolRegistry([toolbox([look])], new MemoryLog())
    const offered = registry.offer('main', () => true)
    stage = await GatewayStage.open({
      runner,
      modules: [
        (bindings) =>
          bindings.constant(tokens.runHooks, {
            toolsFor: () => offered,
            modelsFor: () => ({ primary: { provider: dialect, model: 'model-1' }, fallbacks: [] }),
          }),
      ],
    })
  })

  afterEach(() => stage.close())

  async function run() {
    const client = await stage.join()
    await client.request('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'hi' })
    await vi.waitFor(
      async () => {
        await stage.settle()
        const record = await stage.store.run('hi')
        if (record === null || record.state === 'running' || record.state === 'accepted')
          throw new Error('not over yet')
      },
      { timeout: 20_000, interval: 2 },
    )
    const session = await stage.store.session('agent:main:main')
    const entries = await stage.store.transcript(session?.sessionId ?? '')
    const results = entries.flatMap(({ message }) => (message.role === 'toolResult' ? [textOfMessage(message)] : []))
    return { record: await stage.store.run('hi'), results }
  }

  it('uses tools side by side, hears of an unknown one and of arguments that do not fit, and comes to an end', async () => {
    const odd = [
      { id: 'call_3', name: 'fly', arguments: {} },
      { id: 'call_4', name: 'look', arguments: { at: 7 } },
    ]
    server.answer = () =>
      server.requests.length === 1
        ? { kind: 'speech', text: ['Looking.'], toolCalls: [...PARALLEL, ...odd] }
        : { kind: 'speech', text: ['All seen.'] }
    const { record, results } = await run()
    expect(record).toMatchObject({ state: 'ok', outcome: { text: 'All seen.', usage: { input: 14, output: 10 } } })
    expect(looked).toEqual(['the door', 'the window'])
    expect(results).toEqual([
      'result-1',
      'result-2',
      'There is no tool named fly. There are: look.',
      'The arguments of look do not fit: at /at: must be string.',
    ])
    const sent = JSON.stringify(server.requests[1]?.body)
    for (const piece of ['result-1', 'result-2', 'no tool named fly', 'must be string']) expect(sent).toContain(piece)
  })

  it('that would never end is ended', async () => {
    server.answer = () => ({ kind: 'speech', toolCalls: PARALLEL.slice(0, 1) })
    const { record } = await run()
    expect(record).toMatchObject({ state: 'error' })
    expect(server.requests).toHaveLength(MAX_MODEL_CALLS)
    expect(looked).toHaveLength(MAX_MODEL_CALLS - 1)
  }, 30_000)
})

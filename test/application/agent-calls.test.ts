import { afterEach, describe, expect, it } from 'vitest'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import type { AgentCall, AgentCallListener } from '../../src/application/agent-calls/agent-call.js'
import { RunnerFailure } from '../../src/application/ports/agent-runner.js'
import type { Tool } from '../../src/application/ports/tools.js'
import type { RunHooks } from '../../src/application/runs/run-hooks.js'
import { ToolRegistry } from '../../src/application/tools/tool-registry.js'
import { tokens } from '../../src/bootstrap/index.js'
import { INTERRUPTED } from '../../src/domain/run/interrupted.js'
import type { ToolResultMessage } from '../../src/domain/session/transcript.js'
import { GatewayStage, LastingStore } from '../doubles/gateway-stage.js'
import type { Puppet } from '../doubles/puppet-runner.js'
import { said, testTool, toolbox } from '../doubles/test-tools.js'

const KEY = 'agent:main:openai:1'
const usage = { input: 5, output: 2, total: 7 }

describe('an agent asked by a program', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  async function open(tools: readonly Tool[] = [], store = new LastingStore()): Promise<void> {
    const registry = new ToolRegistry([toolbox(tools)], new MemoryLog())
    const hooks: RunHooks = { toolsFor: () => registry.offer('main', () => true) }
    stage = await GatewayStage.open({ store, modules: [(bindings) => bindings.constant(tokens.runHooks, hooks)] })
  }

  const asking = (changes: Partial<AgentCall> = {}): AgentCall => ({
    agentId: 'main',
    sessionKey: KEY,
    earlier: [],
    turn: { kind: 'message', text: 'hi', attachments: [] },
    tools: [],
    toolChoice: 'auto',
    settings: {},
    ...changes,
  })

  async function start(call: AgentCall, heard: string[] = []) {
    const listener: AgentCallListener = {
      text: (delta) => heard.push(delta),
      thinking: (delta) => heard.push(`(${delta})`),
      stepped: () => heard.push('|'),
    }
    const under = await stage.gateway.get(tokens.agentCalls).start(call, listener)
    await stage.settle()
    return under
  }

  async function called(number: number): Promise<Puppet> {
    for (let turn = 0; turn < 50 && stage.runner.puppets.length < number; turn++) await stage.settle()
    expect(stage.runner.puppets).toHaveLength(number)
    return stage.runner.last
  }

  async function transcript(key = KEY) {
    const session = await stage.store.session(key)
    return stage.store.transcript(session?.sessionId ?? '')
  }

  const roles = async () => (await transcript()).map(({ message }) => message.role)

  it('is heard as it speaks, from the first word', async () => {
    await open()
    const heard: string[] = []
    const call = await start(
      asking({ instructions: 'be brief', settings: { temperature: 0.1 }, thinking: 'low' }),
      heard,
    )
    const model = await called(1)
    expect(model.request).toMatchObject({
      message: 'hi',
      extraSystemPrompt: 'be brief',
      settings: { temperature: 0.1 },
      thinking: 'low',
    })
    model.do({ type: 'thinking', delta: 'hm' }).say('Hel').say('').say('lo').finish({ usage })
    const end = await call.ended
    expect(heard).toEqual(['(hm)', 'Hel', 'lo'])
    expect(end).toMatchObject({
      status: 'completed',
      text: 'Hello',
      calls: [],
      stopReason: 'stop',
      usage,
      model: 'puppet',
    })
    const entries = await transcript()
    expect(end.status === 'completed' && end.entryId).toBe(entries.at(-1)?.id)
    expect(entries.map(({ message }) => message.role)).toEqual(['user', 'assistant'])
  })

  it('begins a new session with what was said before, and only a new one', async () => {
    await open()
    const earlier = [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'before' }], timestamp: 0 },
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'yes' }], timestamp: 0 },
    ]
    const first = await start(asking({ earlier }))
    const model = await called(1)
    expect(model.request.history.map(({ role }) => role)).toEqual(['user', 'assistant'])
    model.say('one').finish()
    await first.ended
    const second = await start(asking({ earlier }))
    const again = await called(2)
    expect(again.request.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    again.say('two').finish()
    await second.ended
    expect(await roles()).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant'])
  })

  it('hands over what the model asks of the caller, and goes on from the results', async () => {
    await open()
    const tools = [{ name: 'weather', description: 'of a city', parameters: { type: 'object' } }]
    const first = await start(asking({ tools, toolChoice: 'required' }))
    const model = await called(1)
    expect(model.request).toMatchObject({ tools, toolChoice: 'required' })
    model.say('Let me look.').call('c1', 'weather', { city: 'Ulm' }).finish({ stopReason: 'toolUse' })
    expect(await first.ended).toMatchObject({
      status: 'completed',
      text: 'Let me look.',
      stopReason: 'toolUse',
      calls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Ulm"}' }],
    })
    const result: ToolResultMessage = {
      role: 'toolResult',
      toolCallId: 'c1',
      toolName: 'weather',
      content: [{ type: 'text', text: 'rain' }],
      isError: false,
      timestamp: 0,
    }
    const second = await start(asking({ tools, turn: { kind: 'tool-results', results: [result] } }))
    const again = await called(2)
    expect(again.request.message).toBeNull()
    expect(again.request.toolChoice).toBeUndefined()
    expect(again.request.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult'])
    again.say('It rains.').finish()
    expect(await second.ended).toMatchObject({ text: 'It rains.', stopReason: 'stop' })
    expect(await roles()).toEqual(['user', 'assistant', 'toolResult', 'assistant'])
  })

  it('carries out its own tools beside those of the caller, and stores everything once', async () => {
    await open([testTool('look', async () => said('seen'))])
    const heard: string[] = []
    const tools = [
      { name: 'weather', description: '', parameters: {} },
      { name: 'look', description: 'a namesake', parameters: {} },
    ]
    const call = await start(asking({ tools }), heard)
    const model = await called(1)
    expect(model.request.tools?.map(({ name, description }) => [name, description !== 'a namesake'])).toEqual([
      ['look', true],
      ['weather', true],
    ])
    model.call('c1', 'look').finish({ stopReason: 'toolUse' })
    const second = await called(2)
    second.say('And').call('c2', 'look').call('c3', 'weather').finish({ stopReason: 'toolUse', usage })
    const end = await call.ended
    expect(end).toMatchObject({ text: 'And', calls: [{ id: 'c3', name: 'weather', arguments: '{}' }], usage })
    const entries = await transcript()
    expect(entries.map(({ message }) => message.role)).toEqual([
      'user',
      'assistant',
      'toolResult',
      'assistant',
      'toolResult',
    ])
    expect(end.status === 'completed' && end.entryId).toBe(entries[3]?.id)
    expect(heard).toEqual(['|', 'And', '|'])
    expect((await stage.store.session(KEY))?.outputTokens).toBe(2)
  })

  it('offers nothing of the caller where no tool may be chosen', async () => {
    await open()
    const tools = [{ name: 'weather', description: '', parameters: {} }]
    const call = await start(asking({ tools, toolChoice: 'none' }))
    const model = await called(1)
    expect(model.request.tools).toBeUndefined()
    model.say('no').finish()
    await call.ended
  })

  it('ends when nobody listens any more, under way or waiting', async () => {
    await open()
    const first = await start(asking())
    const second = await start(asking({ turn: { kind: 'message', text: 'later', attachments: [] } }))
    await called(1)
    second.abort()
    expect(await second.ended).toEqual({ status: 'aborted' })
    first.abort()
    await stage.clock.advance(1_000)
    expect(await first.ended).toEqual({ status: 'aborted' })
    expect(JSON.stringify(await transcript())).not.toContain('later')
  })

  it('says why there is no answer', async () => {
    await open()
    const call = await start(asking())
    const model = await called(1)
    model.fail(new RunnerFailure('rate-limit', 'test/puppet: slow down', { retryAfterMs: 3_000 }))
    expect(await call.ended).toEqual({
      status: 'failed',
      code: 'rate-limit',
      message: 'test/puppet: slow down',
      retryAfterMs: 3_000,
    })
  })

  it('is forgotten with the process: nobody waits for the answer', async () => {
    const store = new LastingStore()
    await store.open()
    const request = { message: 'hi' }
    const record = { runId: 'r', method: 'http' as const, sessionKey: KEY, agentId: 'main', request }
    await store.commit([{ kind: 'run.accept', run: { ...record, state: 'accepted', acceptedAt: 0 } }])
    await open([], store)
    await stage.settle()
    expect(stage.runner.puppets).toHaveLength(0)
    expect(await store.run('r')).toMatchObject({ state: 'interrupted', error: INTERRUPTED })
  })
})

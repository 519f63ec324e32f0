import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { step } from '../../../src/adapters/runner-scripted/script-step.js'
import { ScriptedRunner } from '../../../src/adapters/runner-scripted/scripted-runner.js'
import { RunnerFailure } from '../../../src/application/ports/agent-runner.js'
import type { Tool } from '../../../src/application/ports/tools.js'
import type { RunHooks } from '../../../src/application/runs/run-hooks.js'
import { MAX_MODEL_CALLS } from '../../../src/application/runs/tool-loop.js'
import { ToolRegistry } from '../../../src/application/tools/tool-registry.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { textOf } from '../../../src/domain/session/transcript.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { said, testTool, toolbox } from '../../doubles/test-tools.js'

const KEY = 'agent:main:main'
const usage = (input: number) => ({ input, output: 1, total: input + 1 })

describe('a run with tools', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  afterEach(() => stage.close())

  async function open(tools: readonly Tool[], more: RunHooks = {}, options: object = {}) {
    const registry = new ToolRegistry([toolbox(tools)], new MemoryLog())
    const hooks: RunHooks = { toolsFor: () => registry.offer('main', () => true), ...more }
    stage = await GatewayStage.open({ modules: [(bindings) => bindings.constant(tokens.runHooks, hooks)], ...options })
    client = await stage.join({ caps: ['tool-events'], scopes: ['operator.read', 'operator.write'] })
  }

  /** Starts a run with the text as its id. */
  async function ask(message: string): Promise<void> {
    await client.request('chat.send', { sessionKey: 'main', message, idempotencyKey: message })
    await stage.settle()
  }

  /** Waits until the model was called so often, and lets it speak. */
  async function call(number: number) {
    for (let turn = 0; turn < 50 && stage.runner.puppets.length < number; turn++) await stage.settle()
    expect(stage.runner.puppets).toHaveLength(number)
    return stage.runner.last
  }

  async function transcript() {
    const session = await stage.store.session(KEY)
    return (await stage.store.transcript(session?.sessionId ?? '')).map(({ message }) => message)
  }

  const lines = async () =>
    (await transcript()).map((message) =>
      message.role === 'assistant'
        ? `assistant ${message.content.map((block) => (block.type === 'toolCall' ? `<${block.id}>` : textOf({ content: [block] }))).join('')}`
        : `${message.role} ${textOf(message)}`,
    )
  const toolEvents = () =>
    client
      .events('agent')
      .map(({ payload }) => payload)
      .filter(({ stream }) => stream === 'tool')
      .map(({ data }) => `${data.phase} ${data.toolCallId}${data.isError ? ' error' : ''}`)
  const chats = () =>
    client.events('chat').map(({ payload }) => [payload.state, payload.message?.content[0].text] as const)

  it('streams, keeps every step, and ends with the last thing that was said', async () => {
    await open([testTool('look', async ({ at }) => said(`saw ${at}`))])
    await ask('hi')
    const first = await call(1)
    expect(first.request.tools).toEqual([
      expect.objectContaining({ name: 'look', parameters: expect.objectContaining({ type: 'object' }) }),
    ])
    first
      .say('Let me see.')
      .call('c1', 'look', { at: 'it' })
      .finish({ stopReason: 'toolUse', usage: usage(10) })
    const second = await call(2)
    expect(second.request.message).toBeNull()
    expect(second.request.history.map(({ role }) => role)).toEqual(['user', 'assistant', 'toolResult'])
    await stage.clock.advance(1_000)
    second.say('A hexagon.').finish({ usage: usage(20) })
    await stage.settle()

    expect(await lines()).toEqual(['user hi', 'assistant Let me see.<c1>', 'toolResult saw it', 'assistant A hexagon.'])
    expect((await transcript()).map((message) => ('usage' in message ? message.usage?.input : undefined))).toEqual([
      undefined,
      10,
      undefined,
      20,
    ])
    expect(await stage.store.run('hi')).toMatchObject({
      state: 'ok',
      outcome: { text: 'A hexagon.', usage: { input: 30, output: 2, total: 32 } },
    })
    expect(await stage.store.session(KEY)).toMatchObject({ inputTokens: 30, outputTokens: 2, totalTokens: 21 })
    expect(toolEvents()).toEqual(['start c1', 'result c1'])
    expect(chats()).toEqual([
      ['delta', 'Let me see.'],
      ['delta', 'Let me see.\n\nA hexagon.'],
      ['final', 'A hexagon.'],
    ])
  })

  it('asks the model again only when the step before is durable, and no tool begins before its call is', async () => {
    const seen: string[][] = []
    await open([
      testTool('look', async () => {
        seen.push(await lines())
        return said('seen')
      }),
    ])
    stage.runner.onStage = () => {
      void lines().then((now) => seen.push(now))
    }
    await ask('hi')
    ;(await call(1)).call('c1', 'look').finish({ stopReason: 'toolUse' })
    await call(2)
    expect(seen[1]).toEqual(['user hi', 'assistant <c1>'])
    expect(seen[2]).toEqual(['user hi', 'assistant <c1>', 'toolResult seen'])
    stage.runner.last.finish()
    await stage.settle()
  })

  it('lets calls of one answer work side by side, with results in the order of the calls', async () => {
    const release = new Map<string, () => void>()
    await open([
      testTool('look', ({ at = '' }, context) => {
        context.update(`half of ${at}`)
        return new Promise((resolve) => release.set(at, () => resolve(said(`saw ${at}`))))
      }),
    ])
    await ask('hi')
    ;(await call(1)).call('a', 'look', { at: 'a' }).call('b', 'look', { at: 'b' }).finish({ stopReason: 'toolUse' })
    await stage.settle()
    expect([...release.keys()]).toEqual(['a', 'b'])
    release.get('b')?.()
    await stage.settle()
    release.get('a')?.()
    ;(await call(2)).say('done').finish()
    await stage.settle()
    expect(await lines()).toEqual([
      'user hi',
      'assistant <a><b>',
      'toolResult saw a',
      'toolResult saw b',
      'assistant done',
    ])
    expect(toolEvents()).toEqual(['start a', 'update a', 'start b', 'update b', 'result b', 'result a'])
    const record = await stage.gateway.get(tokens.trail).read({ events: ['tool'] })
    expect(record.map(({ actor, subject, reason }) => [actor, subject, reason])).toEqual([
      ['agent:main', 'look', 'ok'],
      ['agent:main', 'look', 'ok'],
    ])
  })

  it('tells the model what was wrong with a call, and goes on', async () => {
    await open([
      testTool('look', async () => said('seen')),
      testTool('rule', async () => said('never'), { isForOwners: true }),
      testTool('break', async () => {
        throw new Error('the secret is 42')
      }),
    ])
    await ask('hi')
    const puppet = await call(1)
    puppet.call('c', 'fly').call('c', 'look', { at: 7 }).call('c', 'rule').call('c', 'break')
    puppet.do({ type: 'tool.call', toolCallId: 'c', name: 'look', args: '{"at', problem: 'they are not valid JSON' })
    puppet.finish({ stopReason: 'toolUse' })
    ;(await call(2)).say('sorry').finish()
    await stage.settle()
    expect((await lines()).slice(1)).toEqual([
      'assistant <c><c_2><c_3><c_4><c_5>',
      'toolResult There is no tool named fly. There are: look, rule, break.',
      'toolResult The arguments of look do not fit: at /at: must be string.',
      'toolResult rule is only for the owner of this gateway.',
      'toolResult break failed by a fault of its own, which the log of the gateway tells about.',
      'toolResult The arguments of look could not be read: they are not valid JSON. Call it again with a JSON object.',
      'assistant sorry',
    ])
    expect((await transcript()).filter((message) => message.role === 'toolResult' && message.isError)).toHaveLength(5)
    expect(await stage.store.run('hi')).toMatchObject({ state: 'ok' })
  })

  it('ends a tool that takes too long, and one that does not listen is left behind', async () => {
    await open([
      testTool(
        'wait',
        (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(said('so far')))),
        {
          timeoutMs: 5_000,
        },
      ),
      testTool('hang', () => new Promise(() => undefined)),
    ])
    await ask('hi')
    ;(await call(1)).call('w', 'wait').call('h', 'hang').finish({ stopReason: 'toolUse' })
    await stage.clock.advance(5_000)
    expect(toolEvents()).toContain('result w error')
    await stage.clock.advance(116_999)
    expect(stage.runner.puppets).toHaveLength(1)
    await stage.clock.advance(1)
    ;(await call(2)).finish()
    await stage.settle()
    expect((await lines()).slice(2, 4)).toEqual([
      'toolResult so far\n[timed out after 5 s]',
      'toolResult [timed out after 120 s]',
    ])
  })

  it('cuts what a tool returns, and says how much', async () => {
    await open([testTool('look', async () => said('x'.repeat(150_000)))])
    await ask('hi')
    ;(await call(1)).call('c', 'look').finish({ stopReason: 'toolUse' })
    ;(await call(2)).finish()
    await stage.settle()
    const result = textOf((await transcript())[2] ?? { content: [] })
    expect(result).toHaveLength(100_000 + '\n[cut: 50000 of 150000 characters are not shown]'.length)
    expect(result.endsWith('[cut: 50000 of 150000 characters are not shown]')).toBe(true)
  })

  describe('that is stopped', () => {
    const abort = () => client.request('chat.abort', { sessionKey: 'main' })

    it('while the model asks for tools: none begins, what was said stays', async () => {
      let begun = 0
      await open([testTool('look', async () => said(String(++begun)))])
      await ask('hi')
      ;(await call(1)).say('Let me').call('c', 'look')
      await stage.settle()
      await abort()
      await stage.clock.advance(500)
      expect(begun).toBe(0)
      expect(await lines()).toEqual(['user hi', 'assistant Let me'])
      expect(await stage.store.run('hi')).toMatchObject({ state: 'aborted' })
    })

    it('while tools work: each call has a result, and the model is not asked again', async () => {
      await open([
        testTool('look', async () => said('seen')),
        testTool(
          'listen',
          (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error()))),
        ),
        testTool('hang', () => new Promise(() => undefined)),
      ])
      await ask('hi')
      ;(await call(1)).call('a', 'look').call('b', 'listen').call('c', 'hang').finish({ stopReason: 'toolUse' })
      await stage.settle()
      await abort()
      await stage.clock.advance(1_999)
      expect(await stage.store.run('hi')).toMatchObject({ state: 'running' })
      await stage.clock.advance(1)
      expect(await lines()).toEqual([
        'user hi',
        'assistant <a><b><c>',
        'toolResult seen',
        'toolResult [aborted]',
        'toolResult [aborted]',
      ])
      expect(stage.runner.puppets).toHaveLength(1)
      expect(await stage.store.run('hi')).toMatchObject({ state: 'aborted' })
      expect(chats().at(-1)?.[0]).toBe('aborted')
    })

    it('while the model goes on after tools: the steps stay, and what was said', async () => {
      await open([testTool('look', async () => said('seen'))])
      await ask('hi')
      ;(await call(1)).say('First.').call('c', 'look').finish({ stopReason: 'toolUse' })
      ;(await call(2)).say('Half of')
      await stage.settle()
      await abort()
      await stage.clock.advance(500)
      expect(await lines()).toEqual(['user hi', 'assistant First.<c>', 'toolResult seen', 'assistant Half of'])
      expect(chats().at(-1)).toEqual(['aborted', 'Half of'])
    })
  })

  it('fails after its steps without losing them', async () => {
    await open([testTool('look', async () => said('seen'))])
    await ask('hi')
    ;(await call(1)).call('c', 'look').finish({ stopReason: 'toolUse', usage: usage(4) })
    ;(await call(2)).fail(new RunnerFailure('overloaded', 'test/puppet is overloaded'))
    await stage.settle()
    expect((await lines()).slice(0, 3)).toEqual(['user hi', 'assistant <c>', 'toolResult seen'])
    expect(await stage.store.run('hi')).toMatchObject({ state: 'error', error: 'test/puppet is overloaded' })
    expect(await stage.store.session(KEY)).toMatchObject({ inputTokens: 4 })
  })

  it('ends when the model never does', async () => {
    const clock = new FakeClock()
    const runner = new ScriptedRunner(clock).otherwise(({ history }) => [
      step.call('look', { at: String(history.length) }),
    ])
    let looked = 0
    await open([testTool('look', async () => said(String(++looked)))], {}, { runner, clock })
    await ask('hi')
    for (let turn = 0; turn < 400 && (await stage.store.run('hi'))?.state === 'running'; turn++) await stage.settle()
    expect(await stage.store.run('hi')).toMatchObject({
      state: 'error',
      error: `the run was ended after ${MAX_MODEL_CALLS} calls of the model`,
    })
    expect(runner.requests).toHaveLength(MAX_MODEL_CALLS)
    expect(looked).toBe(MAX_MODEL_CALLS - 1)
    expect(textOf((await transcript()).findLast(({ role }) => role === 'toolResult') ?? { content: [] })).toContain(
      'Not carried out',
    )
  })

  it('is warned, refused and ended when it repeats itself', async () => {
    const clock = new FakeClock()
    const runner = new ScriptedRunner(clock).otherwise([step.call('look', { at: 'it' })])
    let looked = 0
    const config = {
      tools: {
        loopDetection: { enabled: true, warningThreshold: 3, criticalThreshold: 5, globalCircuitBreakerThreshold: 7 },
      },
    }
    await open([testTool('look', async () => said(String(++looked)))], {}, { runner, clock, config })
    await ask('hi')
    for (let turn = 0; turn < 100 && (await stage.store.run('hi'))?.state === 'running'; turn++) await stage.settle()
    const results = (await transcript()).filter(({ role }) => role === 'toolResult').map(textOf)
    expect(results.map((text) => /^(Note|Refused|Not carried out|\d)/.exec(text)?.[1])).toEqual([
      '1',
      '2',
      'Note',
      'Note',
      'Refused',
      'Refused',
      'Not carried out',
    ])
    expect(looked).toBe(4)
    expect(await stage.store.run('hi')).toMatchObject({ state: 'error', error: 'the model made the same call 7 times' })
  })

  it('without tools on offer answers a call with an error', async () => {
    await open([])
    await ask('hi')
    const first = await call(1)
    expect(first.request.tools).toBeUndefined()
    first.call('c', 'look').finish({ stopReason: 'toolUse' })
    ;(await call(2)).finish()
    await stage.settle()
    expect((await lines())[2]).toBe('toolResult There is no tool named look, and no other tool either.')
  })

  it('is made short once when the model says that it is too long, and asked again', async () => {
    let compactions = 0
    await open([], {
      compaction: {
        needed: () => false,
        compact: async () => ({ compacted: ++compactions > 0 }),
      },
    })
    await ask('hi')
    ;(await call(1)).fail(new RunnerFailure('context-overflow', 'too long for test/puppet'))
    const second = await call(2)
    expect(second.request).toMatchObject({ message: 'hi', history: [] })
    second.fail(new RunnerFailure('context-overflow', 'too long for test/puppet'))
    await stage.settle()
    expect(compactions).toBe(1)
    expect(await stage.store.run('hi')).toMatchObject({ state: 'error', error: 'too long for test/puppet' })
    const phases = client
      .events('agent')
      .flatMap(({ payload }) => (payload.stream === 'compaction' ? payload.data.phase : []))
    expect(phases).toEqual(['start', 'end'])
  })

  it('hears between two calls of the model what was said meanwhile', async () => {
    let release: () => void = () => undefined
    const look = testTool('look', () => new Promise((resolve) => (release = () => resolve(said('seen')))))
    await open([look], {}, { config: { messages: { queue: { mode: 'steer' } } } })
    await ask('hi')
    ;(await call(1)).call('c', 'look').finish({ stopReason: 'toolUse' })
    await stage.settle()
    await ask('and hurry')
    expect(stage.runner.puppets).toHaveLength(1)
    release()
    const second = await call(2)
    expect(second.request.history.map((message) => [message.role, textOf(message)])).toEqual([
      ['user', 'hi'],
      ['assistant', ''],
      ['toolResult', 'seen'],
      ['user', 'and hurry'],
    ])
    second.say('Hurrying.').finish()
    await stage.settle()
    expect(await lines()).toEqual([
      'user hi',
      'assistant <c>',
      'toolResult seen',
      'user and hurry',
      'assistant Hurrying.',
    ])
    expect(await stage.store.run('and hurry')).toMatchObject({ state: 'ok' })
  })

  it('goes on from its transcript after it was put back in line', async () => {
    const store = new LastingStore()
    let isFirst = true
    const tools = [
      testTool('look', async () => said('seen')),
      testTool('hang', () => (isFirst ? new Promise(() => undefined) : Promise.resolve(said('late')))),
    ]
    await open(tools, {}, { store })
    await ask('hi')
    ;(await call(1)).call('a', 'look').call('b', 'hang').finish({ stopReason: 'toolUse' })
    await stage.settle()
    const desk = stage.gateway.get(tokens.desk)
    const closed = desk.close(0, 5_000, 'restart')
    await stage.clock.advance(6_000)
    await closed
    expect(await store.run('hi')).toMatchObject({ state: 'accepted' })
    await stage.close()

    isFirst = false
    await open(tools, {}, { store })
    const again = await call(1)
    expect(again.request.message).toBeNull()
    expect(again.request.history.map((message) => [message.role, textOf(message)])).toEqual([
      ['user', 'hi'],
      ['assistant', ''],
      ['toolResult', 'seen'],
      ['toolResult', '[aborted]'],
    ])
    again.say('Fine.').finish()
    await stage.settle()
    expect(await lines()).toEqual([
      'user hi',
      'assistant <a><b>',
      'toolResult seen',
      'toolResult [aborted]',
      'assistant Fine.',
    ])
  })
})

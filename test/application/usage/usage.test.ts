import { afterEach, describe, expect, it } from 'vitest'
import type { ModelInfo } from '../../../src/application/ports/agent-runner.js'
import { USAGE_KEPT_MS } from '../../../src/application/usage/usage-keeping.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { UTC } from '../../../src/domain/usage/usage-query.js'
import { sampleUsage } from '../../contracts/session-store/samples.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { PuppetRunner } from '../../doubles/puppet-runner.js'
import { said, testTool, toolbox } from '../../doubles/test-tools.js'

const MINUTE_MS = 60_000
const EVER = { from: 0, until: Number.MAX_SAFE_INTEGER, offsets: UTC }

/** Ten dollars for a million tokens read, a hundred for a million written; a tenth and twice for the cache. */
class PricedRunner extends PuppetRunner {
  override models(): ModelInfo[] {
    return [
      {
        id: 'puppet',
        name: 'Puppet',
        provider: 'test',
        cost: { input: 10, output: 100, cacheRead: 1, cacheWrite: 20 },
      },
    ]
  }
}

describe('usage', () => {
  let stage: GatewayStage
  let runner: PricedRunner
  let client: MemoryProtocolClient

  afterEach(() => stage.close())

  async function open(config: object = {}): Promise<void> {
    runner = new PricedRunner()
    const tools = [
      testTool('look', async () => said('seen')),
      testTool('fail', async () => ({ ...said('no'), isError: true })),
    ]
    stage = await GatewayStage.open({
      runner,
      config,
      modules: [
        (bindings) => {
          bindings.constant(tokens.toolboxes, [toolbox(tools)])
          bindings.constant(tokens.fallbackModel, { provider: 'test', model: 'puppet' })
        },
      ],
    })
    client = await stage.join()
  }

  async function ask(message: string, sessionKey = 'main'): Promise<void> {
    await client.request('chat.send', { sessionKey, message, idempotencyKey: message })
    await stage.settle()
  }

  /** Waits until the model was called so often, and lets it speak. */
  async function call(number: number) {
    for (let turn = 0; turn < 50 && runner.puppets.length < number; turn++) await stage.settle()
    expect(runner.puppets).toHaveLength(number)
    return runner.last
  }

  /** A run with one step of tools: two calls of the model, one minute each. */
  async function useTools(): Promise<void> {
    await ask('hi')
    const first = await call(1)
    await stage.clock.advance(MINUTE_MS)
    first.call('1', 'look').call('2', 'look').call('3', 'fail')
    first.finish({ stopReason: 'toolUse', usage: { input: 1_000, output: 100, cacheRead: 200, total: 1_100 } })
    const second = await call(2)
    await stage.clock.advance(2 * MINUTE_MS)
    second.say('done').finish({ usage: { input: 2_000, output: 50, cacheWrite: 500, total: 2_050 } })
    await stage.settle()
  }

  it('of every call of a model is written with the answer it came with, and adds up to what is told', async () => {
    await open()
    await useTools()
    const { sessions, totals, aggregates, ...about } = await client.call('sessions.usage', { mode: 'utc' })
    expect(about).toEqual({ updatedAt: stage.clock.now(), startDate: '2025-12-03', endDate: '2026-01-01' })
    expect(totals).toEqual({
      input: 800 + 1_500,
      output: 150,
      cacheRead: 200,
      cacheWrite: 500,
      totalTokens: 3_150,
      totalCost: expect.closeTo(0.0482, 10),
      inputCost: expect.closeTo(0.023, 10),
      outputCost: expect.closeTo(0.015, 10),
      cacheReadCost: expect.closeTo(0.0002, 10),
      cacheWriteCost: expect.closeTo(0.01, 10),
      missingCostEntries: 0,
    })
    const messages = { total: 3, user: 1, assistant: 2, toolCalls: 3, toolResults: 3, errors: 1 }
    const tools = {
      totalCalls: 3,
      uniqueTools: 2,
      tools: [
        { name: 'look', count: 2 },
        { name: 'fail', count: 1 },
      ],
    }
    const latency = {
      count: 2,
      avgMs: 1.5 * MINUTE_MS,
      p95Ms: 2 * MINUTE_MS,
      minMs: MINUTE_MS,
      maxMs: 2 * MINUTE_MS,
    }
    const byModel = [{ provider: 'test', model: 'puppet', count: 2, totals }]
    const date = '2026-01-01'
    const cost = totals.totalCost
    const modelDaily = [{ date, provider: 'test', model: 'puppet', tokens: 3_150, cost, count: 2 }]
    expect(aggregates).toEqual({
      messages,
      tools,
      byModel,
      byProvider: [{ provider: 'test', count: 2, totals }],
      byAgent: [{ agentId: 'main', totals }],
      byChannel: [],
      latency,
      dailyLatency: [{ date, ...latency }],
      modelDaily,
      daily: [{ date, tokens: 3_150, cost, messages: 3, toolCalls: 3, errors: 1 }],
    })
    const session = await stage.store.session('agent:main:main')
    expect(sessions).toEqual([
      {
        key: 'agent:main:main',
        sessionId: session?.sessionId,
        updatedAt: stage.clock.now(),
        agentId: 'main',
        modelProvider: 'test',
        model: 'puppet',
        usage: {
          ...totals,
          sessionId: session?.sessionId,
          sessionFile: `memory#${session?.sessionId}`,
          firstActivity: stage.clock.now() - 2 * MINUTE_MS,
          lastActivity: stage.clock.now(),
          durationMs: 2 * MINUTE_MS,
          activityDates: [date],
          dailyBreakdown: [{ date, tokens: 3_150, cost }],
          dailyMessageCounts: [{ date, ...messages }],
          dailyLatency: [{ date, ...latency }],
          dailyModelUsage: modelDaily,
          messageCounts: messages,
          toolUsage: tools,
          modelUsage: byModel,
          latency,
        },
        contextWeight: null,
      },
    ])
    const run = await client.call('agent.wait', { runId: 'hi' })
    expect(run.status).toBe('ok')
    expect((await stage.store.run('hi'))?.outcome?.usage).toMatchObject({ input: 3_000, output: 150, total: 3_150 })
  })

  it('is told apart by session, the newest first, and goes on after a session was reset or deleted', async () => {
    await open()
    for (const [index, key] of ['one', 'two', 'three'].entries()) {
      await ask(`to ${key}`, key)
      const puppet = await call(index + 1)
      puppet.say('x').finish({ usage: { input: 100 * (index + 1), output: 0, total: 100 * (index + 1) } })
      await stage.clock.advance(1_000)
    }
    await client.call('sessions.reset', { key: 'three' })
    await client.call('sessions.delete', { key: 'two' })
    const rows = async (params: object) =>
      (await client.call('sessions.usage', params)).sessions.map((row: any) => [row.key, row.usage.totalTokens])
    expect(await rows({})).toEqual([
      ['agent:main:three', 300],
      ['agent:main:two', 200],
      ['agent:main:one', 100],
    ])
    expect(await rows({ limit: 1 })).toEqual([['agent:main:three', 300]])
    expect(await rows({ key: 'one' })).toEqual([['agent:main:one', 100]])
    expect(await rows({ key: 'one', startDate: '2025-01-01', endDate: '2025-01-02' })).toEqual([['agent:main:one', 0]])
    expect(await rows({ key: 'nobody' })).toEqual([])
    const limited = await client.call('sessions.usage', { limit: 1 })
    expect(limited.totals.totalTokens).toBe(600)
  })

  it('of a model without a price, or that tells no tokens, is counted as missing', async () => {
    await open()
    await ask('a')
    ;(await call(1)).say('x').finish({ provider: 'other', model: 'free', usage: { input: 5, output: 1, total: 6 } })
    await stage.settle()
    await ask('b')
    ;(await call(2)).say('x').finish()
    await stage.settle()
    const { totals, daily, days } = await client.call('usage.cost', { days: 1 })
    expect([days, daily.map(({ date }: any) => date)]).toEqual([1, ['2026-01-01']])
    expect(totals).toMatchObject({ totalTokens: 6, totalCost: 0, missingCostEntries: 2 })
    expect(await client.call('usage.status')).toEqual({
      updatedAt: stage.clock.now(),
      providers: [
        { provider: 'other', displayName: 'other', windows: [], calls: 1, totals },
        { provider: 'test', displayName: 'test', windows: [], calls: 1, totals: expect.anything() },
      ].map((provider, index) => ({
        ...provider,
        totals: expect.objectContaining({ totalTokens: index === 0 ? 6 : 0, missingCostEntries: 1 }),
      })),
    })
  })

  it('counts a run that fails as an error and not as a call', async () => {
    await open()
    await ask('a')
    ;(await call(1)).fail(new Error('broken'))
    await stage.settle()
    const { aggregates, totals } = await client.call('sessions.usage', {})
    expect(aggregates.messages).toEqual({ total: 2, user: 1, assistant: 1, toolCalls: 0, toolResults: 0, errors: 1 })
    expect(aggregates.byModel).toMatchObject([{ provider: 'test', model: 'puppet', count: 0 }])
    expect(totals.missingCostEntries).toBe(0)
  })

  it('of messages that were answered together is counted and told once', async () => {
    await open({ messages: { queue: { mode: 'collect', debounceMs: 0 } } })
    await ask('first')
    await ask('a')
    await ask('b')
    ;(await call(1)).say('x').finish({ usage: { input: 10, output: 1, total: 11 } })
    ;(await call(2)).say('y').finish({ usage: { input: 20, output: 2, total: 22 } })
    await stage.settle()
    expect((await stage.store.run('a'))?.outcome).toMatchObject({ text: 'y', usage: { total: 22 } })
    expect((await stage.store.run('b'))?.outcome).toMatchObject({ text: 'y', mergedInto: 'a' })
    expect((await stage.store.run('b'))?.outcome?.usage).toBeUndefined()
    expect((await client.call('usage.cost', {})).totals.totalTokens).toBe(33)
    expect((await stage.store.session('agent:main:main'))?.inputTokens).toBe(30)
  })

  it('of summaries is counted for the session they are about, and as no message of it', async () => {
    await open()
    const answer = async (number: number, text: string) => {
      ;(await call(number)).say(text).finish({ usage: { input: 1, output: 1, total: 2 } })
      await stage.settle()
    }
    for (let turn = 1; turn <= 4; turn++) {
      await ask(`question ${turn} ${'word '.repeat(30_000)}`)
      await answer(turn, 'x')
    }
    const compacted = client.request('sessions.compact', { key: 'main' })
    const { puppets } = runner
    for (let done = 4; done < 12; done++) {
      for (let turn = 0; turn < 20 && puppets.length <= done; turn++) await stage.settle()
      if (puppets.length <= done) break
      puppets[done]?.say('summary').finish({ usage: { input: 1_000, output: 100, total: 1_100 } })
      await stage.settle()
    }
    expect((await compacted).payload).toMatchObject({ compacted: true })
    const summaries = puppets.length - 4
    expect(summaries).toBeGreaterThan(0)
    const [sum] = await stage.store.usage({ ...EVER, sessionKey: 'agent:main:main' }, [])
    expect(sum).toMatchObject({ calls: 4 + summaries, total: 8 + 1_100 * summaries, user: 4, assistant: 4 })
  })

  it('is shown as a course of the conversation, and message by message', async () => {
    await open()
    await useTools()
    const session = await stage.store.session('agent:main:main')
    const { sessionId, points } = await client.call('sessions.usage.timeseries', { key: 'main' })
    expect(sessionId).toBe(session?.sessionId)
    expect(points).toMatchObject([
      { totalTokens: 1_100, cumulativeTokens: 1_100, input: 800, cacheRead: 200, cost: expect.closeTo(0.0182, 10) },
      { totalTokens: 2_050, cumulativeTokens: 3_150, cumulativeCost: expect.closeTo(0.0482, 10) },
    ])
    const { logs } = await client.call('sessions.usage.logs', { key: 'main' })
    expect(logs.map(({ role, content, tokens, cost }: any) => [role, content, tokens, cost])).toEqual([
      ['user', 'hi', undefined, undefined],
      ['assistant', '[tool: look]\n[tool: look]\n[tool: fail]', 1_100, expect.closeTo(0.0182, 10)],
      ['toolResult', '[look]\nseen', undefined, undefined],
      ['toolResult', '[look]\nseen', undefined, undefined],
      ['toolResult', '[fail]\nno', undefined, undefined],
      ['assistant', 'done', 2_050, expect.closeTo(0.03, 10)],
    ])
    expect((await client.call('sessions.usage.logs', { key: 'main', limit: 1 })).logs).toHaveLength(1)
    for (const method of ['sessions.usage.timeseries', 'sessions.usage.logs']) {
      expect((await client.request(method, { key: 'nobody' })).error).toEqual({
        code: 'INVALID_REQUEST',
        message: 'No transcript found for session: nobody',
      })
    }
  })

  it('is forgotten after 400 days, two old calls with each new one', async () => {
    await open()
    const old = stage.clock.now() - USAGE_KEPT_MS
    const records = [-3, -2, -1, 60 * MINUTE_MS].map((later) => sampleUsage(old + later))
    await stage.store.commit(records.map((record) => ({ kind: 'usage.add', record }) as const))
    const left = async () => (await stage.store.usagePoints(EVER, 10)).map(({ at }) => at - old)
    await ask('a')
    ;(await call(1)).say('x').finish()
    await stage.settle()
    expect(await left()).toEqual([-1, 60 * MINUTE_MS, USAGE_KEPT_MS])
    await ask('b')
    ;(await call(2)).say('x').finish()
    await stage.settle()
    expect(await left()).toEqual([60 * MINUTE_MS, USAGE_KEPT_MS, USAGE_KEPT_MS])
  })

  it('answers about cost stand for half a minute', async () => {
    await open()
    const total = async () => (await client.call('usage.cost', {})).totals.totalTokens
    expect(await total()).toBe(0)
    await ask('a')
    ;(await call(1)).say('x').finish({ usage: { input: 5, output: 1, total: 6 } })
    await stage.settle()
    expect(await total()).toBe(0)
    await stage.clock.advance(30_000)
    expect(await total()).toBe(6)
  })

  it('refuses days that are none', async () => {
    await open()
    expect((await client.request('usage.cost', { startDate: 'soon' })).error).toMatchObject({ code: 'INVALID_REQUEST' })
    expect((await client.request('usage.cost', { days: 0 })).error).toMatchObject({ code: 'INVALID_REQUEST' })
    expect((await client.request('sessions.usage', { mode: 'moon' })).error).toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('leaves archives that are found by the key of their session', async () => {
    await open()
    for (const [index, message] of ['one', 'two'].entries()) {
      await ask(message)
      ;(await call(index + 1)).say(`re ${message}`).finish()
      await stage.settle()
      await client.call('sessions.reset', { key: 'main' })
      await stage.clock.advance(1_000)
    }
    const { key, archives } = await client.call('sessions.archives', { key: 'main' })
    expect(key).toBe('agent:main:main')
    expect(archives).toMatchObject([
      { reason: 'reset', entries: 2 },
      { reason: 'reset', entries: 2 },
    ])
    expect(new Set(archives.map(({ sessionId }: any) => sessionId)).size).toBe(2)
    const [{ id: archiveId }] = archives
    const read = await client.call('sessions.archived', { key: 'main', archiveId })
    expect(read).toMatchObject({ key: 'agent:main:main', archiveId })
    expect(read.messages.map(({ role, content }: any) => [role, content[0].text])).toEqual([
      ['user', 'one'],
      ['assistant', 're one'],
    ])
    expect((await client.call('sessions.archived', { key: 'main', archiveId, limit: 1 })).messages).toHaveLength(1)
    expect((await client.request('sessions.archived', { key: 'other', archiveId })).error).toEqual({
      code: 'INVALID_REQUEST',
      message: `no such archive: ${archiveId}`,
    })
    expect(await client.call('sessions.archives', { key: 'other' })).toEqual({ key: 'agent:main:other', archives: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { MemoryAuditTrail } from '../../../src/adapters/audit-memory/memory-audit-trail.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { JsonWire } from '../../../src/adapters/wire-json/json-wire.js'
import { MemoryFlush } from '../../../src/application/runs/memory-flush.js'
import type { MemoryKeeping } from '../../../src/application/runs/run-hooks.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { ToolRegistry } from '../../../src/application/tools/tool-registry.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { loopRulesOf } from '../../../src/domain/config/loop-rules.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'
import { PuppetRunner } from '../../doubles/puppet-runner.js'
import { said, testTool, toolbox } from '../../doubles/test-tools.js'

const model = { provider: 'test', model: 'puppet' }
const HISTORY: readonly TranscriptMessage[] = [
  { role: 'user', content: [{ type: 'text', text: 'I am Ann.' }], timestamp: 1 },
]

function scene(memoryFlush: object = {}, tools = ['read', 'write', 'exec', 'message']) {
  const config = gatewayConfigSchema().parse({ agents: { defaults: { compaction: { memoryFlush } } } })
  const clock = new FakeClock(Date.UTC(2026, 4, 6))
  const log = new MemoryLog()
  const runner = new PuppetRunner()
  const used: string[] = []
  const spent: unknown[] = []
  const near = { is: true, margin: 0 }
  const flush = new MemoryFlush({
    ask: (request, _, signal) => runner.answer(request, signal),
    settings: () => config.agents.defaults.compaction.memoryFlush,
    isNear: (_history, _model, margin) => {
      near.margin = margin
      return near.is
    },
    prepareHistory: (history) => history,
    loopRules: (agentId) => loopRulesOf(config, agentId),
    spent: async (finish) => void spent.push(finish.usage),
    wire: new JsonWire(),
    trail: new MemoryAuditTrail(clock),
    clock,
    ids: new SequenceIds(),
    log,
  })
  const own = tools.map((name) =>
    testTool(name, async ({ at }) => {
      used.push(`${name} ${at}`)
      return said('done')
    }),
  )
  const abort = new AbortController()
  const session = newSession('agent:main:main', { agentId: 'main', sessionId: 's', now: 0 })
  const facts: MemoryKeeping = {
    run: {
      runId: 'r',
      method: 'agent',
      sessionKey: session.key,
      agentId: 'main',
      request: { message: 'hi' },
      state: 'running',
      acceptedAt: 0,
    },
    agent: { id: 'main', isDefault: true, workspace: '/w' },
    session,
    models: { primary: model, fallbacks: [] },
    tools: new ToolRegistry([toolbox(own)], log).offer('main', () => true),
    history: HISTORY,
    signal: abort.signal,
  }
  const call = async (number: number) => {
    for (let turn = 0; turn < 50 && runner.puppets.length < number; turn++) await clock.advance(0)
    expect(runner.puppets).toHaveLength(number)
    return runner.last
  }
  return { flush, facts, runner, used, spent, near, abort, log, clock, call }
}

describe('the notes before a compaction', () => {
  it('are written with tools for files, in a turn that nobody sees', async () => {
    const { flush, facts, used, spent, near, call } = scene()
    const keeping = flush.keep(facts)
    const first = await call(1)
    expect(near.margin).toBe(4_000)
    expect(first.request.message).toContain('memory/2026-05-06.md')
    expect(first.request.extraSystemPrompt).toContain('nobody reads')
    expect(first.request.history).toEqual(HISTORY)
    expect(first.request.tools?.map(({ name }) => name)).toEqual(['read', 'write'])
    first
      .call('c', 'write', { at: 'note' })
      .call('d', 'exec', { at: 'rm' })
      .finish({ stopReason: 'toolUse', usage: { input: 3, output: 1, total: 4 } })
    const second = await call(2)
    expect(second.request.message).toBeNull()
    expect(second.request.history.map(({ role }) => role)).toEqual([
      'user',
      'user',
      'assistant',
      'toolResult',
      'toolResult',
    ])
    second.say('done').finish()
    await keeping
    expect(used).toEqual(['write note'])
    expect(spent).toEqual([{ input: 3, output: 1, total: 4 }, undefined])
  })

  it('are written once, until the conversation was short again', async () => {
    const { flush, facts, runner, near, call } = scene()
    const first = flush.keep(facts)
    ;(await call(1)).finish()
    await first
    await flush.keep(facts)
    near.is = false
    await flush.keep(facts)
    expect(runner.puppets).toHaveLength(1)
    near.is = true
    const again = flush.keep(facts)
    ;(await call(2)).finish()
    await again
  })

  it('are left out where they are switched off, or nothing could write them', async () => {
    for (const { flush, facts, runner } of [scene({ enabled: false }), scene({}, ['read', 'exec'])]) {
      await flush.keep(facts)
      expect(runner.puppets).toEqual([])
    }
  })

  it('follow the words of the configuration', async () => {
    const { flush, facts, call } = scene({ prompt: 'Note it.', systemPrompt: 'Be brief.', softThresholdTokens: 9 })
    const keeping = flush.keep(facts)
    const { request } = await call(1)
    expect(request).toMatchObject({ message: 'Note it.', extraSystemPrompt: 'Be brief.' })
    ;(await call(1)).finish()
    await keeping
  })

  it('stop nothing when they fail or take too long, and end with the run', async () => {
    const broken = scene()
    const failing = broken.flush.keep(broken.facts)
    ;(await broken.call(1)).fail(new Error('no'))
    await failing
    expect(broken.log.lines.map(({ message }) => message)).toEqual([
      'the agent could not write its notes before a compaction',
    ])
    const slow = scene()
    const waiting = slow.flush.keep(slow.facts)
    await slow.call(1)
    await slow.clock.advance(120_000)
    await waiting
    expect(slow.runner.last.signal.aborted).toBe(true)
    const stopped = scene()
    const ending = stopped.flush.keep(stopped.facts)
    await stopped.call(1)
    stopped.abort.abort()
    await ending
    expect(stopped.log.lines).toEqual([])
  })

  it('end after a few calls of the model', async () => {
    const { flush, facts, used, call } = scene()
    const keeping = flush.keep(facts)
    for (let number = 1; number <= 8; number++) {
      ;(await call(number)).call('c', 'write', { at: `${number}` }).finish({ stopReason: 'toolUse' })
    }
    await keeping
    expect(used).toHaveLength(8)
  })
})

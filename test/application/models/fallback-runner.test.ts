import { afterEach, describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { NoMetrics } from '../../../src/adapters/metrics-none/no-metrics.js'
import { type ScriptStep, step } from '../../../src/adapters/runner-scripted/script-step.js'
import { ScriptedRunner } from '../../../src/adapters/runner-scripted/scripted-runner.js'
import { Cooldowns } from '../../../src/application/models/cooldowns.js'
import { type FallbackParts, FallbackRunner } from '../../../src/application/models/fallback-runner.js'
import type { AgentRunner, RunnerFailureCode, RunnerRequest } from '../../../src/application/ports/agent-runner.js'
import type { Clock } from '../../../src/application/ports/clock.js'
import { agentRunnerContract } from '../../contracts/agent-runner.contract.js'
import { CountedClock } from '../../doubles/counted-clock.js'
import { ManualClock } from '../../doubles/manual-clock.js'
import type { ModelAnswer } from '../../doubles/model-server.js'
import { FallbackStage } from './fallback-stage.js'

const stages: FallbackStage[] = []

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop()
})

async function open(answers: Readonly<Record<string, ModelAnswer>>): Promise<FallbackStage> {
  const stage = await FallbackStage.open(answers)
  stages.push(stage)
  return stage
}

function refusal(status: number, message = 'no', headers: Record<string, string> = {}, code?: string): ModelAnswer {
  return { kind: 'error', status, headers, body: { error: { message, ...(code === undefined ? {} : { code }) } } }
}

const REQUEST: RunnerRequest = {
  runId: 'r',
  agentId: 'main',
  sessionKey: null,
  model: { provider: 'test', model: 'script' },
  workspace: '/nowhere',
  history: [],
  message: 'Hello',
}

function partsFor(runner: AgentRunner, clock: Clock): FallbackParts {
  const log = new MemoryLog()
  return {
    runner,
    keys: { keysOf: () => [{ name: 'k', source: 'config' }] },
    cooldowns: new Cooldowns({ document: new MemoryDocument(), clock, log }),
    metrics: new NoMetrics(),
    clock,
    log,
    settingsOf: () => ({}),
    switched: () => undefined,
    silenceMs: 20_000,
  }
}

const RATE = refusal(429, 'slow down')
const KEY = refusal(401, 'bad key')
const POOR = refusal(402, 'pay')
const BUSY = refusal(529, 'overloaded')
const LATE = refusal(504, 'too late')
const ODD = refusal(400, 'messages.0 is odd')
const UNKNOWN = refusal(404, 'no such model')
const LONG = refusal(400, 'maximum context length is 10 tokens', {}, 'context_length_exceeded')
const BROKEN = refusal(500, 'oops')

agentRunnerContract(
  { describe, it },
  {
    name: 'scripted behind fallbacks',
    create: async () => {
      const clock = new CountedClock()
      const scripted = new ScriptedRunner(clock)
      const scripts = new Map<string, readonly ScriptStep[]>()
      scripted.otherwise((request) =>
        request.message === null
          ? request.history.map(({ content }) => step.text(JSON.stringify(content)))
          : (scripts.get(request.message) ?? []),
      )
      const fallbacks = new FallbackRunner(partsFor(scripted, clock))
      const asked = (...steps: ScriptStep[]): RunnerRequest => {
        const message = `script ${scripts.size + 1}`
        scripts.set(message, steps)
        return { ...REQUEST, message }
      }
      return {
        runner: {
          answer: (request, signal) => fallbacks.ask(request, [{ provider: 'test', model: 'other' }], signal),
          models: () => scripted.models(),
        },
        saying: (words) => asked(...words.map((word) => step.text(`${word} `))),
        silent: () => asked(step.hang()),
        endless: () => asked(...Array.from({ length: 5_000 }, () => [step.text('on '), step.wait(1)]).flat()),
        calling: (calls) => asked(...calls.map(({ name, args }) => step.call(name, args))),
        failing: () => ({ request: asked(step.text('so far'), step.fail('overloaded')), code: 'overloaded' }),
        isIdle: () => scripted.underWay === 0 && clock.waiting === 0,
        begun: () => scripted.requests.length,
        stop: async () => expect(clock.waiting).toBe(0),
      }
    },
  },
)

describe('who is asked', () => {
  it.each([
    ['the key is refused', { 'a one-first': KEY }, ['a one-first', 'a one-second'], 'a here'],
    ['both keys are refused', { a: KEY }, ['a one-first', 'a one-second', 'c two'], 'c here'],
    ['the account is empty', { 'a one-first': POOR }, ['a one-first', 'a one-second'], 'a here'],
    ['the rate is too high', { 'a one-first': RATE }, ['a one-first', 'a one-second'], 'a here'],
    ['both keys are too fast', { a: RATE }, ['a one-first', 'a one-second', 'c two'], 'c here'],
    ['the provider is overloaded', { a: BUSY }, ['a one-first', 'b one-second'], 'b here'],
    ['the provider took too long', { a: LATE }, ['a one-first', 'b one-second'], 'b here'],
    ['the request is not understood', { a: ODD }, ['a one-first', 'b one-first'], 'b here'],
    ['the model is unknown', { a: UNKNOWN }, ['a one-first', 'b one-first'], 'b here'],
    ['the provider is broken', { a: BROKEN, b: BROKEN }, ['a one-first', 'b one-first', 'c two'], 'c here'],
    ['the connection is cut', { a: { kind: 'drop' } }, ['a one-first', 'b one-first'], 'b here'],
  ] as const)('when %s', async (_, answers, tried, text) => {
    const stage = await open(answers as Record<string, ModelAnswer>)
    expect(await stage.ask(['one/a', 'one/b', 'two/c'])).toEqual({ text, error: undefined, tried })
  })

  it('is nobody else when the conversation is too long: that is for the caller to mend', async () => {
    const stage = await open({ a: LONG })
    const { error, tried } = await stage.ask(['one/a', 'two/c'])
    expect(error).toMatchObject({ code: 'context-overflow' })
    expect(tried).toEqual(['a one-first'])
    expect(stage.cooldowns.of('one', 'one:first', stage.clock.now())).toBeUndefined()
  })

  it('is nobody else once something was heard', async () => {
    const stage = await open({ a: { kind: 'speech', text: ['half ', 'an '], after: 'drop', delayMs: 5 } })
    const { text, error, tried } = await stage.ask(['one/a', 'two/c'])
    expect([text, tried]).toEqual(['half an ', ['a one-first']])
    expect(error).toMatchObject({ code: 'connection' })
  })

  it('is another model of the same key when only the model was busy, and nobody twice', async () => {
    const stage = await open({ c: BUSY, d: BUSY })
    const { error, tried } = await stage.ask(['two/c', 'two/d', 'two/c'])
    expect(tried).toEqual(['c two', 'd two'])
    expect(error).toMatchObject({ code: 'overloaded', retryable: true })
    expect(String(error)).toMatch(/no model gave an answer: two\/c .* \| two\/d /)
  })

  it('is told with its key and settings', async () => {
    const stage = await open({ a: ODD })
    await stage.ask(['one/a', 'two/long'])
    expect(stage.server.requests.map(({ body }) => body.temperature)).toEqual([0.1, 0.4])
    const lines = stage.log.lines.filter(({ level }) => level === 'warn')
    expect(lines.map(({ fields }) => [fields.model, fields.credential, fields.code])).toEqual([
      ['one/a', 'one:first', 'format'],
    ])
    expect(JSON.stringify(stage.log.lines)).not.toContain('key-one')
  })

  it('is nobody any more when the run was stopped', async () => {
    const stage = await open({ a: { kind: 'hang' } })
    const controller = new AbortController()
    const asked = stage.ask(['one/a', 'two/c'], controller.signal)
    while (stage.server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    const { error, tried } = await asked
    expect(error).toMatchObject({ name: 'AbortError' })
    expect(tried).toEqual(['a one-first'])
    expect(stage.cooldowns.of('one', 'one:first', stage.clock.now())).toBeUndefined()
  })
})

describe('a key that failed', () => {
  it('is passed over until its time has come, and free again after a success', async () => {
    const stage = await open({ 'a one-first': RATE })
    await stage.ask(['one/a'])
    stage.says({})
    expect((await stage.ask(['one/a'])).tried).toEqual(['a one-second'])
    await sleep(stage, 60_000)
    expect((await stage.ask(['one/a'])).tried).toEqual(['a one-first'])
  })

  it('rests for as long as the provider asks', async () => {
    const stage = await open({ c: refusal(429, 'slow down', { 'retry-after': '7' }) })
    await stage.ask(['two/c'])
    const now = stage.clock.now()
    expect(stage.cooldowns.of('two', 'TWO_API_KEY', now)?.until).toBe(now + 7_000)
  })

  it.each([
    ['format', ODD],
    ['unknown-model', UNKNOWN],
    ['context-overflow', LONG],
  ] as const)('does not rest because of %s', async (code, answer) => {
    const stage = await open({ c: answer })
    expect((await stage.ask(['two/c'])).error).toMatchObject({ code })
    expect(stage.cooldowns.of('two', 'TWO_API_KEY', stage.clock.now())).toBeUndefined()
  })

  it('gets one chance when all of them rest: the one that is ready first', async () => {
    const stage = await open({ a: POOR, c: RATE })
    await stage.ask(['one/a', 'two/c'])
    const { tried, error } = await stage.ask(['one/a', 'two/c'])
    expect(tried).toEqual(['c two'])
    expect(error).toMatchObject({ code: 'rate-limit' })
    stage.says({})
    expect((await stage.ask(['one/a', 'two/c'])).text).toBe('c here')
    expect(stage.cooldowns.of('two', 'TWO_API_KEY', stage.clock.now())).toBeUndefined()
    expect(stage.cooldowns.of('one', 'one:first', stage.clock.now())).toMatchObject({ reason: 'billing' })
    stage.cooldowns.configChanged()
    expect(stage.cooldowns.of('one', 'one:first', stage.clock.now())).toBeUndefined()
  })
})

describe('a switch', () => {
  it('is told once per run, and when the chosen model is back', async () => {
    const stage = await open({ c: BUSY })
    const { signal } = new AbortController()
    await stage.ask(['two/c', 'one/a'], signal)
    expect((await stage.ask(['two/c', 'one/a'], signal)).tried).toEqual(['a one-first'])
    stage.says({ a: ODD })
    await sleep(stage, 60_000)
    expect((await stage.ask(['two/c', 'one/a'], signal)).tried).toEqual(['a one-first', 'c two'])
    const [selected, active] = [
      { provider: 'two', model: 'c' },
      { provider: 'one', model: 'a' },
    ]
    expect(stage.switches).toEqual([
      { phase: 'fallback', selected, active, reason: 'overloaded' },
      { phase: 'fallback_cleared', selected, active: selected },
    ])
  })

  it('says that the chosen model rests, and says nothing about another key', async () => {
    const stage = await open({ c: RATE, 'a one-first': RATE })
    await stage.ask(['two/c'])
    await stage.ask(['one/a'])
    expect(stage.switches).toEqual([])
    await stage.ask(['two/c', 'one/a'])
    expect(stage.switches).toMatchObject([{ phase: 'fallback', reason: 'cooldown' }])
  })
})

describe('silence', () => {
  const CHOSEN = { provider: 'test', model: 'quiet' }
  const OTHER = { provider: 'test', model: 'loud' }

  async function ask(fallbacks: (typeof CHOSEN)[], say: (model: string) => RunnerFailureCode | 'hang' | null) {
    const clock = new ManualClock()
    const runner = new ScriptedRunner(clock).otherwise(({ model }) => {
      const what = say(model.model)
      return what === 'hang' ? [step.hang()] : what === null ? [step.text('hello')] : [step.fail(what)]
    })
    const parts = partsFor(runner, clock)
    const controller = new AbortController()
    const asked = new FallbackRunner(parts)
      .ask({ ...REQUEST, model: CHOSEN }, fallbacks, controller.signal)
      [Symbol.asyncIterator]()
    return { runner, clock, asked, cooldowns: parts.cooldowns }
  }

  it('is a time-out while somebody else could answer, and the request is given up', async () => {
    const elsewhere = { provider: 'elsewhere', model: 'loud' }
    const { runner, clock, asked, cooldowns } = await ask([elsewhere], (model) => (model === 'quiet' ? 'hang' : null))
    expect(await clock.runUntil(asked.next())).toEqual({ done: false, value: { type: 'text', delta: 'hello' } })
    expect(cooldowns.of('test', 'k', clock.now())).toMatchObject({ reason: 'timeout' })
    await asked.return?.()
    await new Promise((resolve) => setImmediate(resolve))
    expect(runner.underWay).toBe(0)
  })

  it('is the caller’s to judge where nobody else is left, who may leave at any time', async () => {
    const { runner, asked } = await ask([], () => 'hang')
    const first = asked.next().catch(() => 'left')
    await new Promise((resolve) => setImmediate(resolve))
    expect(runner.underWay).toBe(1)
    await asked.return?.()
    await first
    expect(runner.underWay).toBe(0)
    expect(await asked.next()).toEqual({ done: true, value: undefined })
  })

  it('does not begin before somebody listens', async () => {
    const { runner } = await ask([OTHER], () => null)
    expect(runner.requests).toEqual([])
  })
})

/** Lets time pass without anything else happening. */
async function sleep({ clock }: FallbackStage, milliseconds: number): Promise<void> {
  await clock.runUntil(new Promise<void>((resolve) => clock.after(milliseconds, resolve)))
}

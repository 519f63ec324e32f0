import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { type ScriptStep, step } from '../../src/adapters/runner-scripted/script-step.js'
import { ScriptedRunner } from '../../src/adapters/runner-scripted/scripted-runner.js'
import type { RunnerPart, RunnerRequest } from '../../src/application/ports/agent-runner.js'
import { agentRunnerContract } from '../contracts/agent-runner.contract.js'
import { CountedClock } from '../doubles/counted-clock.js'

const ENDLESS = Array.from({ length: 5_000 }, (_, index) => [step.text(`${index} `), step.wait(1)]).flat()

agentRunnerContract(
  { describe, it },
  {
    name: 'scripted',
    create: async () => {
      const clock = new CountedClock()
      const runner = new ScriptedRunner(clock)
      const scripts = new Map<string, readonly ScriptStep[]>()
      runner.otherwise((request) =>
        request.message === null
          ? request.history.map(({ content }) => step.text(JSON.stringify(content)))
          : (scripts.get(request.message) ?? []),
      )
      const scripted = (...steps: ScriptStep[]): RunnerRequest => {
        const message = `script ${scripts.size + 1}`
        scripts.set(message, steps)
        return asked(message)
      }
      return {
        runner,
        saying: (words) => scripted(...words.map((word) => step.text(`${word} `))),
        silent: () => scripted(step.hang()),
        endless: () => scripted(...ENDLESS),
        calling: (calls) => scripted(...calls.map(({ name, args }) => step.call(name, args))),
        failing: () => ({ request: scripted(step.text('so far'), step.fail('overloaded')), code: 'overloaded' }),
        isIdle: () => runner.underWay === 0 && clock.waiting === 0,
        begun: () => runner.requests.length,
        stop: async () => expect(clock.waiting).toBe(0),
      }
    },
  },
)

describe('ScriptedRunner', () => {
  it('follows its scripts in order, then repeats what it was told', async () => {
    const runner = new ScriptedRunner(new FakeClock())
    runner.next(step.thinking('hm'), step.tool('look', { at: 1 }, { found: 2 })).next(step.text('second'))
    expect(await partsOf(runner, asked('a'))).toEqual([
      { type: 'thinking', delta: 'hm' },
      { type: 'tool.start', toolCallId: 'run-1-tool-2', name: 'look', args: { at: 1 } },
      { type: 'tool.result', toolCallId: 'run-1-tool-2', name: 'look', result: { found: 2 }, isError: false },
      { type: 'finish', stopReason: 'stop', provider: 'test', model: 'script' },
    ])
    expect((await partsOf(runner, asked('b')))[0]).toEqual({ type: 'text', delta: 'second' })
    expect((await partsOf(runner, asked('c')))[0]).toEqual({ type: 'text', delta: 'You said: c' })
  })

  it('waits on its clock or for a promise', async () => {
    const clock = new FakeClock()
    const runner = new ScriptedRunner(clock)
    let release: (value: unknown) => void = () => undefined
    const held = new Promise((resolve) => {
      release = resolve
    })
    runner.next(step.wait(500), step.text('later'), step.wait(held), step.text('last'))
    const seen: RunnerPart[] = []
    const all = partsOf(runner, asked('a'), seen)
    await clock.advance(499)
    expect(seen).toEqual([])
    await clock.advance(1)
    expect(seen).toEqual([{ type: 'text', delta: 'later' }])
    release(undefined)
    expect(await all).toHaveLength(3)
    expect(clock.pendingTimers).toBe(0)
  })
})

function asked(message: string): RunnerRequest {
  return {
    runId: 'run-1',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    model: { provider: 'test', model: 'script' },
    workspace: '/nowhere',
    history: [],
    message,
  }
}

async function partsOf(runner: ScriptedRunner, request: RunnerRequest, parts: RunnerPart[] = []) {
  for await (const part of runner.answer(request, new AbortController().signal)) parts.push(part)
  return parts
}

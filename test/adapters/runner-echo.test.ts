import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ECHO_DELAY_MS, MAX_ECHO_WORDS, parseEchoDirective } from '../../src/adapters/runner-echo/echo-directive.js'
import { ECHO_HINT, ECHO_RETRY_AFTER_MS, EchoRunner } from '../../src/adapters/runner-echo/echo-runner.js'
import {
  RUNNER_FAILURE_CODES,
  RunnerFailure,
  type RunnerPart,
  type RunnerRequest,
} from '../../src/application/ports/agent-runner.js'
import { agentRunnerContract } from '../contracts/agent-runner.contract.js'
import { CountedClock } from '../doubles/counted-clock.js'
import { ManualClock } from '../doubles/manual-clock.js'

agentRunnerContract(
  { describe, it },
  {
    name: 'echo',
    create: async () => {
      const clock = new CountedClock()
      let begun = 0
      const runner = new EchoRunner(clock)
      const asked = (message: string): RunnerRequest => {
        // The runner reads the message when it begins, and nothing else shows from outside that it did.
        const request = requestOf('')
        return Object.defineProperty({ ...request }, 'message', {
          enumerable: true,
          get: () => {
            begun += 1
            return message
          },
        })
      }
      return {
        runner,
        saying: (words) => asked(words.join(' ')),
        silent: () => asked('/echo hang'),
        endless: () => asked(`/echo long ${MAX_ECHO_WORDS} 1ms`),
        calling: (calls) =>
          asked(`/echo call ${calls.map(({ name, args }) => `${name} ${JSON.stringify(args)}`).join('\n')}`),
        failing: () => ({ request: asked('/echo fail billing some words'), code: 'billing' }),
        isIdle: () => clock.waiting === 0,
        begun: () => begun,
        stop: async () => expect(clock.waiting).toBe(0),
      }
    },
  },
)

describe('a plain message', () => {
  it('comes back word by word, then the hint on a line of its own', async () => {
    const parts = await partsOf('  Hello there,\n  world ')
    expect(deltas(parts)).toEqual(expect.arrayContaining(['  ', 'Hello ', 'there,\n  ']))
    expect(textOf(parts)).toBe(`  Hello there,\n  world \n\n${ECHO_HINT}`)
  })

  it('names its pictures', async () => {
    const attachments = [
      { mimeType: 'image/png', data: 'AAAA' },
      { mimeType: 'image/png', fileName: 'cat.png', data: 'AAAA' },
    ]
    const parts = await collect(new EchoRunner(new ManualClock()), { ...requestOf(''), attachments })
    expect(textOf(parts)).toContain('[image/png]\n[cat.png]')
  })

  it('keeps any text as it is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }).filter((text) => text !== '' && !text.trimStart().startsWith('/echo')),
        async (text) => {
          expect(textOf(await partsOf(text))).toBe(`${text}\n\n${ECHO_HINT}`)
        },
      ),
    ))

  it('lets others have a turn while it streams a long text', async () => {
    const stop = new AbortController()
    setImmediate(() => stop.abort())
    const answer = collect(new EchoRunner(new ManualClock()), requestOf('word '.repeat(200_000)), stop.signal)
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a directive', () => {
  it('slow: waits before every delta, by the clock', async () => {
    const clock = new ManualClock(0)
    const parts = await clock.runUntil(collect(new EchoRunner(clock), requestOf('/echo slow 200ms one two three')))
    expect(textOf(parts)).toBe('one two three')
    expect(clock.now()).toBe(600)
  })

  it.each(RUNNER_FAILURE_CODES)('fail %s: says the text, then fails so', async (code) => {
    const { parts, error } = await endOf(`/echo fail ${code} almost there`)
    expect(textOf(parts)).toBe('almost there')
    expect(error).toBeInstanceOf(RunnerFailure)
    expect(error).toMatchObject({ code, retryAfterMs: code === 'rate-limit' ? ECHO_RETRY_AFTER_MS : undefined })
  })

  it('fail without a code: fails as the provider', async () => {
    const { parts, error } = await endOf('/echo fail for no reason')
    expect(textOf(parts)).toBe('for no reason')
    expect(error).toMatchObject({ code: 'provider' })
  })

  it('long: says that many words', async () => {
    const text = textOf(await partsOf('/echo long 1000'))
    expect(text.split(' ')).toHaveLength(1000)
    expect(text.endsWith('word1000')).toBe(true)
  })

  it('tool: calls the tool, then says the text', async () => {
    const parts = await partsOf('/echo tool weather.now in Vienna')
    expect(parts.slice(0, 3)).toEqual([
      { type: 'tool.start', toolCallId: 'run-1-tool-1', name: 'weather.now', args: { input: 'in Vienna' } },
      { type: 'tool.update', toolCallId: 'run-1-tool-1', name: 'weather.now', partialResult: { progress: 0.5 } },
      {
        type: 'tool.result',
        toolCallId: 'run-1-tool-1',
        name: 'weather.now',
        result: { output: 'in Vienna' },
        isError: false,
      },
    ])
    expect(textOf(parts)).toBe('in Vienna')
  })

  it('call: asks for tools, readable or not, and repeats what came back', async () => {
    const parts = await partsOf('/echo call look {"at": "it"}\nlisten\nsmell {"at')
    expect(parts.slice(0, -1)).toEqual([
      { type: 'tool.call', toolCallId: 'run-1-call-1-1', name: 'look', args: { at: 'it' } },
      { type: 'tool.call', toolCallId: 'run-1-call-1-2', name: 'listen', args: {} },
      {
        type: 'tool.call',
        toolCallId: 'run-1-call-1-3',
        name: 'smell',
        args: '{"at',
        problem: 'they are not valid JSON',
      },
    ])
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'toolUse' })
    const result = {
      role: 'toolResult',
      toolCallId: 'c',
      toolName: 'look',
      content: [{ type: 'text', text: 'a hexagon' }],
      isError: false,
      timestamp: 1,
    } as const
    const request = { ...requestOf(''), message: null, history: [result] }
    expect(textOf(await collect(new EchoRunner(new ManualClock()), request))).toBe('a hexagon')
  })

  it('think: thinks first', async () => {
    const parts = await partsOf('/echo think hard now')
    expect(parts.map((part) => part.type)).toEqual(['thinking', 'thinking', 'text', 'text', 'finish'])
  })

  it.each([
    ['/echo', 'names no directive'],
    ['/echo dance', '"dance" is no directive'],
    ['/echo slow hello', 'needs a delay'],
    ['/echo slow 2h hello', 'needs a delay'],
    ['/echo slow 61m hello', 'at most 1 hour'],
    ['/echo slow 200ms', 'needs a text'],
    ['/echo call', 'needs the name of a tool'],
    ['/echo long', 'needs a number of words'],
    ['/echo long 0', 'from 1 to'],
    ['/echo long 100001', 'from 1 to'],
    ['/echo long 5 soon', 'takes a delay'],
    ['/echo tool', 'needs a name'],
    ['/echo tool rm/-rf', 'needs a name'],
    ['/echo think', 'needs a text'],
    ['/echo hang on', 'takes nothing more'],
  ])('%s is refused: %s', async (message, problem) => {
    const { parts, error } = await endOf(message)
    expect(parts).toEqual([])
    expect(error).toMatchObject({ code: 'format', message: expect.stringContaining(problem) })
    expect(error).toMatchObject({ message: expect.stringContaining('/echo slow 200ms <text>') })
  })
})

describe('parseEchoDirective', () => {
  const text = fc.string().filter((given) => given.trim() !== '')

  it('reads anything without throwing, and only /echo as a directive', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `/echo ${rest}`),
        ),
        (message) => {
          const directive = parseEchoDirective(message)
          const isDirective = message.trimStart().split(/\s/, 1)[0] === '/echo'
          if (!isDirective) expect(directive).toEqual({ kind: 'echo', text: message })
          else expect(directive.kind).not.toBe('echo')
        },
      ),
    ))

  it('reads back every slow directive it is given', () =>
    fc.assert(
      fc.property(fc.nat({ max: MAX_ECHO_DELAY_MS }), text, (delayMs, said) => {
        expect(parseEchoDirective(`/echo slow ${delayMs}ms ${said}`)).toEqual({
          kind: 'slow',
          delayMs,
          text: said.trim(),
        })
      }),
    ))

  it('reads back every fail directive it is given', () =>
    fc.assert(
      fc.property(fc.constantFrom(...RUNNER_FAILURE_CODES), text, (code, said) => {
        expect(parseEchoDirective(`/echo  fail\t${code} ${said}`)).toEqual({ kind: 'fail', code, text: said.trim() })
      }),
    ))

  it('reads back every long directive it is given', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_ECHO_WORDS }), fc.nat({ max: 3600 }), (words, seconds) => {
        expect(parseEchoDirective(`/echo long ${words} ${seconds}s`)).toEqual({
          kind: 'long',
          words,
          delayMs: seconds * 1000,
        })
      }),
    ))
})

function requestOf(message: string): RunnerRequest {
  return {
    runId: 'run-1',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    model: { provider: 'echo', model: 'echo' },
    workspace: '/nowhere',
    history: [],
    message,
  }
}

async function collect(
  runner: EchoRunner,
  request: RunnerRequest,
  signal = new AbortController().signal,
): Promise<RunnerPart[]> {
  const parts: RunnerPart[] = []
  for await (const part of runner.answer(request, signal)) parts.push(part)
  return parts
}

function partsOf(message: string): Promise<RunnerPart[]> {
  return collect(new EchoRunner(new ManualClock()), requestOf(message))
}

async function endOf(message: string): Promise<{ parts: RunnerPart[]; error: unknown }> {
  const parts: RunnerPart[] = []
  try {
    for await (const part of new EchoRunner(new ManualClock()).answer(requestOf(message), new AbortController().signal))
      parts.push(part)
    return { parts, error: undefined }
  } catch (error) {
    return { parts, error }
  }
}

function deltas(parts: readonly RunnerPart[]): string[] {
  return parts.flatMap((part) => (part.type === 'text' ? [part.delta] : []))
}

function textOf(parts: readonly RunnerPart[]): string {
  return deltas(parts).join('')
}

import assert from 'node:assert/strict'
import {
  type AgentRunner,
  RUNNER_FAILURE_CODES,
  RunnerFailure,
  type RunnerFailureCode,
  type RunnerPart,
  type RunnerRequest,
} from '../../src/application/ports/agent-runner.js'

/** The test runner, injected so that the suite needs none of its own. */
export interface AgentRunnerSuite {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A runner under test and the situations it can be put into. Each situation holds for the request it returns. */
export interface AgentRunnerWorld {
  readonly runner: AgentRunner
  /** The answer contains these words in this order, in several deltas. */
  saying(words: readonly string[]): RunnerRequest
  /** The answer never begins. */
  silent(): RunnerRequest
  /** The answer begins with text and goes on for longer than any test waits. */
  endless(): RunnerRequest
  /** The answer fails with this code. */
  failing(): { readonly request: RunnerRequest; readonly code: RunnerFailureCode }
  /** Whether nothing is held for any answer any more: connections, timers. */
  isIdle(): boolean
  /** Answers that were begun so far, as far as the outside can tell. */
  begun(): number
  stop(): Promise<void>
}

export interface AgentRunnerHarness {
  readonly name: string
  create(): Promise<AgentRunnerWorld>
}

/** Long enough for a slow machine, short enough to report a hang. */
const SOON_MS = 10_000

/** What every AgentRunner promises. */
export function agentRunnerContract({ describe, it }: AgentRunnerSuite, harness: AgentRunnerHarness): void {
  describe(`AgentRunner: ${harness.name}`, () => {
    const promise = (name: string, check: (world: AgentRunnerWorld) => Promise<void>): void =>
      it(name, async () => {
        const world = await harness.create()
        try {
          await check(world)
        } finally {
          await world.stop()
        }
      })

    promise('1: parts come in order and end with exactly one finish that names provider and model', async (world) => {
      const words = ['alpha', 'beta', 'gamma', 'delta']
      const parts = await soon(collect(world.runner, world.saying(words)), 'promise 1: the answer did not end')
      assertInOrder(textOf(parts), words, 'promise 1')
      const finishes = parts.filter((part) => part.type === 'finish')
      assert.equal(finishes.length, 1, `promise 1: expected one finish, saw ${finishes.length}`)
      const last = parts.at(-1)
      assert.ok(last?.type === 'finish', `promise 1: finish must come last, saw ${last?.type}`)
      assert.ok(last.provider !== '' && last.model !== '', 'promise 1: finish must name provider and model')
      const deltas = parts.filter((part) => part.type === 'text')
      assert.ok(
        deltas.every((part) => part.delta !== ''),
        'promise 1: a delta must not be empty',
      )
    })

    promise('2: nothing happens before the first next', async (world) => {
      world.runner.answer(world.saying(['never']), new AbortController().signal)
      await turns(20)
      assert.equal(world.begun(), 0, 'promise 2: an answer began although nobody asked for its first part')
      assert.ok(world.isIdle(), 'promise 2: something is held although nobody asked for the first part')
    })

    promise('3: aborting while nothing was said yet ends the answer soon', async (world) => {
      const stop = new AbortController()
      const end = endOf(world.runner, world.silent(), stop.signal)
      await eventually(() => world.begun() > 0, 'promise 3: the answer did not begin')
      stop.abort()
      assertAborted(await soon(end, 'promise 3: the answer went on after the abort'), 'promise 3')
      await eventually(() => world.isIdle(), 'promise 3: something is still held after the abort')
    })

    promise('4: aborting in the middle ends the answer soon and without finish', async (world) => {
      const stop = new AbortController()
      const end = endOf(world.runner, world.endless(), stop.signal, () => stop.abort())
      const seen = await soon(end, 'promise 4: the answer went on after the abort')
      assert.ok(seen.parts.length > 0, 'promise 4: the answer should have begun before the abort')
      assertAborted(seen, 'promise 4')
      await eventually(() => world.isIdle(), 'promise 4: something is still held after the abort')
    })

    promise('5: an answer whose signal is aborted already says nothing', async (world) => {
      const seen = await soon(
        endOf(world.runner, world.endless(), AbortSignal.abort()),
        'promise 5: the answer did not end',
      )
      assert.equal(seen.parts.length, 0, `promise 5: saw ${seen.parts.length} parts of an aborted answer`)
      assertAborted(seen, 'promise 5')
    })

    promise('6: a failure is typed, tells what to do, and is the last word', async (world) => {
      const { request, code } = world.failing()
      const seen = await soon(
        endOf(world.runner, request, new AbortController().signal),
        'promise 6: the answer did not end',
      )
      assert.ok(seen.error instanceof RunnerFailure, `promise 6: expected a RunnerFailure, saw ${String(seen.error)}`)
      assert.equal(
        seen.error.code,
        code,
        `promise 6: expected the code ${code}, saw ${seen.error.code}: ${seen.error.message}`,
      )
      assert.ok(RUNNER_FAILURE_CODES.includes(seen.error.code), `promise 6: ${seen.error.code} is no code of the port`)
      assert.ok(seen.error.message.length > 20, `promise 6: "${seen.error.message}" is not a sentence to act on`)
      assert.ok(!seen.parts.some((part) => part.type === 'finish'), 'promise 6: a failed answer must not finish')
      await eventually(() => world.isIdle(), 'promise 6: something is still held after the failure')
    })

    promise('7: models() answers at once, without asking anybody', async (world) => {
      const models = world.runner.models()
      assert.ok(Array.isArray(models) && models.length > 0, 'promise 7: models() must return a list')
      assert.ok(
        models.every((model) => model.id && model.name && model.provider),
        'promise 7: a model lacks id, name or provider',
      )
      assert.deepEqual(world.runner.models(), models, 'promise 7: two calls must agree')
      await turns(5)
      assert.equal(world.begun(), 0, 'promise 7: models() asked somebody')
    })

    promise('8: answers at the same time do not mix', async (world) => {
      const names = Array.from({ length: 12 }, (_, index) => `run${index}`)
      const answers = await soon(
        Promise.all(
          names.map((name) =>
            collect(world.runner, {
              ...world.saying([`${name}-a`, `${name}-b`, `${name}-c`]),
              runId: name,
              sessionKey: name,
            }),
          ),
        ),
        'promise 8: the answers did not end',
      )
      answers.forEach((parts, index) => {
        const text = textOf(parts)
        assertInOrder(text, [`run${index}-a`, `run${index}-b`, `run${index}-c`], 'promise 8')
        const strangers = names.filter((_, other) => other !== index && text.includes(`run${other}-`))
        assert.deepEqual(
          strangers,
          [],
          `promise 8: the answer of run${index} contains words of ${strangers.join(', ')}`,
        )
      })
    })

    promise('9: leaving the loop early lets everything go', async (world) => {
      for await (const part of world.runner.answer(world.endless(), new AbortController().signal)) {
        assert.notEqual(part.type, 'finish', 'promise 9: the answer ended before it could be left')
        break
      }
      await eventually(() => world.isIdle(), 'promise 9: something is still held after the loop was left')
    })

    promise('10: return gives up at once, also while a part is awaited', async (world) => {
      const parts = world.runner.answer(world.silent(), new AbortController().signal)[Symbol.asyncIterator]()
      const awaited = parts.next().then(
        () => 'ended',
        () => 'ended',
      )
      await eventually(() => world.begun() > 0, 'promise 10: the answer did not begin')
      await soon(Promise.resolve(parts.return?.()), 'promise 10: return did not end')
      assert.equal(await soon(awaited, 'promise 10: the awaited part never came to an end'), 'ended')
      await eventually(() => world.isIdle(), 'promise 10: something is still held after return')
    })
  })
}

interface Ending {
  readonly parts: readonly RunnerPart[]
  readonly error: unknown
}

async function collect(runner: AgentRunner, request: RunnerRequest): Promise<RunnerPart[]> {
  const parts: RunnerPart[] = []
  for await (const part of runner.answer(request, new AbortController().signal)) parts.push(part)
  return parts
}

async function endOf(
  runner: AgentRunner,
  request: RunnerRequest,
  signal: AbortSignal,
  onPart?: () => void,
): Promise<Ending> {
  const parts: RunnerPart[] = []
  try {
    for await (const part of runner.answer(request, signal)) {
      parts.push(part)
      onPart?.()
    }
    return { parts, error: undefined }
  } catch (error) {
    return { parts, error }
  }
}

function assertAborted({ parts, error }: Ending, promise: string): void {
  const isAbort = error === undefined || (error instanceof Error && error.name === 'AbortError')
  assert.ok(isAbort, `${promise}: an aborted answer ends by an AbortError or quietly, saw ${String(error)}`)
  assert.ok(!parts.some((part) => part.type === 'finish'), `${promise}: an aborted answer must not finish`)
}

function assertInOrder(text: string, words: readonly string[], promise: string): void {
  let at = 0
  for (const word of words) {
    const found = text.indexOf(word, at)
    assert.notEqual(found, -1, `${promise}: "${word}" is missing or out of order in "${text}"`)
    at = found + word.length
  }
}

function textOf(parts: readonly RunnerPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.delta : '')).join('')
}

async function soon<T>(work: Promise<T>, problem: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem)), SOON_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function eventually(isTrue: () => boolean, problem: string): Promise<void> {
  const deadline = Date.now() + SOON_MS
  while (!isTrue()) {
    if (Date.now() > deadline) assert.fail(problem)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

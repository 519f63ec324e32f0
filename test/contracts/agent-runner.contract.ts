import assert from 'node:assert/strict'
import {
  type AgentRunner,
  RUNNER_FAILURE_CODES,
  type RunnerFailure,
  type RunnerFailureCode,
  type RunnerPart,
  type RunnerRequest,
} from '../../src/application/ports/agent-runner.js'
import { AGENT_RUNNER_GUARANTEES, type AgentRunnerGuaranteeId } from './agent-runner/agent-runner-guarantees.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { requireFailure } from './kit/require-failure.js'

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
  /** The model asks for these tools and then finishes. A request that goes on from there says the newest result. */
  calling(calls: readonly { readonly name: string; readonly args: unknown }[]): RunnerRequest
  /** Whether nothing is held for any answer any more: connections, timers. */
  isIdle(): boolean
  /** Answers that were begun so far, as far as the outside can tell. */
  begun(): number
  stop(): Promise<void>
}

/** What a runner's own test has to bring. */
export interface AgentRunnerHarness extends ContractHarness {
  create(): Promise<AgentRunnerWorld>
}

/** Long enough for a slow machine, short enough to report a hang. */
const SOON_MS = 10_000

const proofs = new Map<AgentRunnerGuaranteeId, (harness: AgentRunnerHarness) => Promise<void>>()

prove('A1', async (world) => {
  const words = ['alpha', 'beta', 'gamma', 'delta']
  const parts = await soon(collect(world.runner, world.saying(words)), 'the answer did not end')
  assertInOrder(textOf(parts), words, 'A1')
  const finishes = parts.filter((part) => part.type === 'finish')
  assert.equal(finishes.length, 1, `expected one finish, saw ${finishes.length}`)
  const last = parts.at(-1)
  assert.ok(last?.type === 'finish', `finish must come last, saw ${last?.type}`)
  assert.ok(last.provider !== '' && last.model !== '', 'finish must name provider and model')
  const deltas = parts.filter((part) => part.type === 'text')
  assert.ok(
    deltas.every((part) => part.delta !== ''),
    'a delta must not be empty',
  )
})

prove('A2', async (world) => {
  world.runner.answer(world.saying(['never']), new AbortController().signal)
  await turns(20)
  assert.equal(world.begun(), 0, 'an answer began although nobody asked for its first part')
  assert.ok(world.isIdle(), 'something is held although nobody asked for the first part')
})

prove('A3', async (world) => {
  const stop = new AbortController()
  const end = endOf(world.runner, world.silent(), stop.signal)
  await eventually(() => world.begun() > 0, 'the answer did not begin')
  stop.abort()
  assertAborted(await soon(end, 'the answer went on after the abort'), 'A3')
  await eventually(() => world.isIdle(), 'something is still held after the abort')
})

prove('A4', async (world) => {
  const stop = new AbortController()
  const end = endOf(world.runner, world.endless(), stop.signal, () => stop.abort())
  const seen = await soon(end, 'the answer went on after the abort')
  assert.ok(seen.parts.length > 0, 'the answer should have begun before the abort')
  assertAborted(seen, 'A4')
  await eventually(() => world.isIdle(), 'something is still held after the abort')
})

prove('A5', async (world) => {
  const seen = await soon(endOf(world.runner, world.endless(), AbortSignal.abort()), 'the answer did not end')
  assert.equal(seen.parts.length, 0, `saw ${seen.parts.length} parts of an aborted answer`)
  assertAborted(seen, 'A5')
})

prove('A6', async (world) => {
  const { request, code } = world.failing()
  const seen = await soon(endOf(world.runner, request, new AbortController().signal), 'the answer did not end')
  const failure = requireFailure<RunnerFailure>(seen.error, 'RunnerFailure', 'the answer')
  assert.equal(failure.code, code, `expected the code ${code}, saw ${failure.code}: ${failure.message}`)
  assert.ok(RUNNER_FAILURE_CODES.includes(failure.code), `${failure.code} is no code of the port`)
  assert.ok(failure.message.length > 20, `"${failure.message}" is not a sentence to act on`)
  assert.ok(!seen.parts.some((part) => part.type === 'finish'), 'a failed answer must not finish')
  await eventually(() => world.isIdle(), 'something is still held after the failure')
})

prove('A7', async (world) => {
  const models = world.runner.models()
  assert.ok(Array.isArray(models) && models.length > 0, 'models() must return a list')
  assert.ok(
    models.every((model) => model.id && model.name && model.provider),
    'a model lacks id, name or provider',
  )
  assert.deepEqual(world.runner.models(), models, 'two calls must agree')
  await turns(5)
  assert.equal(world.begun(), 0, 'models() asked somebody')
})

prove('A8', async (world) => {
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
    'the answers did not end',
  )
  answers.forEach((parts, index) => {
    const text = textOf(parts)
    assertInOrder(text, [`run${index}-a`, `run${index}-b`, `run${index}-c`], 'A8')
    const strangers = names.filter((_, other) => other !== index && text.includes(`run${other}-`))
    assert.deepEqual(strangers, [], `the answer of run${index} contains words of ${strangers.join(', ')}`)
  })
})

prove('A9', async (world) => {
  for await (const part of world.runner.answer(world.endless(), new AbortController().signal)) {
    assert.notEqual(part.type, 'finish', 'the answer ended before it could be left')
    break
  }
  await eventually(() => world.isIdle(), 'something is still held after the loop was left')
})

prove('A10', async (world) => {
  const parts = world.runner.answer(world.silent(), new AbortController().signal)[Symbol.asyncIterator]()
  const awaited = parts.next().then(
    () => 'ended',
    () => 'ended',
  )
  await eventually(() => world.begun() > 0, 'the answer did not begin')
  await soon(Promise.resolve(parts.return?.()), 'return did not end')
  assert.equal(await soon(awaited, 'the awaited part never came to an end'), 'ended')
  await eventually(() => world.isIdle(), 'something is still held after return')
})

const CALLS = [
  { name: 'look', args: { at: 'the door' } },
  { name: 'look', args: { at: 'the window', twice: true } },
  { name: 'listen', args: {} },
]
const TOOLS = ['look', 'listen'].map((name) => ({
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object', properties: { at: { type: 'string' }, twice: { type: 'boolean' } } },
}))

prove('A11', async (world) => {
  const parts = await soon(
    collect(world.runner, { ...world.calling(CALLS), tools: TOOLS }),
    'the answer with calls did not end',
  )
  const calls = callsOf(parts)
  assert.deepEqual(
    calls.map(({ name, args }) => ({ name, args })),
    CALLS,
    'A11: the calls must come in order, each with its name and its arguments as an object',
  )
  assert.ok(
    calls.every(({ problem, toolCallId }) => problem === undefined && toolCallId !== ''),
    'A11: readable arguments are no problem, and every call has an id',
  )
  const last = parts.at(-1)
  assert.ok(last?.type === 'finish', `A11: finish must come last, saw ${last?.type}`)
  assert.equal(last.stopReason, 'toolUse', 'A11: an answer that asks for tools finishes with toolUse')
})

prove('A12', async (world) => {
  const asking = { ...world.calling(CALLS), tools: TOOLS }
  const calls = callsOf(await soon(collect(world.runner, asking), 'the answer with calls did not end'))
  const returned = calls.map((_, index) => `result-${index}`)
  const content = (text: string) => [{ type: 'text' as const, text }]
  const goingOn: RunnerRequest = {
    ...asking,
    message: null,
    history: [
      { role: 'user', content: content(asking.message ?? ''), timestamp: 1 },
      {
        role: 'assistant',
        content: calls.map(({ toolCallId, name, args }) => ({
          type: 'toolCall',
          id: toolCallId,
          name,
          arguments: args,
        })),
        timestamp: 2,
      },
      ...calls.map(({ toolCallId, name }, index) => ({
        role: 'toolResult' as const,
        toolCallId,
        toolName: name,
        content: content(returned[index] ?? ''),
        isError: false,
        timestamp: 3,
      })),
    ],
  }
  const parts = await soon(collect(world.runner, goingOn), 'the model did not go on after its tools')
  const text = textOf(parts)
  const newest = returned.at(-1) ?? ''
  assert.ok(text.includes(newest), `A12: the newest result "${newest}" is missing in "${text}"`)
  const last = parts.at(-1)
  assert.ok(last?.type === 'finish', `A12: finish must come last, saw ${last?.type}`)
  assert.equal(last.stopReason, 'stop', 'A12: an answer without calls must not finish with toolUse')
})

/** Holds a runner to everything the port promises. */
export const agentRunnerContract = defineContract<AgentRunnerHarness>({
  port: 'agent-runner',
  guarantees: AGENT_RUNNER_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
})

function prove(id: AgentRunnerGuaranteeId, check: (world: AgentRunnerWorld) => Promise<void>): void {
  proofs.set(id, async (harness) => {
    const world = await harness.create()
    try {
      await check(world)
    } finally {
      await world.stop()
    }
  })
}

function callsOf(parts: readonly RunnerPart[]) {
  return parts.filter((part): part is Extract<RunnerPart, { type: 'tool.call' }> => part.type === 'tool.call')
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

import type { AssertionError } from 'node:assert/strict'
import { BrokenPromise } from './broken-promise.js'
import type { Contract, ContractHarness, StressOptions } from './contract.js'
import { shuffled } from './shuffled.js'

/** What became of one guarantee. */
export interface Outcome {
  readonly id: string
  readonly promise: string
  readonly because: string
  readonly status: 'pass' | 'fail' | 'skip'
  /** Why it was skipped. */
  readonly reason?: string
  /** What should have been seen, and what was, where it failed. */
  readonly expected?: string
  readonly seen?: string
  /** The whole failure in one sentence. */
  readonly message?: string
  readonly milliseconds: number
}

export interface RunOptions {
  /** Only these guarantees. */
  readonly only?: readonly string[]
  /** More guarantees to skip, with reasons. */
  readonly skip?: Readonly<Record<string, string>>
  readonly stress?: StressOptions
  /** Told of every outcome as it comes. */
  readonly told?: (outcome: Outcome) => void
}

/** After this time a proof counts as hanging. */
const HANG_MS = 60_000

/** Runs a contract without any test runner, one guarantee after the other. Under stress in an order the seed decides. */
export async function runContract<Harness extends ContractHarness>(
  contract: Contract<Harness>,
  given: Harness,
  { only, skip = {}, stress, told = () => undefined }: RunOptions = {},
): Promise<readonly Outcome[]> {
  const harness = contract.complete(given)
  const skips = new Map([...contract.skips(harness), ...Object.entries(skip)])
  const ids = Object.keys(contract.guarantees).filter((id) => only?.includes(id) ?? true)
  const outcomes: Outcome[] = []
  for (const id of stress === undefined ? ids : shuffled(ids, stress.seed)) {
    const { promise, because } = contract.guarantees[id]!
    const reason = skips.get(id)
    const startedAt = performance.now()
    const found =
      reason === undefined
        ? await findingOf(() => contract.prove(id, harness, stress === undefined ? {} : { stress }), promise)
        : { status: 'skip' as const, reason }
    const outcome = { id, promise, because, ...found, milliseconds: Math.round(performance.now() - startedAt) }
    outcomes.push(outcome)
    told(outcome)
  }
  return outcomes
}

type Finding = Pick<Outcome, 'status' | 'expected' | 'seen' | 'message'>

/** Errors that nobody caught while a proof ran are the adapter's as well. */
async function findingOf(prove: () => Promise<void>, promise: string): Promise<Finding> {
  const stray = new StrayErrors()
  try {
    await Promise.race([prove(), stray.thrown, hanging(stray.over)])
    return { status: 'pass' }
  } catch (thrown) {
    if (thrown instanceof BrokenPromise) {
      return { status: 'fail', expected: thrown.wanted, seen: thrown.seen, message: thrown.message }
    }
    const { message } = thrown as AssertionError
    return { status: 'fail', expected: promise, seen: message, message }
  } finally {
    stray.stop()
  }
}

/** Rejects with the first error that nobody caught. */
class StrayErrors {
  readonly thrown: Promise<never>
  readonly over: AbortSignal
  readonly #over = new AbortController()
  #reject: (thrown: Error) => void = () => undefined

  constructor() {
    this.over = this.#over.signal
    this.thrown = new Promise<never>((_, reject) => {
      this.#reject = reject
    })
    process.on('uncaughtException', this.#take)
    process.on('unhandledRejection', this.#take)
  }

  stop(): void {
    this.#over.abort()
    process.off('uncaughtException', this.#take)
    process.off('unhandledRejection', this.#take)
  }

  readonly #take = (thrown: unknown): void => {
    this.#reject(new Error(`an error that nobody caught: ${thrown instanceof Error ? thrown.stack : String(thrown)}`))
  }
}

function hanging(over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end within ${HANG_MS / 1000} s`)), HANG_MS)
    over.addEventListener('abort', () => clearTimeout(timer))
  })
}

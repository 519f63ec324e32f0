import { formatModelRef } from '../../domain/model/model-ref.js'
import { RunnerFailure } from '../ports/agent-runner.js'
import type { Attempt } from './attempt-plan.js'

/** An attempt that gave no answer. */
export interface LostAttempt {
  readonly attempt: Attempt
  readonly failure: RunnerFailure
}

/** One failure for all attempts of an answer: the code says whether trying again can help, the sentence names them all. */
export function noAnswer(lost: readonly LostAttempt[]): RunnerFailure {
  const failures = lost.map(({ failure }) => failure)
  const telling = failures.find(({ retryable }) => retryable) ?? failures[0]
  if (telling === undefined) return new RunnerFailure('unknown-model', 'there is no model that could answer')
  if (failures.length === 1) return telling
  const models = new Set(lost.map(({ attempt }) => formatModelRef(attempt.model)))
  const waits = failures.flatMap(({ retryable, retryAfterMs }) => (retryable ? (retryAfterMs ?? []) : []))
  const head = models.size === 1 ? `no key of ${[...models][0]} gave an answer` : 'no model gave an answer'
  return new RunnerFailure(telling.code, `${head}: ${failures.map(({ message }) => message).join(' | ')}`, {
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.min(...waits) }),
  })
}

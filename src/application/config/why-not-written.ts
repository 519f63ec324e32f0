import type { ConfigProblem } from '../../domain/config/problem.js'
import { formatProblem } from '../../domain/config/problem.js'
import { messageOf } from '../../domain/failure.js'
import { ConfigFailure } from '../ports/config-source.js'

/** The report gives so many problems. */
const MOST_PROBLEMS = 5

/** Why a change of the configuration was refused, with what is wrong in it, for people and models. */
export function whyNotWritten(thrown: unknown): string {
  if (!(thrown instanceof ConfigFailure)) return messageOf(thrown)
  const { problems = [] } = (thrown.details ?? {}) as { readonly problems?: readonly ConfigProblem[] }
  const shown = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ file: _file, line: _line, ...problem }) => formatProblem(problem))
  const more = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : []
  return [thrown.message, ...shown, ...more].join('; ')
}

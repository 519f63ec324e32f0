import type { ConfigReading } from '../../../application/ports/config-source.js'
import { ConfigFailure } from '../../../application/ports/config-source.js'
import { type ConfigProblem, formatProblem } from '../../../domain/config/problem.js'
import { CliFailure } from '../cli-failure.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

const MOST_PROBLEMS = 50

/** Everything that is wrong, a line each. */
export function problemLines(problems: readonly ConfigProblem[]): string[] {
  const rest = problems.length - MOST_PROBLEMS
  return [
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${formatProblem(problem)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}

/** The report about files that cannot be used. */
export function invalidReport({ path, problems }: ConfigReading, home: string): string[] {
  return [`Config invalid: ${shortPath(path, home)}`, ...problemLines(problems)]
}

/** A write that was refused, for people. Anything else stays what it is. */
export function explainWrite(thrown: unknown): unknown {
  if (!(thrown instanceof ConfigFailure)) return thrown
  const { problems = [] } = (thrown.details ?? {}) as { readonly problems?: readonly ConfigProblem[] }
  if (thrown.code !== 'config-invalid' || problems.length === 0) {
    const code = thrown.code.replace('-', '_')
    const exitCode = exitCodes.failed
    return new CliFailure(code, thrown.message, { exitCode, details: thrown.details, cause: thrown })
  }
  const message = ['nothing written, the configuration would be invalid', ...problemLines(problems)].join('\n')
  return new CliFailure('config_invalid', message, { details: { problems }, cause: thrown })
}

import type { z } from 'zod'
import type { GatewayConfig } from './config.js'
import { crossChecks } from './cross-checks.js'
import { explainIssues, type LocatedProblem } from './explain-issues.js'
import { ignoredKeys } from './ignored-keys.js'
import { reservedKeys } from './reserved-keys.js'
import { unsupportedKeys } from './unsupported-keys.js'

/** What came of a validation: the schema's `safeParse`, which belongs to whoever read the bytes. */
export interface CheckedConfig {
  /** Deep-frozen; null when there are problems. */
  readonly config: GatewayConfig | null
  readonly problems: readonly LocatedProblem[]
  readonly warnings: readonly LocatedProblem[]
}

/** Judges the outcome of `schema.safeParse(value)`: explains its issues, then applies the rules over several keys. */
export function checkConfig(
  schema: z.ZodType,
  value: unknown,
  outcome: z.ZodSafeParseResult<GatewayConfig>,
): CheckedConfig {
  const reserved = [...reservedKeys(value), ...unsupportedKeys(value)]
  if (!outcome.success || reserved.length > 0) {
    const issues = outcome.success ? [] : explainIssues(schema, value, outcome.error.issues)
    return {
      config: null,
      problems: [...reserved, ...issues.filter((issue) => !isAbout(issue, reserved))],
      warnings: [],
    }
  }
  const { problems, warnings } = crossChecks(outcome.data)
  const config = problems.length === 0 ? deepFrozen(outcome.data) : null
  return { config, problems, warnings: [...ignoredKeys(schema, value), ...warnings] }
}

function isAbout(issue: LocatedProblem, others: readonly LocatedProblem[]): boolean {
  return others.some((other) => other.problem.path === issue.problem.path)
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.values(value).forEach(deepFrozen)
  return Object.freeze(value)
}

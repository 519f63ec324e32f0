import type { z } from 'zod'

/** The text is echoed and logged, and what it quotes may be megabytes long. */
const MOST_PROBLEMS = 10
const LONGEST_KEY = 64

/** Issues as one line: `at root: unexpected property 'zz'; at /limit: must be >= 1`. */
export function describeIssues(error: z.ZodError): string {
  const problems = error.issues.flatMap(describe)
  if (problems.length <= MOST_PROBLEMS) return problems.join('; ')
  return `${problems.slice(0, MOST_PROBLEMS).join('; ')}; and ${problems.length - MOST_PROBLEMS} more`
}

/** A foreign key as it is quoted. */
export function shortKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY)}...`
}

function describe(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.length === 0 ? 'root' : `/${issue.path.map((key) => shortKey(String(key))).join('/')}`
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `at ${place}: unexpected property '${shortKey(key)}'`)
  }
  return [`at ${place}: ${sentence(issue)}`]
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : issue.expected}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must NOT have fewer than ${String(issue.minimum)} ${issue.origin === 'string' ? 'characters' : 'items'}`
        : `must be >= ${String(issue.minimum)}`
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `must NOT have more than ${String(issue.maximum)} ${issue.origin === 'string' ? 'characters' : 'items'}`
        : `must be <= ${String(issue.maximum)}`
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    default:
      return issue.message
  }
}

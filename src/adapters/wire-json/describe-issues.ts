import type { z } from 'zod'

/** Issues as one line: `at root: unexpected property 'zz'; at /limit: must be >= 1`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.flatMap(describe).join('; ')
}

function describe(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.length === 0 ? 'root' : `/${issue.path.map(String).join('/')}`
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `at ${place}: unexpected property '${key}'`)
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

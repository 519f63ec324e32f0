import type { z } from 'zod'

type Issue = z.core.$ZodIssue

interface Found {
  readonly issue: Issue
  readonly path: readonly PropertyKey[]
}

/** What is wrong with a body, and where: `input[0].content[1].text`; null when it is the body as a whole. */
export interface BodyProblem {
  readonly message: string
  readonly param: string | null
}

/** The first thing that is wrong with a body, said like `input[0].role: Invalid option`. */
export function explainIssue(error: z.core.$ZodError): BodyProblem {
  const found = error.issues[0]
  if (found === undefined) return { message: 'invalid request', param: null }
  const { issue, path } = innermost(found, [])
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const param = written(unknown === undefined ? path : [...path, unknown])
  const sentence = unknown === undefined ? issue.message : 'unknown parameter'
  return { message: param === '' ? sentence : `${param}: ${sentence}`, param: param === '' ? null : param }
}

/** Of the alternatives of a union, the one that was followed furthest is the one that was meant. */
function innermost(issue: Issue, above: readonly PropertyKey[]): Found {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union') return { issue, path }
  let best: Found = { issue, path }
  for (const alternative of issue.errors) {
    const [first] = alternative
    if (first === undefined) continue
    const inner = innermost(first, path)
    if (inner.path.length > best.path.length || (best.issue === issue && inner.issue.code === 'unrecognized_keys')) {
      best = inner
    }
  }
  return best
}

function written(path: readonly PropertyKey[]): string {
  let text = ''
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text === '' ? String(key) : `.${String(key)}`
  return text
}

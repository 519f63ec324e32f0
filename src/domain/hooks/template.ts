/** What a template can look into. */
export interface TemplateSource {
  /** The body of the request. A path that names none of the others looks here. */
  readonly payload: unknown
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Path of the request below `hooks.path`, without slashes around it. */
  readonly path: string
}

const FIELD = /\{\{([^{}]{1,512})\}\}/g
const STEP = /^(?:\.?([A-Za-z0-9_$-]+)|\[(\d{1,9})\]|\["([^"\\]*)"\]|\['([^'\\]*)'\])/
/** Names that lead to what an object is made of, and not to what was sent. */
const NO_FIELDS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const DEEPEST = 32

/**
 * Puts fields in place: `{{ user.name }}`, `{{items[0].id}}`, `{{ headers["x-event"] }}`, `{{payload.path}}`. A field that
 * is not there becomes nothing, an object becomes JSON. What was put in is not looked at again.
 */
export function renderTemplate(template: string, source: TemplateSource): string {
  return template.replace(FIELD, (_, expression: string) => {
    const steps = stepsOf(expression.trim())
    return steps === null ? '' : textOf(valueAt(steps, source))
  })
}

/** Taken apart; null when it is no path. */
function stepsOf(expression: string): readonly string[] | null {
  const steps: string[] = []
  let rest = expression
  while (rest !== '') {
    const match = STEP.exec(rest)
    if (match === null || (steps.length === 0 && rest.startsWith('.'))) return null
    if (steps.length > 0 && match[1] !== undefined && !rest.startsWith('.')) return null
    steps.push((match[1] ?? match[2] ?? match[3] ?? match[4]) as string)
    rest = rest.slice(match[0].length)
    if (steps.length > DEEPEST) return null
  }
  return steps.length === 0 ? null : steps
}

function valueAt(steps: readonly string[], source: TemplateSource): unknown {
  const [first, ...others] = steps
  if (first === 'path' && others.length === 0) return source.path
  if (first === 'payload') return inside(source.payload, others)
  if (first === 'headers' || first === 'query') {
    const names = first === 'headers' ? others.map((name) => name.toLowerCase()) : others
    return inside(source[first], names)
  }
  return inside(source.payload, steps)
}

/** Only what was sent itself is seen, never what objects inherit. */
function inside(start: unknown, steps: readonly string[]): unknown {
  let value = start
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || NO_FIELDS.has(step)) return undefined
    if (Array.isArray(value)) value = /^\d+$/.test(step) ? value[Number(step)] : undefined
    else value = Object.hasOwn(value, step) ? (value as Readonly<Record<string, unknown>>)[step] : undefined
  }
  return value
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

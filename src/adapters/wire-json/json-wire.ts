import type { Checked, Decoded, SchemaThunk, Wire } from '../../application/ports/wire.js'
import { describeIssues, shortKey } from './describe-issues.js'

const REQUEST_KEYS: ReadonlySet<string> = new Set(['type', 'id', 'method', 'params'])
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Protocol v3 as JSON text, one object per message. */
export class JsonWire implements Wire {
  decode(data: string | Uint8Array): Decoded {
    let value: unknown
    try {
      value = JSON.parse(typeof data === 'string' ? data : utf8.decode(data))
    } catch {
      return { kind: 'not-json' }
    }
    return readRequest(value)
  }

  check<T>(schema: SchemaThunk<T>, value: unknown): Checked<T> {
    const result = schema().safeParse(value ?? {})
    return result.success ? { ok: true, value: result.data } : { ok: false, problems: describeIssues(result.error) }
  }
}

/*
 * The envelope is checked by hand: it is the one check that every message pays for, and its shape never changes.
 */
function readRequest(value: unknown): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'not-a-request', id: null, problem: 'at root: must be object' }
  }
  const { type, id, method, params } = value as Record<string, unknown>
  const problem = problemOf(value, type, id, method)
  if (problem !== null) {
    return {
      kind: 'not-a-request',
      id: isEchoable(id) ? id : null,
      problem,
    }
  }
  return { kind: 'request', frame: { id: id as string, method: method as string, params } }
}

/** Ids that a response can carry; 1e999 is no number any more once it was read. */
function isEchoable(id: unknown): id is string | number {
  return Number.isFinite(id) || (typeof id === 'string' && id !== '')
}

function problemOf(value: object, type: unknown, id: unknown, method: unknown): string | null {
  if (type !== 'req') return "at /type: must be equal to 'req'"
  if (typeof id !== 'string' || id === '') return 'at /id: must be a non-empty string'
  if (typeof method !== 'string' || method === '') return 'at /method: must be a non-empty string'
  for (const key in value) if (!REQUEST_KEYS.has(key)) return `at root: unexpected property '${shortKey(key)}'`
  return null
}

import type { ShownChange } from '../../../application/config/shown-changes.js'
import { REDACTED } from '../../../domain/config/redacted.js'

/** `gateway.port: 18789 -> 18800`, `gateway.auth.token: another secret`, `session.scope: "global" (new)`. */
export function changeLine({ path, before, after, isSecret }: ShownChange): string {
  if (isSecret) return `${path}: another secret`
  if (before === undefined) return `${path}: ${shown(after)} (new)`
  return after === undefined ? `${path}: ${shown(before)} (removed)` : `${path}: ${shown(before)} -> ${shown(after)}`
}

function shown(value: unknown): string {
  return value === REDACTED ? '(secret)' : JSON.stringify(value)
}

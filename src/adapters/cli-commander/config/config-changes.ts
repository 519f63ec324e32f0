import type { ConfigReading } from '../../../application/ports/config-source.js'
import { changedValues } from '../../../domain/config/changed-values.js'
import { formatKeyPath } from '../../../domain/config/key-path.js'
import { REDACTED } from '../../../domain/config/redacted.js'
import { valueAt } from './config-path.js'

/** One difference between two readings, without secrets. */
export interface ShownChange {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
  /** Both sides are hidden. */
  readonly isSecret: boolean
}

export function shownChanges(before: ConfigReading, after: ConfigReading): ShownChange[] {
  return changedValues(before.resolved ?? {}, after.resolved ?? {}).map(({ at }) => {
    const [was, is] = [valueAt(before.redactedResolved, at), valueAt(after.redactedResolved, at)]
    return { path: formatKeyPath(at), before: was, after: is, isSecret: was === REDACTED && is === REDACTED }
  })
}

/** `gateway.port: 18789 -> 18800`, `gateway.auth.token: another secret`, `session.scope: "global" (new)`. */
export function changeLine({ path, before, after, isSecret }: ShownChange): string {
  if (isSecret) return `${path}: another secret`
  if (before === undefined) return `${path}: ${shown(after)} (new)`
  return after === undefined ? `${path}: ${shown(before)} (removed)` : `${path}: ${shown(before)} -> ${shown(after)}`
}

function shown(value: unknown): string {
  return value === REDACTED ? '(secret)' : JSON.stringify(value)
}

import { changedValues } from '../../domain/config/changed-values.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import { REDACTED } from '../../domain/config/redacted.js'
import { valueAt } from '../../domain/config/value-at.js'
import type { ConfigReading } from '../ports/config-source.js'

/** One difference between two readings, without secrets. */
export interface ShownChange {
  readonly path: string
  /** `undefined` = nothing there. */
  readonly before: unknown
  readonly after: unknown
  /** Both sides are hidden. */
  readonly isSecret: boolean
}

/** What differs between the values of two readings, in the order of the file. */
export function shownChanges(before: ConfigReading, after: ConfigReading): ShownChange[] {
  return changedValues(before.resolved ?? {}, after.resolved ?? {}).map(({ at }) => {
    const [was, is] = [valueAt(before.redactedResolved, at), valueAt(after.redactedResolved, at)]
    return { path: formatKeyPath(at), before: was, after: is, isSecret: was === REDACTED && is === REDACTED }
  })
}

import type { ChangePath } from './diff-config.js'
import { ACTION_ORDER, formatReloadAction, type ReloadAction } from './reload-action.js'
import { reloadActionsAt } from './reload-rules.js'

/** Work to be done, and the paths that ask for it; there is always at least one. */
export interface PlannedAction {
  readonly action: ReloadAction
  readonly reasons: readonly string[]
}

/** Gathers the work of all changes: each piece once, in order; what a whole channel does its accounts need not. */
export function planActions(
  changes: readonly { readonly at: ChangePath; readonly path: string }[],
): readonly PlannedAction[] {
  const planned = new Map<string, { action: ReloadAction; reasons: string[] }>()
  for (const { at, path } of changes) {
    for (const action of reloadActionsAt(at)) {
      const name = formatReloadAction(action)
      const known = planned.get(name)
      if (known === undefined) planned.set(name, { action, reasons: [path] })
      else known.reasons.push(path)
    }
  }
  return [...planned.values()]
    .filter(({ action, reasons }) => !joinsWholeChannel(action, reasons, planned))
    .sort((one, other) => ACTION_ORDER.indexOf(one.action.name) - ACTION_ORDER.indexOf(other.action.name))
}

function joinsWholeChannel(
  action: ReloadAction,
  reasons: readonly string[],
  planned: ReadonlyMap<string, { readonly reasons: string[] }>,
): boolean {
  if (action.name !== 'channel' || action.account === null) return false
  const whole = planned.get(formatReloadAction({ ...action, account: null }))
  whole?.reasons.push(...reasons)
  return whole !== undefined
}

import type { GatewayConfig } from '../config/config.js'
import { type ChangePath, diffConfig } from './diff-config.js'
import { formatChangePath } from './format-change-path.js'
import { type PlannedAction, planActions } from './plan-actions.js'
import { type ReloadClass, reloadRuleOf } from './reload-rules.js'
import { wouldExposeGateway } from './would-expose-gateway.js'

/** What the operator allows a change of the file to do. */
export type ReloadMode = 'off' | 'hot' | 'restart' | 'hybrid'

/**
 * What becomes of one change: taken over at once, taken over by the restart, kept aside until somebody restarts, not
 * looked at because reloading is off, or of no effect on a running gateway.
 */
export type ChangeFate = 'applied' | 'restart' | 'pending' | 'ignored' | 'none'

export interface PlannedChange {
  readonly at: ChangePath
  /** `at` for people: `agents.list[ops].model`. */
  readonly path: string
  readonly class: ReloadClass
  readonly fate: ChangeFate
}

/**
 * `nothing`: no change that matters. `hot`: swap the snapshot, do the actions. `restart`: start anew with the new
 * configuration. `pending`: only a restart by hand brings the changes into force. `off`: reloading is switched off.
 */
export type ReloadKind = 'nothing' | 'hot' | 'restart' | 'pending' | 'off'

/** What a new file does to a running gateway, before anything has been done. */
export interface ReloadPlan {
  readonly mode: ReloadMode
  readonly kind: ReloadKind
  readonly changed: readonly PlannedChange[]
  /** The work that goes with the hot changes, in the order in which it is done; each with the paths that ask for it. */
  readonly hot: readonly PlannedAction[]
  /** Paths that the restart brings into force; empty unless `kind` is `restart`. */
  readonly restart: readonly string[]
  /** Paths in the file that wait for a restart by hand. */
  readonly pending: readonly string[]
  /** Paths that are not applied because reloading is off. */
  readonly ignored: readonly string[]
}

/**
 * Decides what a new configuration does to a gateway that runs on another one. `running` is the snapshot in force, so
 * what is pending is found anew each time, and vanishes when the file returns to it.
 * @param mode the mode of the new file, because that is what the operator just wrote
 */
export function planReload(
  running: GatewayConfig,
  next: GatewayConfig,
  mode: ReloadMode = next.gateway.reload.mode,
): ReloadPlan {
  const classed = diffConfig(running, next).map(({ at }) => ({ at, class: reloadRuleOf(at).class }))
  const fateOf = fatesIn(mode, classed, running, next)
  const changed = classed.map((change) => ({
    at: change.at,
    path: formatChangePath(change.at),
    class: change.class,
    fate: fateOf(change),
  }))
  return {
    mode,
    kind: kindOf(changed),
    changed,
    hot: planActions(changed.filter(({ fate }) => fate === 'applied')),
    restart: pathsOf(changed, 'restart'),
    pending: pathsOf(changed, 'pending'),
    ignored: pathsOf(changed, 'ignored'),
  }
}

type ClassedChange = Pick<PlannedChange, 'at' | 'class'>

function fatesIn(
  mode: ReloadMode,
  changes: readonly ClassedChange[],
  running: GatewayConfig,
  next: GatewayConfig,
): (change: ClassedChange) => ChangeFate {
  const needsRestart = changes.some(
    (change) =>
      change.class === 'restart' || (mode === 'restart' && change.class === 'hot' && !isReloadSetting(change)),
  )
  const restarts = needsRestart && (mode === 'restart' || mode === 'hybrid')
  const keepsAuth = mode === 'hot' && wouldExposeGateway(running, next)
  return (change) => {
    if (change.class === 'none') return 'none'
    if (restarts) return 'restart'
    if (isReloadSetting(change)) return 'applied'
    if (mode === 'off') return 'ignored'
    if (change.class === 'restart' || (keepsAuth && isAuth(change))) return 'pending'
    return 'applied'
  }
}

/** How to reload is taken over from every mode to every mode, else nobody could switch `off` off again. */
function isReloadSetting({ at }: ClassedChange): boolean {
  return at[0] === 'gateway' && at[1] === 'reload'
}

function isAuth({ at }: ClassedChange): boolean {
  return reloadRuleOf(at).actions.includes('auth')
}

function kindOf(changed: readonly PlannedChange[]): ReloadKind {
  const has = (fate: ChangeFate) => changed.some((change) => change.fate === fate)
  if (has('restart')) return 'restart'
  if (has('ignored')) return 'off'
  if (has('applied')) return 'hot'
  return has('pending') ? 'pending' : 'nothing'
}

function pathsOf(changed: readonly PlannedChange[], fate: ChangeFate): string[] {
  return changed.filter((change) => change.fate === fate).map(({ path }) => path)
}

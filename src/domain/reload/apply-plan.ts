import type { GatewayConfig } from '../config/config.js'
import { type ChangePath, isObject, keysOf, memberOf } from './diff-config.js'
import { isReordered, type KeyedList, keyedLists } from './keyed-list.js'
import type { ChangeFate, ReloadPlan } from './plan-reload.js'

/**
 * The snapshot in force once the plan has been carried out: the new one after a restart or when all changes are hot,
 * the running one where reloading is off, and otherwise the running one with what was applied. Deep-frozen like both.
 */
export function applyPlan(running: GatewayConfig, next: GatewayConfig, plan: ReloadPlan): GatewayConfig {
  const fates = new Map(plan.changed.map(({ at, fate }) => [keyOf(at), fate]))
  const isTaken = (fate: ChangeFate) =>
    fate !== 'pending' && fate !== 'ignored' && !(fate === 'none' && plan.mode === 'off')
  const taken = new Map([...fates].map(([key, fate]) => [key, isTaken(fate)]))
  const verdicts = [...taken.values()]
  if (verdicts.every((verdict) => verdict)) return next
  if (!verdicts.some((verdict) => verdict)) return running
  return merged([], running, next, taken, false) as GatewayConfig
}

/** By path, whether the change there is taken over; every change below follows the nearest one above it. */
type Verdicts = ReadonlyMap<string, boolean>

function merged(at: ChangePath, running: unknown, next: unknown, verdicts: Verdicts, above: boolean): unknown {
  const takes = verdicts.get(keyOf(at)) ?? above
  if (isObject(running) || isObject(next)) return mergedObject(at, running, next, verdicts, takes)
  const keyed = keyedLists(at, running, next)
  if (keyed !== null) return mergedList(at, keyed, verdicts, takes)
  return takes ? next : running
}

function mergedObject(at: ChangePath, running: unknown, next: unknown, verdicts: Verdicts, takes: boolean): unknown {
  if (!isObject(running) && !isObject(next)) return takes ? next : running
  const chosen = takes ? next : running
  if (!isObject(chosen)) return chosen
  const members = keysOf(isObject(running) ? running : {}, isObject(next) ? next : {}).flatMap((key) => {
    const value = merged([...at, key], memberOf(running, key), memberOf(next, key), verdicts, takes)
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.freeze(Object.fromEntries(members))
}

function mergedList(
  at: ChangePath,
  keyed: { readonly before: KeyedList; readonly after: KeyedList },
  verdicts: Verdicts,
  takes: boolean,
): unknown {
  const { before, after } = keyed
  const isOrderTaken = takes && isReordered(before, after)
  const ids = isOrderTaken ? [...new Set([...after.keys(), ...before.keys()])] : withNewcomers(before, after)
  const elements = ids.map((id) => merged([...at, id], before.get(id), after.get(id), verdicts, takes))
  return Object.freeze(elements.filter((element) => element !== undefined))
}

/** The ids of the list before, in its order; each new one stands behind the one it follows in the list after. */
function withNewcomers(before: KeyedList, after: KeyedList): readonly string[] {
  const ids = [...before.keys()]
  let place = 0
  for (const id of after.keys()) {
    if (!before.has(id)) ids.splice(place, 0, id)
    place = ids.indexOf(id) + 1
  }
  return ids
}

function keyOf(at: ChangePath): string {
  return JSON.stringify(at)
}

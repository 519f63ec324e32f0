/** When an agent repeats itself, in calls. Fewer than `warningThreshold` repetitions are nobody's business. */
export interface LoopRules {
  readonly enabled: boolean
  /** Calls that are looked back upon. */
  readonly historySize: number
  readonly warningThreshold: number
  readonly criticalThreshold: number
  readonly globalCircuitBreakerThreshold: number
  readonly detectors: {
    readonly genericRepeat: boolean
    readonly knownPollNoProgress: boolean
    readonly pingPong: boolean
  }
}

/** One call that was asked for, whether it was carried out or not. */
export interface PastCall {
  /** Name and arguments, from `callKey`. */
  readonly key: string
  /** Whether asking again is what this call is made for. */
  readonly isPoll: boolean
  /** What came of it; undefined while it is not known. */
  readonly result: string | undefined
}

/** What is to be done about the next call. */
export type LoopVerdict =
  | { readonly kind: 'fine' }
  /** It is carried out, and the model is told. */
  | { readonly kind: 'warn'; readonly note: string }
  /** It is not carried out. */
  | { readonly kind: 'refuse'; readonly note: string }
  /** The run ends. */
  | { readonly kind: 'end'; readonly note: string }

/** So many identical calls end a run, whatever is configured. */
export const MAX_IDENTICAL_CALLS = 100

const POLL_ACTIONS: ReadonlySet<unknown> = new Set(['poll', 'log', 'list'])

/** Whether a call only looks how something is getting on. */
export function isPollCall(name: string, args: unknown): boolean {
  if (name === 'session_status') return true
  if (name !== 'process' || typeof args !== 'object' || args === null) return false
  return POLL_ACTIONS.has((args as { readonly action?: unknown }).action)
}

/** Equal for calls of one tool with equal arguments, in whatever order they were written. */
export function callKey(name: string, args: unknown): string {
  return `${name} ${JSON.stringify(sorted(args)) ?? ''}`
}

/**
 * Judges a call by those before it, oldest first.
 * @param identicalCalls how often the run has asked for this very call before
 */
export function judgeCall(
  past: readonly PastCall[],
  call: Pick<PastCall, 'key' | 'isPoll'>,
  identicalCalls: number,
  rules: LoopRules,
): LoopVerdict {
  if (identicalCalls >= MAX_IDENTICAL_CALLS) {
    return { kind: 'end', note: `the model made the same call ${MAX_IDENTICAL_CALLS} times` }
  }
  if (!rules.enabled) return { kind: 'fine' }
  const seen = rules.historySize >= past.length ? past : past.slice(-rules.historySize)
  const found = worst(seen, call, rules)
  const { repetitions, what } = found
  if (repetitions >= rules.globalCircuitBreakerThreshold) return { kind: 'end', note: `the model ${what}` }
  if (repetitions >= rules.criticalThreshold) {
    return { kind: 'refuse', note: `Refused: you ${what}. Stop this and try another way, or say what is in the way.` }
  }
  if (repetitions < rules.warningThreshold) return { kind: 'fine' }
  return { kind: 'warn', note: `Note: you ${what}. If this leads nowhere, try another way or stop.` }
}

interface Repetition {
  readonly repetitions: number
  readonly what: string
}

function worst(past: readonly PastCall[], call: Pick<PastCall, 'key' | 'isPoll'>, rules: LoopRules): Repetition {
  const { genericRepeat, knownPollNoProgress, pingPong } = rules.detectors
  let most: Repetition = { repetitions: 0, what: '' }
  if (genericRepeat && !call.isPoll) {
    const repetitions = 1 + past.filter(({ key }) => key === call.key).length
    most = { repetitions, what: `made the same call ${repetitions} times` }
  }
  if (knownPollNoProgress && call.isPoll) {
    const repetitions = 1 + unchangedPolls(past, call.key)
    most = { repetitions, what: `asked ${repetitions} times in a row and nothing has changed` }
  }
  if (!pingPong) return most
  const repetitions = turns(past, call.key)
  return repetitions <= most.repetitions
    ? most
    : { repetitions, what: `made the same two calls in turns, ${repetitions} calls in a row, with the same results` }
}

/** How often this call came last, one after the other, with one and the same result. */
function unchangedPolls(past: readonly PastCall[], key: string): number {
  const last = past.at(-1)
  if (last === undefined) return 0
  let count = 0
  for (let at = past.length - 1; at >= 0; at--) {
    const each = past[at] as PastCall
    if (each.key !== key || each.result !== last.result) break
    count += 1
  }
  return count
}

/** How long two different calls have taken turns up to now, each with its one result. Three in a row are no turns yet. */
function turns(past: readonly PastCall[], key: string): number {
  const other = past.at(-1)
  const same = past.at(-2)
  if (other === undefined || same === undefined || other.key === key || same.key !== key) return 0
  let count = 1
  for (let at = past.length - 1; at >= 0; at--) {
    const each = past[at] as PastCall
    const expected = (past.length - at) % 2 === 1 ? other : same
    if (each.key !== expected.key || each.result !== expected.result) break
    count += 1
  }
  return count > 3 ? count : 0
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(fields.map(([name, each]) => [name, sorted(each)]))
}

/** A short text that is equal for equal results. */
export function resultKey(content: unknown): string {
  const text = JSON.stringify(content) ?? ''
  if (text.length <= 64) return text
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return `${text.length}:${hash >>> 0}`
}

import { mayMerge, maySteer } from './queue-merge.js'
import type { QueueMode, QueueRules } from './queue-mode.js'
import type { RunRequest } from './run.js'

/** A run that waits in the line of its session. */
export interface WaitingRun {
  readonly request: RunRequest
  /** Not before this time (Unix ms); 0 = any time. */
  readonly quietUntil: number
  /** Nobody waits for an answer any more; only its question is still to be written, in its place. */
  readonly isWithdrawn: boolean
  /** There was no room for it; it becomes a line in front of the next turn. */
  readonly isSurplus: boolean
  /** What its turn is made of was settled before a restart; it joins nobody, and nobody joins it. */
  readonly isMadeUp: boolean
}

/** The session a message meets. */
export interface Situation {
  /** What is under way there and could still be stopped or steered; null = nothing. */
  readonly underWay: RunRequest | null
  /** Whether something runs or waits there, even if it can be neither stopped nor steered. */
  readonly isBusy: boolean
  /** Who waits already, next first. */
  readonly waiting: readonly WaitingRun[]
}

/** What becomes of a new run: it starts, waits for its turn, joins what waits, is handed to what runs, or stops it. */
export type Arrival = 'start' | 'wait' | 'merge' | 'steer' | 'interrupt'

/** What a new run does. Only a message has a mode; everything else gets a turn of its own. */
export function arrivalOf(request: RunRequest, { underWay, isBusy, waiting }: Situation): Arrival {
  const mode = request.queueMode
  if (!isBusy) return 'start'
  if (mode === 'interrupt' && underWay !== null) return 'interrupt'
  if (mode !== undefined && steers(mode) && underWay !== null && maySteer(underWay, request)) {
    if (waiting.every((one) => isHeard(underWay, one))) return 'steer'
  }
  const last = waiting.at(-1)
  const next = { request, quietUntil: 0, isWithdrawn: false, isSurplus: false, isMadeUp: false }
  return last !== undefined && joins(last, next) ? 'merge' : 'wait'
}

/** When a new run may start at the earliest (Unix ms; 0 = any time). Once the line is full nobody has to be quiet. */
export function quietUntil(arrival: Arrival, rules: QueueRules, waiting: readonly WaitingRun[], now: number): number {
  if (arrival !== 'wait' && arrival !== 'merge' && arrival !== 'steer') return 0
  if (rules.mode !== 'collect' && rules.mode !== 'steer-backlog') return 0
  return messagesIn(waiting) >= rules.cap ? now : now + rules.debounceMs
}

/** How many runs of the line, from its head, take the next turn together. */
export function turnLength(waiting: readonly WaitingRun[]): number {
  let length = Math.min(1, waiting.length)
  for (; length < waiting.length; length += 1) {
    const last = waiting[length - 1]
    const next = waiting[length]
    if (last === undefined || next === undefined || !joins(last, next)) break
  }
  return length
}

/** Milliseconds until the next turn may start. Quiet counts from the last message that is going to be part of it. */
export function delayOf(waiting: readonly WaitingRun[], now: number): number {
  return Math.max(0, (waiting[turnLength(waiting) - 1]?.quietUntil ?? 0) - now)
}

/** Whether the run under way may hear this one at its next step. */
export function isHeard(underWay: RunRequest, { request, isSurplus, isWithdrawn, isMadeUp }: WaitingRun): boolean {
  const mode = request.queueMode
  if (mode === undefined || isSurplus || isWithdrawn || isMadeUp) return false
  return steers(mode) && maySteer(underWay, request)
}

/** Whether a new message finds the line full. */
export function isFull(rules: QueueRules, waiting: readonly WaitingRun[]): boolean {
  return messagesIn(waiting) >= rules.cap
}

/** Whether a run counts against the cap: messages do, as long as they wait as they are. */
export function countsAsMessage({ request, isWithdrawn, isSurplus, isMadeUp }: WaitingRun): boolean {
  return request.queueMode !== undefined && !isWithdrawn && !isSurplus && !isMadeUp
}

function messagesIn(waiting: readonly WaitingRun[]): number {
  return waiting.filter(countsAsMessage).length
}

function joins(last: WaitingRun, next: WaitingRun): boolean {
  if (last.isWithdrawn || next.isWithdrawn || last.isMadeUp || next.isMadeUp) return false
  const [one, other] = [last.request.queueMode, next.request.queueMode]
  if (one === undefined || other === undefined || !mayMerge(last.request, next.request)) return false
  return last.isSurplus || (gathers(one) && gathers(other))
}

function gathers(mode: QueueMode): boolean {
  return mode === 'collect' || mode === 'steer-backlog' || mode === 'interrupt'
}

function steers(mode: QueueMode): boolean {
  return mode === 'steer' || mode === 'steer-backlog'
}

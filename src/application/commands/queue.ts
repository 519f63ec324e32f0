import { durationMs } from '../../domain/config/duration.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type QueueDrop, type QueueRules, queueModeOf, queueRulesOf } from '../../domain/run/queue-mode.js'
import { type SessionChanges, withChanges } from '../../domain/session/session-entry.js'
import { changeSettings, meansDefault } from './change-settings.js'
import { type CarryOut, reply } from './command-order.js'

const DROPS: readonly QueueDrop[] = ['old', 'new', 'summarize']
const MOST_WAITING = 1_000
const LONGEST_DEBOUNCE_MS = 3_600_000

/** `/queue [mode] [debounce:<time>] [cap:<number>] [drop:<policy>]`; `default` clears what the session says. */
export const queue: CarryOut = async (order, parts) => {
  const { session, args, message } = order
  const words = args.toLowerCase().split(/\s+/).filter(Boolean)
  const changes: SessionChanges = Object.assign({}, ...words.map(changeOf))
  if (words.length > 0) await changeSettings(order, changes, parts)
  const after = withChanges(session, changes)
  return reply(told(queueRulesOf(parts.config().messages.queue, after, message.sender.channel)))
}

function changeOf(word: string): SessionChanges {
  if (meansDefault(word)) return { queueMode: null, queueDebounceMs: null, queueCap: null, queueDrop: null }
  const colon = word.indexOf(':')
  if (colon === -1) return { queueMode: modeOf(word) }
  const value = word.slice(colon + 1)
  switch (word.slice(0, colon)) {
    case 'debounce':
      return { queueDebounceMs: debounceOf(value) }
    case 'cap':
      return { queueCap: capOf(value) }
    case 'drop':
      return { queueDrop: dropOf(value) }
    default:
      throw invalidRequest(`Queue: no such setting ${word} (use debounce:, cap: or drop:)`)
  }
}

function modeOf(word: string) {
  const mode = queueModeOf(word)
  if (mode !== null) return mode
  throw invalidRequest(`Queue: no such mode ${word} (use collect|followup|steer|steer-backlog|interrupt)`)
}

/** A bare number is milliseconds. */
function debounceOf(value: string): number {
  const isDuration = /^(?:\d+(?:\.\d+)?(?:ms|[smhd])?)+$/.test(value)
  const ms = isDuration ? durationMs(value, 'ms') : Number.NaN
  if (ms <= LONGEST_DEBOUNCE_MS) return ms
  throw invalidRequest('Queue: debounce is a time of an hour at most, such as 500ms or 2s')
}

function capOf(value: string): number {
  const cap = /^\d+$/.test(value) ? Number(value) : 0
  if (cap >= 1 && cap <= MOST_WAITING) return cap
  throw invalidRequest(`Queue: cap is a number from 1 to ${MOST_WAITING}`)
}

function dropOf(value: string): QueueDrop {
  const drop = DROPS.find((known) => known === value)
  if (drop !== undefined) return drop
  throw invalidRequest(`Queue: no such policy ${value} (use ${DROPS.join('|')})`)
}

function told({ mode, debounceMs, cap, drop }: QueueRules): string {
  return `Queue: ${mode} · debounce: ${debounceMs} ms · cap: ${cap} · drop: ${drop}`
}

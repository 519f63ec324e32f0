import type { GatewayConfig } from '../config/config.js'
import type { SessionSettings } from '../session/session-entry.js'

/**
 * What a message does that meets a busy session.
 * - `collect`: everything that arrives becomes one turn, after a while of quiet.
 * - `followup`: each message gets a turn of its own.
 * - `steer`: handed to the run under way at its next step; what it no longer hears gets turns of its own.
 * - `steer-backlog`: the same, but what it no longer hears is collected.
 * - `interrupt`: the run under way is stopped, the message takes the next turn.
 */
export type QueueMode = 'collect' | 'followup' | 'steer' | 'steer-backlog' | 'interrupt'

/** What becomes of messages beyond the cap: the oldest leaves, the new one is refused, or the oldest is cut to a line. */
export type QueueDrop = 'old' | 'new' | 'summarize'

/** How the messages of one session wait. */
export interface QueueRules {
  readonly mode: QueueMode
  /** Quiet time before a collected turn, in milliseconds. */
  readonly debounceMs: number
  /** Most messages that wait as they are. */
  readonly cap: number
  readonly drop: QueueDrop
}

const MODES: Readonly<Record<string, QueueMode>> = {
  collect: 'collect',
  followup: 'followup',
  steer: 'steer',
  queue: 'steer',
  'steer-backlog': 'steer-backlog',
  'steer+backlog': 'steer-backlog',
  interrupt: 'interrupt',
}

/** The mode of a word that people or files use; null = no such mode. */
export function queueModeOf(word: string): QueueMode | null {
  return Object.hasOwn(MODES, word) ? (MODES[word] ?? null) : null
}

/** The session's own settings win, then those of the channel, then those for everything. */
export function queueRulesOf(
  queue: GatewayConfig['messages']['queue'],
  session: Pick<SessionSettings, 'queueMode' | 'queueDebounceMs' | 'queueCap' | 'queueDrop'> | null,
  channel: string | undefined,
): QueueRules {
  return {
    mode: session?.queueMode ?? queueModeOf(ofChannel(queue.byChannel, channel) ?? queue.mode) ?? 'collect',
    debounceMs: session?.queueDebounceMs ?? ofChannel(queue.debounceMsByChannel, channel) ?? queue.debounceMs,
    cap: session?.queueCap ?? queue.cap,
    drop: session?.queueDrop ?? queue.drop,
  }
}

function ofChannel<Value>(table: Readonly<Record<string, Value>>, channel: string | undefined): Value | undefined {
  return channel !== undefined && Object.hasOwn(table, channel) ? table[channel] : undefined
}

/** `agents.defaults.humanDelay`, or that of an agent. */
export interface HumanDelay {
  readonly mode: 'off' | 'natural' | 'custom'
  readonly minMs?: number | undefined
  readonly maxMs?: number | undefined
}

const NATURAL = { minMs: 800, maxMs: 2500 } as const

/**
 * Milliseconds to wait between two parts of an answer, as a person would who types.
 * @param random from 0 to below 1
 */
export function humanDelayMs(delay: HumanDelay, random: number): number {
  if (delay.mode === 'off') return 0
  const { minMs = NATURAL.minMs, maxMs = NATURAL.maxMs } = delay.mode === 'custom' ? delay : NATURAL
  return Math.round(minMs + Math.max(0, maxMs - minMs) * random)
}

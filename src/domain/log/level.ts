/** Levels from loudest to quietest, with pino's numbers. `silent` lets nothing through. */
export const LEVEL_NUMBER = {
  silent: Infinity,
  fatal: 60,
  error: 50,
  warn: 40,
  info: 30,
  debug: 20,
  trace: 10,
} as const

/** A threshold: lines of this level and louder are written. */
export type LogThreshold = keyof typeof LEVEL_NUMBER

import { z } from 'zod'

const level = () => z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])

/** `logging.*`: what is written down, and where. */
export const loggingSection = () =>
  z.strictObject({
    level: level().default('info').describe('Least important level that goes to the file'),
    file: z.string().min(1).optional().describe('Fixed file; default: one file a day in <state dir>/logs'),
    maxFileBytes: z
      .int()
      .min(1024)
      .default(100 * 1024 * 1024)
      .describe('Rotate at this size'),
    consoleLevel: level().default('info').describe('Least important level that goes to the console'),
    consoleStyle: z
      .enum(['pretty', 'compact', 'json'])
      .optional()
      .describe('Default: pretty on a terminal, else compact'),
    redactPatterns: z
      .array(z.string().min(1))
      .default([])
      .describe('More regular expressions whose matches are masked'),
  })

import { z } from 'zod'
import { oneOf, path, size, texts } from './declare.js'

/** From nothing to everything. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

const level = (description: string) => oneOf(LOG_LEVELS, description)

/** `logging.*`: what is written down, and where. */
export const loggingSection = () =>
  z.strictObject({
    level: level('Least important level that goes to the file.').default('info'),
    file: path('Fixed file (default: one file a day, <state dir>/logs/mayros-YYYY-MM-DD.log).').optional(),
    maxFileBytes: size('The file is rotated at this size.').default('100mb'),
    consoleLevel: level('Least important level that goes to the console.').default('info'),
    consoleStyle: oneOf(
      ['pretty', 'compact', 'json'],
      'Look of the console (default: pretty on a terminal, else compact).',
    ).optional(),
    redactSensitive: oneOf(['off', 'tools'], 'Mask what looks like a secret in texts of tools and messages.').default(
      'tools',
    ),
    redactPatterns: texts('More regular expressions, plain or as /pattern/flags, whose matches are masked.').default(
      [],
    ),
  })

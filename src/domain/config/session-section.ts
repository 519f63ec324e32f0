import { z } from 'zod'

/** `session.*`: what counts as one conversation. */
export const sessionSection = () =>
  z.strictObject({
    scope: z.enum(['per-sender', 'global']).default('per-sender').describe('global = one session for everything'),
  })

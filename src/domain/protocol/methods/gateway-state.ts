import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

/** No parameters at all. */
export const noParams = lazily(() => z.strictObject({}))

export const wakeParams = lazily(() => z.strictObject({ mode: z.enum(['now', 'next-heartbeat']), text: ne() }))

export const logsTailParams = lazily(() =>
  z.strictObject({
    cursor: whole(0).optional(),
    limit: whole(1, 5000).optional(),
    maxBytes: whole(1, 1_000_000).optional(),
  }),
)

export const channelsStatusParams = lazily(() =>
  z.strictObject({ probe: z.boolean().optional(), timeoutMs: whole(0).optional() }),
)

export type WakeParams = z.infer<ReturnType<typeof wakeParams>>
export type LogsTailParams = z.infer<ReturnType<typeof logsTailParams>>
export type ChannelsStatusParams = z.infer<ReturnType<typeof channelsStatusParams>>

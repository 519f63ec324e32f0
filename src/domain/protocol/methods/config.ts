import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

export const configSetParams = lazily(() => z.strictObject({ raw: ne(), baseHash: ne().optional() }))

export const configWriteParams = lazily(() =>
  z.strictObject({
    raw: ne(),
    baseHash: ne().optional(),
    sessionKey: z.string().optional(),
    note: z.string().optional(),
    restartDelayMs: whole(0, 60_000).optional(),
    restart: z.enum(['auto', 'always', 'never']).optional(),
  }),
)

export type ConfigSetParams = z.infer<ReturnType<typeof configSetParams>>
export type ConfigWriteParams = z.infer<ReturnType<typeof configWriteParams>>

import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

export const sessionsUsageParams = lazily(() =>
  z.strictObject({
    key: ne().optional(),
    startDate: z.string().optional(),
    endDate: z.string().optional(),
    mode: z.enum(['utc', 'gateway', 'specific']).optional(),
    utcOffset: z.string().optional(),
    limit: whole(1).optional(),
    includeContextWeight: z.boolean().optional(),
  }),
)

export const sessionsArchivesParams = lazily(() => z.strictObject({ key: ne() }))

export const sessionsArchivedParams = lazily(() =>
  z.strictObject({ key: ne(), archiveId: ne(), limit: whole(1, 1000).optional() }),
)

export type SessionsUsageParams = z.infer<ReturnType<typeof sessionsUsageParams>>
export type SessionsArchivesParams = z.infer<ReturnType<typeof sessionsArchivesParams>>
export type SessionsArchivedParams = z.infer<ReturnType<typeof sessionsArchivedParams>>

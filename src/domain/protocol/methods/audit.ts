import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

/** `since` in Unix milliseconds; `limit` newest entries. */
export const auditListParams = lazily(() =>
  z.strictObject({
    limit: whole(1, 5000).optional(),
    since: whole(0).optional(),
    events: z.array(ne()).optional(),
    deviceId: ne().optional(),
    address: ne().optional(),
  }),
)

export type AuditListParams = z.infer<ReturnType<typeof auditListParams>>

import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne } from '../words.js'

export const pairingListParams = lazily(() => z.strictObject({ channel: ne().optional() }))

export const pairingCodeParams = lazily(() =>
  z.strictObject({
    code: ne(),
    channel: ne().optional(),
    accountId: ne().optional(),
    notify: z.boolean().optional(),
  }),
)

export const pairingRevokeParams = lazily(() =>
  z.strictObject({ channel: ne(), senderId: ne(), accountId: ne().optional() }),
)

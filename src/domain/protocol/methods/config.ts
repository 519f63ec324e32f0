import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

/** More values than any form changes at once. */
const MOST_EDITS = 500

export const configSetParams = lazily(() => z.strictObject({ raw: ne(), baseHash: ne().optional() }))

/** How a write is followed, whatever it says. */
const following = () => ({
  baseHash: ne().optional(),
  sessionKey: z.string().optional(),
  note: z.string().optional(),
  restartDelayMs: whole(0, 60_000).optional(),
  restart: z.enum(['auto', 'always', 'never']).optional(),
})

/** Single values, changed one after the other; `remove` instead of a value takes away what stands there. */
const edits = () =>
  z
    .array(
      z.strictObject({
        path: z.array(z.union([ne(), whole(0)])).min(1),
        value: z.unknown().optional(),
        remove: z.literal(true).optional(),
      }),
    )
    .min(1)
    .max(MOST_EDITS)

export const configWriteParams = lazily(() => z.strictObject({ raw: ne(), ...following() }))

export const configEditParams = lazily(() => z.strictObject({ edits: edits(), ...following() }))

export const configRollbackParams = lazily(() => z.strictObject({ version: ne(), ...following() }))

export const configPreviewParams = lazily(() =>
  z.strictObject({
    raw: ne().optional(),
    edits: edits().optional(),
    version: ne().optional(),
    baseHash: ne().optional(),
  }),
)

export type ConfigSetParams = z.infer<ReturnType<typeof configSetParams>>
export type ConfigWriteParams = z.infer<ReturnType<typeof configWriteParams>>
export type ConfigEditParams = z.infer<ReturnType<typeof configEditParams>>
export type ConfigRollbackParams = z.infer<ReturnType<typeof configRollbackParams>>
export type ConfigPreviewParams = z.infer<ReturnType<typeof configPreviewParams>>
/** What all writes have in common. */
export type ConfigFollowing = Omit<ConfigWriteParams, 'raw'>

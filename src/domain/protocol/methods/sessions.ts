import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

export const sessionsListParams = lazily(() =>
  z.strictObject({
    limit: whole(1).optional(),
    activeMinutes: whole(1).optional(),
    includeGlobal: z.boolean().optional(),
    includeUnknown: z.boolean().optional(),
    includeDerivedTitles: z.boolean().optional(),
    includeLastMessage: z.boolean().optional(),
    label: z.string().min(1).max(64).optional(),
    spawnedBy: ne().optional(),
    agentId: ne().optional(),
    search: z.string().optional(),
  }),
)

export const sessionsPreviewParams = lazily(() =>
  z.strictObject({
    keys: z.array(ne()).min(1),
    limit: whole(1).optional(),
    maxChars: whole(20).optional(),
  }),
)

export const sessionsResolveParams = lazily(() =>
  z.strictObject({
    key: ne().optional(),
    sessionId: ne().optional(),
    label: z.string().min(1).max(64).optional(),
    agentId: ne().optional(),
    spawnedBy: ne().optional(),
    includeGlobal: z.boolean().optional(),
    includeUnknown: z.boolean().optional(),
  }),
)

const setting = () => z.string().min(1).nullable().optional()

export const sessionsPatchParams = lazily(() =>
  z.strictObject({
    key: ne(),
    label: z.string().min(1).max(64).nullable().optional(),
    thinkingLevel: setting(),
    verboseLevel: setting(),
    reasoningLevel: setting(),
    responseUsage: setting(),
    elevatedLevel: setting(),
    execHost: setting(),
    execSecurity: setting(),
    execAsk: setting(),
    execNode: setting(),
    model: setting(),
    sendPolicy: setting(),
    groupActivation: setting(),
    spawnedBy: setting(),
    spawnDepth: whole(0).nullable().optional(),
  }),
)

export const sessionsResetParams = lazily(() =>
  z.strictObject({ key: ne(), reason: z.enum(['new', 'reset']).optional() }),
)

export const sessionsDeleteParams = lazily(() =>
  z.strictObject({ key: ne(), deleteTranscript: z.boolean().optional(), emitLifecycleHooks: z.boolean().optional() }),
)

export const sessionsCompactParams = lazily(() => z.strictObject({ key: ne(), maxLines: whole(1).optional() }))

export type SessionsListParams = z.infer<ReturnType<typeof sessionsListParams>>
export type SessionsPreviewParams = z.infer<ReturnType<typeof sessionsPreviewParams>>
export type SessionsResolveParams = z.infer<ReturnType<typeof sessionsResolveParams>>
export type SessionsPatchParams = z.infer<ReturnType<typeof sessionsPatchParams>>
export type SessionsResetParams = z.infer<ReturnType<typeof sessionsResetParams>>
export type SessionsDeleteParams = z.infer<ReturnType<typeof sessionsDeleteParams>>
export type SessionsCompactParams = z.infer<ReturnType<typeof sessionsCompactParams>>

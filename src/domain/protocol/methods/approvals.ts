import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

/** `file`: `{version, defaults, agents}`; its shape is checked where it is understood. */
export const approvalsSetParams = lazily(() =>
  z.strictObject({ file: z.record(z.string(), z.unknown()), baseHash: ne().optional() }),
)

const known = () => z.string().nullish()

export const approvalRequestParams = lazily(() =>
  z.strictObject({
    command: ne(),
    id: ne().max(200).optional(),
    cwd: known(),
    host: known(),
    security: known(),
    ask: known(),
    agentId: known(),
    resolvedPath: known(),
    sessionKey: known(),
    timeoutMs: whole(1).optional(),
    twoPhase: z.boolean().optional(),
  }),
)

export const approvalResolveParams = lazily(() => z.strictObject({ id: ne(), decision: ne() }))

export type ApprovalRequestParams = z.infer<ReturnType<typeof approvalRequestParams>>

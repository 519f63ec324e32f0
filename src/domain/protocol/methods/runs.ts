import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

export const agentParams = lazily(() =>
  z.strictObject({
    message: ne(),
    idempotencyKey: ne(),
    agentId: ne().optional(),
    sessionKey: z.string().optional(),
    sessionId: z.string().optional(),
    to: z.string().optional(),
    replyTo: z.string().optional(),
    channel: z.string().optional(),
    replyChannel: z.string().optional(),
    accountId: z.string().optional(),
    replyAccountId: z.string().optional(),
    threadId: z.string().optional(),
    groupId: z.string().optional(),
    groupChannel: z.string().optional(),
    groupSpace: z.string().optional(),
    thinking: z.string().optional(),
    lane: z.string().optional(),
    extraSystemPrompt: z.string().optional(),
    spawnedBy: z.string().optional(),
    label: z.string().min(1).max(64).optional(),
    deliver: z.boolean().optional(),
    attachments: z.array(z.unknown()).optional(),
    /** Seconds; 0 = none. */
    timeout: whole(0).optional(),
    inputProvenance: z
      .strictObject({
        kind: z.enum(['external_user', 'inter_session', 'internal_system']),
        sourceSessionKey: z.string().optional(),
        sourceChannel: z.string().optional(),
        sourceTool: z.string().optional(),
      })
      .optional(),
  }),
)

export const agentWaitParams = lazily(() => z.strictObject({ runId: ne(), timeoutMs: whole(0).optional() }))

export const agentIdentityParams = lazily(() =>
  z.strictObject({ agentId: ne().optional(), sessionKey: z.string().optional() }),
)

export const chatHistoryParams = lazily(() =>
  z.strictObject({
    sessionKey: ne(),
    limit: whole(1, 1000).optional(),
    /** How many of the newest messages to leave out: for reading on into the past. */
    skip: whole(0).optional(),
  }),
)

export const chatPictureParams = lazily(() =>
  z.strictObject({
    sessionKey: ne(),
    /** Place of the message, counted from the first one. */
    place: whole(0),
    /** Place of the picture among the blocks of the message. */
    block: whole(0),
  }),
)

export const chatSendParams = lazily(() =>
  z.strictObject({
    sessionKey: ne(),
    message: z.string(),
    thinking: z.string().optional(),
    deliver: z.boolean().optional(),
    attachments: z.array(z.unknown()).optional(),
    timeoutMs: whole(0).optional(),
    idempotencyKey: ne(),
  }),
)

export const chatAbortParams = lazily(() => z.strictObject({ sessionKey: ne(), runId: ne().optional() }))

export const chatInjectParams = lazily(() =>
  z.strictObject({ sessionKey: ne(), message: ne(), label: z.string().max(100).optional() }),
)

export type AgentParams = z.infer<ReturnType<typeof agentParams>>
export type AgentWaitParams = z.infer<ReturnType<typeof agentWaitParams>>
export type AgentIdentityParams = z.infer<ReturnType<typeof agentIdentityParams>>
export type ChatHistoryParams = z.infer<ReturnType<typeof chatHistoryParams>>
export type ChatPictureParams = z.infer<ReturnType<typeof chatPictureParams>>
export type ChatSendParams = z.infer<ReturnType<typeof chatSendParams>>
export type ChatAbortParams = z.infer<ReturnType<typeof chatAbortParams>>
export type ChatInjectParams = z.infer<ReturnType<typeof chatInjectParams>>

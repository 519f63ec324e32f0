import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne } from '../words.js'

export const agentsCreateParams = lazily(() =>
  z.strictObject({ name: ne(), workspace: ne(), emoji: z.string().optional(), avatar: z.string().optional() }),
)

export const agentsUpdateParams = lazily(() =>
  z.strictObject({
    agentId: ne(),
    name: ne().optional(),
    workspace: ne().optional(),
    model: ne().nullable().optional(),
    avatar: z.string().optional(),
  }),
)

export const agentsDeleteParams = lazily(() => z.strictObject({ agentId: ne(), deleteFiles: z.boolean().optional() }))

export const agentsFilesListParams = lazily(() => z.strictObject({ agentId: ne() }))

export const agentsFilesGetParams = lazily(() => z.strictObject({ agentId: ne(), name: ne() }))

export const agentsFilesSetParams = lazily(() => z.strictObject({ agentId: ne(), name: ne(), content: z.string() }))

export type AgentsCreateParams = z.infer<ReturnType<typeof agentsCreateParams>>
export type AgentsUpdateParams = z.infer<ReturnType<typeof agentsUpdateParams>>
export type AgentsDeleteParams = z.infer<ReturnType<typeof agentsDeleteParams>>
export type AgentsFilesListParams = z.infer<ReturnType<typeof agentsFilesListParams>>
export type AgentsFilesGetParams = z.infer<ReturnType<typeof agentsFilesGetParams>>
export type AgentsFilesSetParams = z.infer<ReturnType<typeof agentsFilesSetParams>>

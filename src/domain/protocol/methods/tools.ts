import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne } from '../words.js'

/** Whose tools: of an agent, and of one of its sessions. `isOwner`: as if an owner had written. */
const whose = () => ({
  agentId: ne().optional(),
  sessionKey: ne().optional(),
  isOwner: z.boolean().optional(),
  /** Id of a sender in the group of the session. */
  senderId: ne().optional(),
})

export const toolsListParams = lazily(() => z.strictObject(whose()))

export const toolsExplainParams = lazily(() => z.strictObject({ tool: ne(), ...whose() }))

export type ToolsListParams = z.infer<ReturnType<typeof toolsListParams>>

export type ToolsExplainParams = z.infer<ReturnType<typeof toolsExplainParams>>

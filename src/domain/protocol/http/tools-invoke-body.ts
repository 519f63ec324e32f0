import { z } from 'zod'
import { lazily } from '../lazily.js'

/** Body of `POST /tools/invoke`. */
export const toolsInvokeBody = lazily(() =>
  z.object({
    tool: z.string().trim().min(1).describe('Name of the tool.'),
    action: z.string().optional().describe('Put into the arguments where the tool has an argument of this name.'),
    args: z.record(z.string(), z.unknown()).optional().describe('Arguments of the tool.'),
    sessionKey: z.string().optional().describe('Session the call belongs to (default main).'),
  }),
)

export type ToolsInvokeBody = ReturnType<ReturnType<typeof toolsInvokeBody>['parse']>

import { z } from 'zod'

/** Shape of an agent id after normalisation. */
export const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/

const modelRef = () => z.string().regex(/^[^/\s]+\/\S+$/, 'expected provider/model, for example openai/gpt-5.2')

const thinking = () => z.enum(['off', 'minimal', 'low', 'medium', 'high', 'xhigh'])

/** `agents.*`: who answers. */
export const agentsSection = () =>
  z.strictObject({
    defaults: z
      .strictObject({
        workspace: z.string().min(1).optional().describe('Working directory of runs (default <state dir>/workspace)'),
        model: modelRef().optional().describe('Model that answers, as provider/model'),
        thinkingDefault: thinking().optional().describe('How much reasoning models think'),
        timeoutSeconds: z.int().min(0).default(600).describe('Longest time one run may take; 0 = no limit'),
        maxConcurrent: z.int().min(1).default(4).describe('Runs at once over all sessions; one per session always'),
        contextTokens: z.int().min(1).optional().describe('Cap on the context window'),
      })
      .prefault({}),
    list: z
      .array(
        z.strictObject({
          id: z
            .string()
            .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
            .describe('Stable id, compared in lower case'),
          default: z.boolean().optional().describe('Answers when nobody else is named'),
          name: z.string().min(1).optional(),
          workspace: z.string().min(1).optional(),
          model: modelRef().optional(),
          identity: z
            .strictObject({
              name: z.string().min(1).optional(),
              theme: z.string().min(1).optional(),
              emoji: z.string().min(1).optional(),
              avatar: z.string().min(1).optional(),
            })
            .optional(),
        }),
      )
      .optional(),
  })

import { z } from 'zod'
import { lazily } from '../lazily.js'

/*
 * What webhooks may send, as it is published. The gateway reads bodies with its own reader, whose sentences senders
 * know; a test sees to it that both say the same.
 */

const wakeMode = () => z.enum(['now', 'next-heartbeat'])

/** Body of `POST /hooks/wake`. */
export const hookWakeBody = lazily(() =>
  z.object({
    text: z.string().trim().min(1).describe('What the main session is told.'),
    mode: wakeMode().optional().describe('When it is told (default now).'),
  }),
)

/** Body of `POST /hooks/agent`. */
export const hookAgentBody = lazily(() =>
  z.object({
    message: z.string().trim().min(1).describe('What the agent is to answer.'),
    name: z.string().optional().describe('Who sends it (default Hook).'),
    agentId: z.string().optional().describe('Agent that answers; an unknown one stands for the default agent.'),
    wakeMode: wakeMode().optional().describe('When the main session hears of the answer (default now).'),
    sessionKey: z.string().optional().describe('Session of the run, where hooks.allowRequestSessionKey allows it.'),
    deliver: z.boolean().optional().describe('Send the answer to a chat (default true).'),
    channel: z
      .enum(['last', 'telegram', 'discord', 'slack', 'irc', 'webhook'])
      .optional()
      .describe('Channel of that chat (default last).'),
    to: z.union([z.string(), z.int()]).optional().describe('That chat.'),
    model: z.string().trim().min(1).optional().describe('Model of the run.'),
    thinking: z.enum(['off', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    timeoutSeconds: z.number().gt(0).lte(86_400).optional().describe('Longest time of the run.'),
  }),
)

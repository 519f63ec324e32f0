import { z } from 'zod'
import { lazily } from './lazily.js'
import { ne, whole } from './words.js'

/* What the tools take that work on the gateway itself; the descriptions are read by models. */

const sessionKey = () => ne().describe('Key of the session, as sessions_list shows it.')

export const sessionStatusParams = lazily(() =>
  z.strictObject({ sessionKey: sessionKey().optional().describe('Default: this session.') }),
)

export const sessionsListParams = lazily(() =>
  z.strictObject({
    limit: whole(1, 200).optional().describe('The newest this many; default 50.'),
    activeMinutes: whole(1).optional().describe('Only those used within this time.'),
    search: ne().optional().describe('Part of a key, label or name.'),
  }),
)

export const sessionsHistoryParams = lazily(() =>
  z.strictObject({
    sessionKey: sessionKey(),
    limit: whole(1, 200).optional().describe('The newest this many messages; default 50.'),
    includeTools: z.boolean().optional().describe('Show what tools returned, too; default false.'),
  }),
)

export const sessionsSendParams = lazily(() =>
  z.strictObject({
    sessionKey: sessionKey().optional(),
    label: ne().optional().describe('Instead of the key: the label of the session.'),
    message: ne().describe('What is said to the other session.'),
    timeoutSeconds: whole(0, 600).optional().describe('How long to wait for the answer; default 30; 0 = do not wait.'),
  }),
)

export const agentsListParams = lazily(() => z.strictObject({}))

export const messageParams = lazily(() =>
  z.strictObject({
    channel: ne().describe('Kind of network, such as telegram.'),
    to: z
      .union([ne(), z.array(ne()).min(1).max(50)])
      .describe('Whom: the id of a chat, a user or a room; or several of them.'),
    text: ne(),
    accountId: ne().optional(),
    threadId: ne().optional(),
  }),
)

export const gatewayParams = lazily(() =>
  z.strictObject({
    action: z.enum(['config.get', 'config.patch', 'restart']),
    path: ne().optional().describe('With config.get: only this key, such as agents.defaults.model.'),
    patch: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('With config.patch: what to change, as a merge patch; null removes a key.'),
    baseHash: ne().optional().describe('With config.patch: hash from config.get; the patch is refused when it is old.'),
  }),
)

export type SessionStatusParams = z.infer<ReturnType<typeof sessionStatusParams>>
export type SessionsListToolParams = z.infer<ReturnType<typeof sessionsListParams>>
export type SessionsHistoryParams = z.infer<ReturnType<typeof sessionsHistoryParams>>
export type SessionsSendParams = z.infer<ReturnType<typeof sessionsSendParams>>
export type MessageParams = z.infer<ReturnType<typeof messageParams>>
export type GatewayToolParams = z.infer<ReturnType<typeof gatewayParams>>

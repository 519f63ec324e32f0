import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

export const channelAccountParams = lazily(() => z.strictObject({ channel: ne(), accountId: ne().optional() }))

export const channelsResolveParams = lazily(() =>
  z.strictObject({ names: z.array(ne()).min(1).max(100), channel: ne().optional(), accountId: ne().optional() }),
)

export const channelsCapabilitiesParams = lazily(() =>
  z.strictObject({ channel: ne().optional(), accountId: ne().optional() }),
)

export const sendParams = lazily(() =>
  z.strictObject({
    to: ne(),
    message: z.string().optional(),
    /** http(s), or a `data:` URL. */
    mediaUrl: z.string().optional(),
    mediaUrls: z.array(z.string()).max(10).optional(),
    gifPlayback: z.boolean().optional(),
    channel: z.string().optional(),
    accountId: z.string().optional(),
    threadId: z.string().optional(),
    /** Id of the message that is answered. */
    replyTo: z.string().optional(),
    silent: z.boolean().optional(),
    sessionKey: z.string().optional(),
    idempotencyKey: ne(),
  }),
)

export const pollParams = lazily(() =>
  z.strictObject({
    to: ne(),
    question: ne(),
    options: z.array(ne()).min(2).max(12),
    maxSelections: whole(1, 12).optional(),
    durationSeconds: whole(1, 604_800).optional(),
    durationHours: whole(1).optional(),
    silent: z.boolean().optional(),
    isAnonymous: z.boolean().optional(),
    threadId: z.string().optional(),
    channel: z.string().optional(),
    accountId: z.string().optional(),
    idempotencyKey: ne(),
  }),
)

export const channelsDeadLettersParams = lazily(() => z.strictObject({ limit: whole(1, 1000).optional() }))

export const channelsResendParams = lazily(() => z.strictObject({ id: ne() }))

export type ChannelAccountParams = z.infer<ReturnType<typeof channelAccountParams>>
export type ChannelsResolveParams = z.infer<ReturnType<typeof channelsResolveParams>>
export type ChannelsCapabilitiesParams = z.infer<ReturnType<typeof channelsCapabilitiesParams>>
export type ChannelsResendParams = z.infer<ReturnType<typeof channelsResendParams>>
export type SendParams = z.infer<ReturnType<typeof sendParams>>
export type PollParams = z.infer<ReturnType<typeof pollParams>>

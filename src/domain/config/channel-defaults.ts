import type { ChannelKind } from './channels-section.js'

/** What applies to every account when nobody says otherwise. */
const EVERYWHERE = {
  enabled: true,
  dmPolicy: 'pairing',
  allowFrom: [],
  chunkMode: 'length',
  blockStreaming: false,
  streaming: 'off',
  replyToMode: 'off',
  mediaMaxMb: 5,
  configWrites: true,
  capabilities: [],
  retry: { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 },
} as const

const BY_KIND = {
  telegram: { textChunkLimit: 4000, linkPreview: true, reactionNotifications: 'own' },
  discord: {
    textChunkLimit: 2000,
    mediaMaxMb: 8,
    allowBots: false,
    maxLinesPerMessage: 17,
    dm: { enabled: true, groupEnabled: false },
    reactionNotifications: 'own',
  },
  slack: {
    textChunkLimit: 4000,
    mediaMaxMb: 20,
    streaming: 'partial',
    mode: 'socket',
    webhookPath: '/slack/events',
    userTokenReadOnly: true,
    allowBots: false,
    dm: { enabled: true, groupEnabled: false },
    thread: { historyScope: 'thread', inheritParent: false, initialHistoryLimit: 20 },
    slashCommand: { enabled: false, name: 'mayros', sessionPrefix: 'slack:slash', ephemeral: true },
    nativeStreaming: true,
    reactionNotifications: 'own',
  },
  irc: { textChunkLimit: 350, tls: true, nickserv: { service: 'NickServ', register: false } },
  webhook: { textChunkLimit: 4000, timeoutSeconds: 10 },
} as const satisfies Record<ChannelKind, object>

/** Channels of packages say themselves how long a message may be. */
const OUTSIDE = { textChunkLimit: Number.MAX_SAFE_INTEGER }

/** The built-in values of one channel: the last place where an account looks. */
export function builtInChannelValues(kind: ChannelKind): Readonly<Record<string, unknown>> {
  return { ...EVERYWHERE, ...(Object.hasOwn(BY_KIND, kind) ? BY_KIND[kind] : OUTSIDE) }
}

/** One account of a chat network as `channels.status` tells it. Times are Unix ms. */
export interface ChannelAccount {
  readonly accountId: string
  readonly enabled: boolean
  readonly configured: boolean
  readonly running: boolean
  readonly connected: boolean
  readonly lastError?: string
  readonly reconnectAttempts?: number
  readonly nextAttemptAt?: number
  readonly lastConnectedAt?: number
  readonly lastStartAt?: number
  readonly lastInboundAt?: number
  readonly lastOutboundAt?: number
  readonly self?: string
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  /** How many messages were not answered, by reason. */
  readonly drops?: Readonly<Record<string, number>>
  readonly lastProbeAt?: number
  readonly probe?: { readonly ok: boolean; readonly latencyMs: number; readonly error?: string }
}

export interface ChannelsStatus {
  readonly channelOrder: readonly string[]
  readonly channelLabels: Readonly<Record<string, string>>
  readonly channelAccounts: Readonly<Record<string, readonly ChannelAccount[]>>
}

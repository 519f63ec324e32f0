/** What the overview is made of, as the methods tell it; null where this browser may not ask. */
export interface GatewayState {
  readonly health: Health
  readonly models: Models | null
  readonly channels: ChannelStates
  readonly devices: { readonly pending: readonly unknown[] } | null
  readonly senders: { readonly requests: readonly unknown[] } | null
  readonly approvals: readonly unknown[] | null
  readonly authMode: string | null
}

/** What `health` answers, and the event of the same name. */
export interface Health {
  readonly sessions: {
    readonly count: number
    readonly recent: readonly { readonly key: string; readonly updatedAt: number }[]
  }
  readonly config: {
    readonly pendingRestart: readonly string[]
    readonly lastError: string | null
    readonly lastErrors: Readonly<Record<string, string>>
  }
}

/** What `models.status` answers. */
export interface Models {
  readonly defaultModel: unknown
  /** `provider/model` */
  readonly resolvedDefault: string
  readonly models: readonly { readonly provider: string }[]
  readonly auth: {
    readonly missingProvidersInUse: readonly string[]
    readonly providers: readonly {
      readonly provider: string
      readonly keyVariable: string | null
      readonly cooldown: Cooldown | null
      readonly keys: readonly { readonly name: string; readonly cooldown: Cooldown | null }[]
    }[]
  }
}

interface Cooldown {
  readonly reason: string
  /** Unix ms. */
  readonly untilMs: number
}

/** What `channels.status` answers. */
export interface ChannelStates {
  readonly channelOrder: readonly string[]
  readonly channelLabels: Readonly<Record<string, string>>
  readonly channelAccounts: Readonly<Record<string, readonly ChannelState[]>>
}

export interface ChannelState {
  readonly accountId: string
  readonly enabled: boolean
  readonly configured: boolean
  readonly running: boolean
  readonly connected: boolean
  readonly lastError?: string
}

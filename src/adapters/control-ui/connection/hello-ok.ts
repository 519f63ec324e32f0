/** The gateway's greeting, as far as this page relies on it. */
export interface HelloOk {
  readonly protocol: number
  readonly server: { readonly version: string; readonly connId: string }
  readonly features: { readonly methods: readonly string[]; readonly events: readonly string[] }
  readonly snapshot: {
    readonly presence: readonly unknown[]
    readonly health: unknown
    readonly uptimeMs: number
    readonly configPath?: string
    readonly stateDir?: string
    readonly sessionDefaults?: {
      readonly defaultAgentId: string
      readonly mainKey: string
      readonly mainSessionKey: string
    }
    readonly authMode?: string
  }
  readonly auth?: { readonly deviceToken: string; readonly role: string; readonly scopes: readonly string[] }
  readonly policy: { readonly maxPayload: number; readonly maxBufferedBytes: number; readonly tickIntervalMs: number }
}

/** A row of `sessions.list`, as far as this page shows it. Absent settings are inherited. */
export interface SessionRow {
  readonly key: string
  readonly kind: string
  readonly sessionId: string
  /** Unix ms. */
  readonly updatedAt: number
  readonly label?: string
  readonly displayName?: string
  readonly subject?: string
  readonly derivedTitle?: string
  readonly channel?: string
  readonly chatType?: string
  readonly abortedLastRun?: boolean
  readonly modelProvider: string
  readonly model: string
  readonly thinkingLevel?: string
  readonly verboseLevel?: string
  readonly reasoningLevel?: string
  readonly responseUsage?: string
  readonly elevatedLevel?: string
  readonly sendPolicy?: string
  readonly groupActivation?: string
  readonly totalTokens?: number
  readonly contextTokens?: number
}

export interface SessionList {
  readonly count: number
  readonly defaults: { readonly contextTokens: number | null }
  readonly sessions: readonly SessionRow[]
}

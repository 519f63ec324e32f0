/** A sender that waits. Times are Unix milliseconds. */
export interface WaitingSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly code: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** A sender that was let in. */
export interface KnownSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly approvedAt: number
}

export interface ListedSenders {
  readonly requests: readonly WaitingSender[]
  readonly approved: readonly KnownSender[]
}

export interface ResolvedSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  /** Whether the sender was told; absent = nobody wanted it. */
  readonly notified?: boolean
  /** Why not. */
  readonly problem?: string
}

export interface CodeParams {
  readonly code: string
  readonly channel?: string
  readonly accountId?: string
  readonly notify?: boolean
}

/** Where senders are let in: a running gateway, or the files of one that does not run. */
export interface PairingDesk {
  /** No channel can be reached. */
  readonly isOffline: boolean
  list(channel: string | undefined): Promise<ListedSenders>
  approve(params: CodeParams): Promise<ResolvedSender>
  reject(params: CodeParams): Promise<ResolvedSender>
  /** How many approvals were taken back. */
  revoke(params: { readonly channel: string; readonly senderId: string; readonly accountId?: string }): Promise<number>
}

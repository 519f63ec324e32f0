/** Somebody on a chat network who waits to be let in. Times are Unix ms. */
export interface WaitingSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly code: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

/** Somebody who was let in. */
export interface ApprovedSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly approvedAt: number
}

/** What `pairing.list` answers. */
export interface Senders {
  readonly requests: readonly WaitingSender[]
  readonly approved: readonly ApprovedSender[]
}

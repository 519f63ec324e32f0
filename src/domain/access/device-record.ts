import type { Role } from './scopes.js'

/** What a device says and shows when it connects; its signature has been checked. */
export interface DeviceClaim {
  readonly deviceId: string
  /** The 32 raw bytes as unpadded base64url. */
  readonly publicKey: string
  readonly role: Role
  readonly scopes: readonly string[]
  readonly client: {
    readonly id: string
    readonly mode: string
    readonly platform?: string | undefined
    readonly displayName?: string | undefined
  }
  /** Absent for a client on this machine. */
  readonly remoteIp?: string | undefined
}

/** What a device said about itself; cut to a sane length, never trusted. */
export interface DeviceFacts {
  readonly displayName?: string
  readonly platform?: string
  readonly clientId?: string
  readonly clientMode?: string
  readonly remoteIp?: string
}

/** A role and what it may do. Kept apart by role, so that no scope of one is ever lent to another. */
export interface RoleScopes {
  readonly role: Role
  /** Sorted, each once. */
  readonly scopes: readonly string[]
}

/** One valid token of a device. The token itself is kept nowhere. */
export interface TokenHash {
  /** SHA-256 of the token, lower-case hex. */
  readonly hash: string
  /** What this very token allows. */
  readonly scopes: readonly string[]
  readonly issuedAtMs: number
}

/** The tokens of one device for one role. */
export interface DeviceTokens extends RoleScopes {
  /** Newest first, at most MAX_VALID_TOKENS; none after a revocation. */
  readonly hashes: readonly TokenHash[]
  readonly createdAtMs: number
  readonly rotatedAtMs?: number
  /** Set while no token is valid. */
  readonly revokedAtMs?: number
  readonly lastUsedAtMs?: number
}

/** A device that somebody let in, and what it was allowed. */
export interface PairedDevice extends DeviceFacts {
  readonly deviceId: string
  readonly publicKey: string
  /** One per role, in order of approval. */
  readonly grants: readonly RoleScopes[]
  readonly tokens: readonly DeviceTokens[]
  readonly createdAtMs: number
  readonly approvedAtMs: number
  readonly lastSeenAtMs?: number
}

/** A device that waits for somebody to decide. */
export interface PendingDevice extends DeviceFacts {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  /** One per role, the role asked for first in front. */
  readonly asks: readonly RoleScopes[]
  /** Every request for it came from this machine. */
  readonly isSilent: boolean
  /** The device was paired before. */
  readonly isRepair: boolean
  /** Unix milliseconds of the last request. */
  readonly ts: number
}

/** All that is kept about devices: paired ones by device id, pending ones by request id. */
export interface DeviceEntries {
  readonly paired: Map<string, PairedDevice>
  readonly pending: Map<string, PendingDevice>
}

/** Tokens of one device and role that are valid at the same time. */
export const MAX_VALID_TOKENS = 3
/** How long a request waits, in milliseconds. */
export const PENDING_TTL_MS = 300_000
/** How many devices may wait. */
export const MAX_PENDING = 100
export const MAX_SCOPES = 64
/** In characters. */
export const MAX_SCOPE_LENGTH = 100
/** Characters of a name or platform that are kept. */
export const MAX_FACT_LENGTH = 200

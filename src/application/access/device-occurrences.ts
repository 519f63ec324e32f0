import type { PendingView } from '../../domain/access/pairing-view.js'
import type { AuditFacts } from '../ports/audit-trail.js'

/** Who decided: facts for the record. */
export type Decider = Pick<AuditFacts, 'actor' | 'connId' | 'clientId' | 'deviceId' | 'address'>

/** A request that is not pending any more. */
export interface DeviceResolution {
  readonly requestId: string
  readonly deviceId: string
  readonly decision: 'approved' | 'rejected'
  /** What was asked for. */
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Unix milliseconds. */
  readonly ts: number
  /** Nobody was asked. */
  readonly isSilent: boolean
  /** Absent when nobody was asked. */
  readonly by?: Decider
  /** Where the device is; absent on this machine. */
  readonly remoteIp?: string
}

/** Credentials of a device that are not valid any more. */
export interface DeviceEnding {
  readonly deviceId: string
  /** Null = all roles. */
  readonly role: string | null
  readonly reason: 'removed' | 'revoked' | 'rotated'
  readonly by?: Decider
}

/** A token that was given to a device. */
export interface TokenIssue {
  readonly deviceId: string
  readonly role: string
  readonly scopes: readonly string[]
  readonly clientId: string
  /** Where the device is; absent on this machine. */
  readonly remoteIp?: string
}

/** Who hears what became of devices. Told when it is durable; must return at once and never throw. */
export interface DeviceNews {
  requested(pending: PendingView): void
  resolved(resolution: DeviceResolution): void
  ended(ending: DeviceEnding): void
  issued(issue: TokenIssue): void
}

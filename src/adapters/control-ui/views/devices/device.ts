/** What a device says about itself. Nobody has checked it. */
interface DeviceFacts {
  readonly deviceId: string
  readonly displayName?: string
  readonly platform?: string
  readonly clientId?: string
  readonly clientMode?: string
  /** Absent for a device on the machine of the gateway. */
  readonly remoteIp?: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
}

/** A device that waits to be let in. Times are Unix ms. */
export interface PendingDevice extends DeviceFacts {
  readonly requestId: string
  readonly isRepair?: boolean
  readonly ts: number
  readonly expiresAtMs: number
}

/** The tokens of a device for one role; the newest counts. */
export interface DeviceToken {
  readonly role: string
  readonly createdAtMs: number
  readonly rotatedAtMs?: number
  readonly revokedAtMs?: number
  readonly lastUsedAtMs?: number
}

/** A device that was let in. */
export interface PairedDevice extends DeviceFacts {
  readonly approvedAtMs: number
  readonly connected: boolean
  readonly lastSeenAtMs?: number
  readonly tokens: readonly DeviceToken[]
}

/** What `device.pair.list` answers. */
export interface DeviceList {
  readonly pending: readonly PendingDevice[]
  readonly paired: readonly PairedDevice[]
}

/** Somebody who is connected or has just left, as `system-presence` tells it. */
export interface PresenceRow {
  readonly host?: string
  readonly ip?: string
  readonly version?: string
  readonly platform?: string
  readonly mode?: string
  readonly reason?: string
  readonly deviceId?: string
  readonly instanceId?: string
  readonly ts: number
}

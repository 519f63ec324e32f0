import type { GatewayClient } from '../../../application/ports/gateway-client.js'

/** What the command line reads of a waiting device. */
export interface WaitingDevice {
  readonly requestId: string
  readonly deviceId: string
  readonly displayName?: string
  readonly platform?: string
  readonly clientId?: string
  readonly role?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
  readonly remoteIp?: string
  readonly isRepair?: boolean
  /** Unix milliseconds. */
  readonly ts: number
  readonly expiresAtMs?: number
}

/** A token as listed, without itself. */
export interface ListedToken {
  readonly role: string
  readonly scopes?: readonly string[]
  readonly createdAtMs: number
  readonly rotatedAtMs?: number
  readonly revokedAtMs?: number
  readonly lastUsedAtMs?: number
}

/** What the command line reads of a paired device. */
export interface KnownDevice {
  readonly deviceId: string
  readonly displayName?: string
  readonly platform?: string
  readonly clientId?: string
  readonly role?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
  readonly remoteIp?: string
  readonly approvedAtMs?: number
  readonly lastSeenAtMs?: number
  readonly connected?: boolean
  readonly tokens?: readonly ListedToken[]
}

/** Newest first. */
export interface DeviceList {
  readonly pending: readonly WaitingDevice[]
  readonly paired: readonly KnownDevice[]
}

/** Rejects with ClientFailure. */
export function listDevices(client: GatewayClient, timeoutMs: number): Promise<DeviceList> {
  return client.call<DeviceList>('device.pair.list', {}, { timeoutMs })
}

/** The roles of a device, also where only one is told. */
export function rolesOf({ role, roles }: Pick<WaitingDevice, 'role' | 'roles'>): readonly string[] {
  if (roles !== undefined && roles.length > 0) return roles
  return role === undefined ? [] : [role]
}

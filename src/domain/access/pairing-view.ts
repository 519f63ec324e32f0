import {
  type DeviceFacts,
  type DeviceTokens,
  type PairedDevice,
  PENDING_TTL_MS,
  type PendingDevice,
  type RoleScopes,
} from './device-record.js'
import { united } from './scope-cover.js'

/** A device's tokens of one role as listed: never a token, never a hash. */
export type TokensView = Omit<DeviceTokens, 'hashes'>

/** A waiting device as listed. */
export interface PendingView extends DeviceFacts {
  readonly requestId: string
  readonly deviceId: string
  readonly publicKey: string
  readonly role?: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly silent?: true
  readonly isRepair?: true
  readonly ts: number
  readonly expiresAtMs: number
}

/** A paired device as listed. */
export interface PairedView extends DeviceFacts {
  readonly deviceId: string
  readonly publicKey: string
  readonly role?: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly createdAtMs: number
  readonly approvedAtMs: number
  readonly lastSeenAtMs?: number
  readonly tokens: readonly TokensView[]
}

export function pendingView(pending: PendingDevice): PendingView {
  const { asks, isSilent, isRepair, ts, ...rest } = pending
  return {
    ...rest,
    ...rolesView(asks),
    ...(isSilent ? { silent: true } : {}),
    ...(isRepair ? { isRepair: true } : {}),
    ts,
    expiresAtMs: ts + PENDING_TTL_MS,
  }
}

export function pairedView(device: PairedDevice): PairedView {
  const { grants, tokens, ...rest } = device
  return { ...rest, ...rolesView(grants), tokens: tokens.map(({ hashes: _, ...shown }) => shown) }
}

function rolesView(granted: readonly RoleScopes[]) {
  const first = granted[0]?.role
  return {
    ...(first === undefined ? {} : { role: first }),
    roles: granted.map(({ role }) => role),
    scopes: united(...granted.map(({ scopes }) => scopes)),
  }
}

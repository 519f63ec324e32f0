import {
  type DeviceClaim,
  type DeviceFacts,
  MAX_FACT_LENGTH,
  MAX_SCOPE_LENGTH,
  MAX_SCOPES,
  type PairedDevice,
  PENDING_TTL_MS,
  type PendingDevice,
  type RoleScopes,
} from './device-record.js'
import { coversAll, united } from './scope-cover.js'
import { covers, type OperatorScope, type Role } from './scopes.js'

/** How a claim stands to what was approved: `covered`, or what is missing. */
export type Standing = 'covered' | 'not-paired' | 'role-upgrade' | 'scope-upgrade'

/** What a device may do, judged by its record. Another key under the same id is another device. */
export function standingOf(paired: PairedDevice | undefined, claim: DeviceClaim): Standing {
  if (paired === undefined || paired.publicKey !== claim.publicKey) return 'not-paired'
  const grant = scopesOf(paired.grants, claim.role)
  if (grant === undefined) return 'role-upgrade'
  return coversAll(claim.role, grant, claim.scopes) ? 'covered' : 'scope-upgrade'
}

/** Null when the scopes may be kept, else the sentence that refuses them. */
export function scopesRefusal(scopes: readonly string[]): string | null {
  if (scopes.length > MAX_SCOPES) return `too many scopes (at most ${MAX_SCOPES})`
  if (scopes.some((scope) => scope.length > MAX_SCOPE_LENGTH)) {
    return `scope too long (at most ${MAX_SCOPE_LENGTH} characters)`
  }
  return null
}

/** A first request of a device. */
export function newRequest(
  requestId: string,
  claim: DeviceClaim,
  about: { readonly isSilent: boolean; readonly isRepair: boolean; readonly now: number },
): PendingDevice {
  return {
    requestId,
    deviceId: claim.deviceId,
    publicKey: claim.publicKey,
    ...factsOf(claim),
    asks: [askOf(claim)],
    isSilent: about.isSilent,
    isRepair: about.isRepair,
    ts: about.now,
  }
}

/** A request that was repeated: it asks for everything that any of them asked for, and lives from now on. */
export function repeatedRequest(
  pending: PendingDevice,
  claim: DeviceClaim,
  about: { readonly isSilent: boolean; readonly now: number },
): PendingDevice {
  return {
    ...pending,
    ...factsOf(claim),
    asks: withScopes(pending.asks, askOf(claim)),
    isSilent: pending.isSilent && about.isSilent,
    ts: about.now,
  }
}

/** Whether two requests ask for the same roles and scopes. */
export function isSameAsk(one: PendingDevice | undefined, other: PendingDevice): boolean {
  return JSON.stringify(one?.asks) === JSON.stringify(other.asks)
}

/** Whether two requests say the same but for their time. */
export function isSameRequest(one: PendingDevice, other: PendingDevice): boolean {
  return JSON.stringify({ ...one, ts: 0 }) === JSON.stringify({ ...other, ts: 0 })
}

export function isExpired(pending: PendingDevice, now: number): boolean {
  return now - pending.ts >= PENDING_TTL_MS
}

/** The first scope that the approver would give away without having it; undefined when it may approve. */
export function beyondApprover(asks: readonly RoleScopes[], approver: ReadonlySet<string>): string | undefined {
  return asks
    .filter(({ role }) => role === 'operator')
    .flatMap(({ scopes }) => scopes)
    .find((scope) => !covers(approver, scope as OperatorScope))
}

/** The record after an approval. A record with another key is replaced as a whole, with its tokens. */
export function approved(known: PairedDevice | undefined, pending: PendingDevice, now: number): PairedDevice {
  const { deviceId, publicKey, asks } = pending
  const kept = known?.publicKey === publicKey ? known : undefined
  return {
    deviceId,
    publicKey,
    ...pickFacts(kept ?? {}),
    ...pickFacts(pending),
    grants: asks.reduce(withScopes, kept?.grants ?? []),
    tokens: kept?.tokens ?? [],
    createdAtMs: kept?.createdAtMs ?? now,
    approvedAtMs: now,
    ...(kept?.lastSeenAtMs === undefined ? {} : { lastSeenAtMs: kept.lastSeenAtMs }),
  }
}

/** Whether everything that a request asks for was approved meanwhile. */
export function isSettled(pending: PendingDevice, paired: PairedDevice): boolean {
  if (pending.publicKey !== paired.publicKey) return false
  return pending.asks.every(({ role, scopes }) => {
    const grant = scopesOf(paired.grants, role)
    return grant !== undefined && coversAll(role, grant, scopes)
  })
}

/** The record with what the device says about itself now. */
export function seen(paired: PairedDevice, claim: DeviceClaim, now: number): PairedDevice {
  const { remoteIp: _, ...rest } = paired
  return { ...rest, ...factsOf(claim), lastSeenAtMs: now }
}

/** What is granted to a role; undefined when the role is not. */
export function scopesOf(granted: readonly RoleScopes[], role: Role): readonly string[] | undefined {
  return granted.find((one) => one.role === role)?.scopes
}

function withScopes(granted: readonly RoleScopes[], added: RoleScopes): readonly RoleScopes[] {
  const known = scopesOf(granted, added.role)
  if (known === undefined) return [...granted, added]
  return granted.map((one) => (one.role === added.role ? { ...one, scopes: united(known, added.scopes) } : one))
}

function askOf(claim: DeviceClaim): RoleScopes {
  return { role: claim.role, scopes: united(claim.scopes) }
}

function factsOf({ client, remoteIp }: DeviceClaim): DeviceFacts {
  return {
    ...(client.displayName === undefined ? {} : { displayName: client.displayName.slice(0, MAX_FACT_LENGTH) }),
    ...(client.platform === undefined ? {} : { platform: client.platform.slice(0, MAX_FACT_LENGTH) }),
    clientId: client.id.slice(0, MAX_FACT_LENGTH),
    clientMode: client.mode.slice(0, MAX_FACT_LENGTH),
    ...(remoteIp === undefined ? {} : { remoteIp: remoteIp.slice(0, MAX_FACT_LENGTH) }),
  }
}

function pickFacts({ displayName, platform, clientId, clientMode, remoteIp }: DeviceFacts): DeviceFacts {
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(platform === undefined ? {} : { platform }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientMode === undefined ? {} : { clientMode }),
    ...(remoteIp === undefined ? {} : { remoteIp }),
  }
}

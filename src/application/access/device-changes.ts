import {
  type DeviceClaim,
  type DeviceEntries,
  MAX_PENDING,
  type PairedDevice,
  type PendingDevice,
  type TokenHash,
} from '../../domain/access/device-record.js'
import {
  approved,
  isExpired,
  isSameAsk,
  isSettled,
  newRequest,
  repeatedRequest,
  seen,
  standingOf,
} from '../../domain/access/pairing.js'
import {
  rotatedScopes,
  withOnlyToken,
  withoutTokens,
  withToken,
  withWiderTokens,
} from '../../domain/access/pairing-tokens.js'
import type { Role } from '../../domain/access/scopes.js'
import {
  pairingRequired,
  requireCovered,
  requireFewGrants,
  requireFewScopes,
  requirePending,
  tooManyWaiting,
  unknownDevice,
  unknownTokens,
} from './device-refusals.js'

/* Changes of the book: each looks first, throws a Refusal or changes the draft, and says what came of it. */

/** What of this device waits for a decision. */
export function pendingOf({ pending }: DeviceEntries, deviceId: string): PendingDevice | undefined {
  for (const one of pending.values()) if (one.deviceId === deviceId) return one
  return undefined
}

/**
 * Puts a device in line, or what it asks for now to what it asked for before. Another key starts anew; so does asking for
 * more: whoever has seen the smaller request must not approve the larger one by its id.
 */
export function putInLine(
  draft: DeviceEntries,
  claim: DeviceClaim,
  about: { readonly requestId: string; readonly isSilent: boolean; readonly now: number },
): { readonly request: PendingDevice; readonly isNew: boolean } {
  const { requestId, isSilent, now } = about
  const known = pendingOf(draft, claim.deviceId)
  const paired = draft.paired.get(claim.deviceId)
  const isRepeat = known !== undefined && known.publicKey === claim.publicKey && !isExpired(known, now)
  const repeated = isRepeat ? repeatedRequest(known, claim, { isSilent, now }) : undefined
  const isNew = repeated === undefined || !isSameAsk(known, repeated)
  const request = repeated ?? newRequest(requestId, claim, { isSilent, isRepair: paired !== undefined, now })
  for (const { scopes } of request.asks) requireFewScopes(scopes)
  const gone = [...draft.pending.values()].filter((one) => one === known || isExpired(one, now))
  if (draft.pending.size - gone.length >= MAX_PENDING) throw tooManyWaiting(standingOf(paired, claim))
  for (const one of gone) draft.pending.delete(one.requestId)
  const kept = isNew ? { ...request, requestId } : request
  draft.pending.set(kept.requestId, kept)
  return { request: kept, isNew }
}

/**
 * Lets a device do what it asks for, and gives it a token.
 * @param requestId of the approval, unless it settles what was waiting
 * @returns the id of what was approved; undefined when nothing had to be
 */
export function pairUnasked(
  draft: DeviceEntries,
  claim: DeviceClaim,
  about: { readonly requestId: string; readonly token: TokenHash; readonly now: number },
): string | undefined {
  const { requestId, token, now } = about
  const known = draft.paired.get(claim.deviceId)
  const standing = standingOf(known, claim)
  if (standing === 'role-upgrade') throw pairingRequired(standing)
  const request = newRequest(requestId, claim, { isSilent: true, isRepair: known !== undefined, now })
  const isCovered = standing === 'covered' && known !== undefined
  const device = isCovered ? known : requireFewGrants(approved(known, request, now))
  draft.paired.set(claim.deviceId, withToken(seen(device, claim, now), claim.role, token))
  if (isCovered) return undefined
  const waited = pendingOf(draft, claim.deviceId)
  if (waited === undefined || !isSettled(waited, device)) return requestId
  draft.pending.delete(waited.requestId)
  return waited.requestId
}

/** Gives one more token to a device that may do what it asks for. */
export function addToken(draft: DeviceEntries, claim: DeviceClaim, token: TokenHash): void {
  const device = draft.paired.get(claim.deviceId)
  const standing = standingOf(device, claim)
  if (device === undefined || standing !== 'covered') throw pairingRequired(standing)
  draft.paired.set(claim.deviceId, withToken(seen(device, claim, token.issuedAtMs), claim.role, token))
}

/** Grants what a waiting device asks for, to it and to the tokens it holds. */
export function grant(
  draft: DeviceEntries,
  requestId: string,
  approverScopes: ReadonlySet<string>,
  now: number,
): { readonly request: PendingDevice; readonly device: PairedDevice } {
  const request = requirePending(draft, requestId, now)
  requireCovered(request.asks, approverScopes)
  const granted = requireFewGrants(approved(draft.paired.get(request.deviceId), request, now))
  const device = withWiderTokens(granted, request.asks)
  draft.paired.set(request.deviceId, device)
  draft.pending.delete(requestId)
  return { request, device }
}

export function turnDown(draft: DeviceEntries, requestId: string, now: number): PendingDevice {
  const request = requirePending(draft, requestId, now)
  draft.pending.delete(requestId)
  return request
}

/** Forgets a device; returns what of it was waiting. */
export function forget(draft: DeviceEntries, deviceId: string): PendingDevice | undefined {
  if (!draft.paired.has(deviceId)) throw unknownDevice()
  const waited = pendingOf(draft, deviceId)
  draft.paired.delete(deviceId)
  if (waited !== undefined) draft.pending.delete(waited.requestId)
  return waited
}

/**
 * Makes a token the only one of a device for a role.
 * @param about.scopes of the token; absent = those of the tokens before
 * @returns the scopes it got
 */
export function replaceTokens(
  draft: DeviceEntries,
  about: { readonly deviceId: string; readonly role: string; readonly scopes: readonly string[] | undefined },
  token: Omit<TokenHash, 'scopes'>,
  callerScopes: ReadonlySet<string>,
): readonly string[] {
  const { deviceId, role } = about
  const device = draft.paired.get(deviceId)
  const allowed = device && isRole(role) ? rotatedScopes(device, role, about.scopes) : undefined
  if (device === undefined || allowed === undefined) throw unknownTokens()
  requireCovered([allowed], callerScopes)
  draft.paired.set(deviceId, withOnlyToken(device, allowed.role, { ...token, scopes: allowed.scopes }))
  return allowed.scopes
}

/** Makes all tokens of a device for a role invalid. */
export function endTokens(draft: DeviceEntries, deviceId: string, role: string, now: number): void {
  const device = draft.paired.get(deviceId)
  const ended = device && isRole(role) ? withoutTokens(device, role, now) : undefined
  if (ended === undefined) throw unknownTokens()
  draft.paired.set(deviceId, ended)
}

function isRole(role: string): role is Role {
  return role === 'operator' || role === 'node'
}

import {
  type DeviceClaim,
  type DeviceTokens,
  MAX_VALID_TOKENS,
  type PairedDevice,
  type RoleScopes,
  type TokenHash,
} from './device-record.js'
import { scopesOf } from './pairing.js'
import { coversAll, united } from './scope-cover.js'
import type { Role } from './scopes.js'

/** `exceeds`: the right token, and the claim asks for more than this token allows. */
export type TokenVerdict = 'valid' | 'mismatch' | 'exceeds'

/**
 * The valid token of the claimed device and role that was shown.
 * @param isShown compares a kept hash with that of the shown token, in constant time; asked about every one
 */
export function tokenShown(
  paired: PairedDevice | undefined,
  claim: DeviceClaim,
  isShown: (hash: string) => boolean,
): TokenHash | undefined {
  if (paired === undefined || paired.publicKey !== claim.publicKey) return undefined
  const hashes = tokensOf(paired, claim.role)?.hashes ?? []
  return hashes.filter(({ hash }) => isShown(hash))[0]
}

/** What a shown token is worth for a claim. It allows its own scopes, and only while the device has them. */
export function judgeToken(
  paired: PairedDevice | undefined,
  shown: TokenHash | undefined,
  claim: DeviceClaim,
): TokenVerdict {
  if (paired === undefined || shown === undefined) return 'mismatch'
  const granted = scopesOf(paired.grants, claim.role)
  if (granted === undefined) return 'mismatch'
  const isEnough = coversAll(claim.role, shown.scopes, claim.scopes) && coversAll(claim.role, granted, claim.scopes)
  return isEnough ? 'valid' : 'exceeds'
}

/** The device with one more valid token; the oldest gives way. */
export function withToken(paired: PairedDevice, role: Role, token: TokenHash): PairedDevice {
  const known = tokensOf(paired, role)
  const hashes = [token, ...(known?.hashes ?? [])].slice(0, MAX_VALID_TOKENS)
  return withTokens(paired, {
    role,
    scopes: united(...hashes.map(({ scopes }) => scopes)),
    hashes,
    createdAtMs: known?.createdAtMs ?? token.issuedAtMs,
    ...(known?.rotatedAtMs === undefined ? {} : { rotatedAtMs: known.rotatedAtMs }),
    ...(known?.lastUsedAtMs === undefined ? {} : { lastUsedAtMs: known.lastUsedAtMs }),
  })
}

/** The device with this token and none of the earlier ones. */
export function withOnlyToken(paired: PairedDevice, role: Role, token: TokenHash): PairedDevice {
  const known = tokensOf(paired, role)
  return withTokens(paired, {
    role,
    scopes: token.scopes,
    hashes: [token],
    createdAtMs: known?.createdAtMs ?? token.issuedAtMs,
    rotatedAtMs: token.issuedAtMs,
    ...(known?.lastUsedAtMs === undefined ? {} : { lastUsedAtMs: known.lastUsedAtMs }),
  })
}

/** The device without a valid token for the role; undefined when it never had one. */
export function withoutTokens(paired: PairedDevice, role: Role, now: number): PairedDevice | undefined {
  const known = tokensOf(paired, role)
  return known === undefined ? undefined : withTokens(paired, { ...known, hashes: [], revokedAtMs: now })
}

/** The device after one of its tokens was used. */
export function withUse(paired: PairedDevice, role: Role, now: number): PairedDevice {
  const known = tokensOf(paired, role)
  return known === undefined ? paired : withTokens(paired, { ...known, lastUsedAtMs: now })
}

/**
 * The device whose valid tokens allow what was just approved as well: otherwise a device that comes with its token would
 * be asked to wait again and again.
 */
export function withWiderTokens(paired: PairedDevice, approvals: readonly RoleScopes[]): PairedDevice {
  return approvals.reduce((device, { role, scopes }) => {
    const known = tokensOf(device, role)
    if (known === undefined || known.hashes.length === 0) return device
    const hashes = known.hashes.map((token) => ({ ...token, scopes: united(token.scopes, scopes) }))
    return withTokens(device, { ...known, hashes, scopes: united(known.scopes, scopes) })
  }, paired)
}

/**
 * What a rotated token is to allow: what was asked for, else what the tokens allow now, else what the role was granted.
 * Undefined when the device does not have the role, or not all of these scopes.
 */
export function rotatedScopes(
  paired: PairedDevice,
  role: Role,
  wanted: readonly string[] | undefined,
): RoleScopes | undefined {
  const granted = scopesOf(paired.grants, role)
  if (granted === undefined) return undefined
  const scopes = united(wanted ?? tokensOf(paired, role)?.scopes ?? granted)
  return coversAll(role, granted, scopes) ? { role, scopes } : undefined
}

function tokensOf(paired: PairedDevice, role: Role): DeviceTokens | undefined {
  return paired.tokens.find((one) => one.role === role)
}

function withTokens(paired: PairedDevice, tokens: DeviceTokens): PairedDevice {
  const others = paired.tokens.filter(({ role }) => role !== tokens.role)
  return { ...paired, tokens: [...others, tokens] }
}

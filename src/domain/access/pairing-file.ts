import type {
  DeviceEntries,
  DeviceTokens,
  PairedDevice,
  PendingDevice,
  RoleScopes,
  TokenHash,
} from './device-record.js'
import type { Role } from './scopes.js'

const VERSION = 1

/** What a stored text holds, or why it cannot be used. */
export type DeviceFileReading =
  | { readonly kind: 'read'; readonly entries: DeviceEntries }
  | { readonly kind: 'unreadable'; readonly problem: string }

/** The stored form of all devices. */
export function writeDeviceFile({ paired, pending }: DeviceEntries): string {
  return `${JSON.stringify({ version: VERSION, paired: [...paired.values()], pending: [...pending.values()] })}\n`
}

/**
 * Reads what `writeDeviceFile` wrote. Anything else is a problem, down to a single unknown key: guessing here would let
 * somebody in, or lose somebody, without a word.
 */
export function readDeviceFile(text: string): DeviceFileReading {
  const parsed = parseJson(text)
  if (parsed === undefined) return unreadable('it is not JSON')
  if (!isObject(parsed) || parsed.version === undefined) return unreadable('it is no list of devices')
  if (parsed.version !== VERSION) return unreadable(`it has version ${JSON.stringify(parsed.version)}`)
  const { paired, pending } = parsed
  if (!hasOnly(parsed, FILE_KEYS) || !isListOf(paired, isPaired) || !isListOf(pending, isPending)) {
    return unreadable('an entry is damaged')
  }
  const entries = {
    paired: new Map(paired.map((device) => [device.deviceId, device])),
    pending: new Map(pending.map((device) => [device.requestId, device])),
  }
  const isTwice = entries.paired.size < paired.length || entries.pending.size < pending.length
  return isTwice ? unreadable('an entry is there twice') : { kind: 'read', entries }
}

function unreadable(problem: string): DeviceFileReading {
  return { kind: 'unreadable', problem }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Unchecked = Readonly<Record<string, unknown>>

/** Keys of an object: true = always there. */
type Keys = Readonly<Record<string, { readonly isRequired: boolean; readonly fits: (value: unknown) => boolean }>>

const needs = (fits: (value: unknown) => boolean) => ({ isRequired: true, fits })
const may = (fits: (value: unknown) => boolean) => ({ isRequired: false, fits })

const FILE_KEYS: Keys = { version: needs(isTime), paired: needs(Array.isArray), pending: needs(Array.isArray) }

const FACT_KEYS: Keys = {
  displayName: may(isText),
  platform: may(isText),
  clientId: may(isText),
  clientMode: may(isText),
  remoteIp: may(isText),
}

const ROLE_KEYS: Keys = { role: needs(isRole), scopes: needs(isTexts) }

const HASH_KEYS: Keys = { hash: needs(isHash), scopes: needs(isTexts), issuedAtMs: needs(isTime) }

const TOKEN_KEYS: Keys = {
  ...ROLE_KEYS,
  hashes: needs((value) => isListOf(value, isTokenHash)),
  createdAtMs: needs(isTime),
  rotatedAtMs: may(isTime),
  revokedAtMs: may(isTime),
  lastUsedAtMs: may(isTime),
}

const PAIRED_KEYS: Keys = {
  ...FACT_KEYS,
  deviceId: needs(isName),
  publicKey: needs(isName),
  grants: needs((value) => isListPerRole(value, isRoleScopes)),
  tokens: needs((value) => isListPerRole(value, isTokens)),
  createdAtMs: needs(isTime),
  approvedAtMs: needs(isTime),
  lastSeenAtMs: may(isTime),
}

const PENDING_KEYS: Keys = {
  ...FACT_KEYS,
  requestId: needs(isName),
  deviceId: needs(isName),
  publicKey: needs(isName),
  asks: needs((value) => isListPerRole(value, isRoleScopes)),
  isSilent: needs(isClaim),
  isRepair: needs(isClaim),
  ts: needs(isTime),
}

function isPaired(value: unknown): value is PairedDevice {
  return isObject(value) && hasOnly(value, PAIRED_KEYS)
}

function isPending(value: unknown): value is PendingDevice {
  return isObject(value) && hasOnly(value, PENDING_KEYS)
}

function isTokens(value: unknown): value is DeviceTokens {
  return isObject(value) && hasOnly(value, TOKEN_KEYS)
}

function isRoleScopes(value: unknown): value is RoleScopes {
  return isObject(value) && hasOnly(value, ROLE_KEYS)
}

function isTokenHash(value: unknown): value is TokenHash {
  return isObject(value) && hasOnly(value, HASH_KEYS)
}

function hasOnly(value: Unchecked, keys: Keys): boolean {
  const isKnown = Object.keys(value).every((key) => Object.hasOwn(keys, key))
  return (
    isKnown &&
    Object.entries(keys).every(([key, { isRequired, fits }]) =>
      Object.hasOwn(value, key) ? fits(value[key]) : !isRequired,
    )
  )
}

function isListPerRole<T extends { readonly role: Role }>(value: unknown, fits: (item: unknown) => item is T): boolean {
  return isListOf(value, fits) && new Set(value.map(({ role }) => role)).size === value.length
}

function isListOf<T>(value: unknown, fits: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(fits)
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isName(value: unknown): boolean {
  return isText(value) && value !== ''
}

function isTexts(value: unknown): boolean {
  return isListOf(value, isText)
}

function isHash(value: unknown): boolean {
  return isText(value) && /^[0-9a-f]{64}$/.test(value)
}

function isRole(value: unknown): value is Role {
  return value === 'operator' || value === 'node'
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isClaim(value: unknown): boolean {
  return typeof value === 'boolean'
}

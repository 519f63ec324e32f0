import { printable } from '../../../domain/log/printable.js'
import { shortIds } from '../devices/by-prefix.js'
import {
  type DeviceList,
  type KnownDevice,
  type ListedToken,
  rolesOf,
  type WaitingDevice,
} from '../devices/device-list.js'
import { ago, roughly, table } from './words.js'

/** As many characters of an id as are shown where somebody looks. */
const SHORT_REQUEST = 8
const SHORT_DEVICE = 12

/** What a device calls itself. It may be anything, so it cannot forge lines. */
export function deviceName({ displayName, clientId }: Pick<WaitingDevice, 'displayName' | 'clientId'>): string {
  return printable(displayName ?? clientId ?? 'unnamed')
}

/** @param isShort cut ids to what is unique, for a terminal */
export function deviceLines(list: DeviceList, now: number, isShort: boolean): string[] {
  const { pending, paired } = list
  if (pending.length + paired.length === 0) return ['no devices']
  const requests = shortIds(isShort ? pending.map(({ requestId }) => requestId) : [], SHORT_REQUEST)
  const devices = shortIds(isShort ? paired.map(({ deviceId }) => deviceId) : [], SHORT_DEVICE)
  const waiting = pending.map((device) => waitingRow(device, requests.get(device.requestId), now))
  const known = paired.map((device) => knownRow(device, devices.get(device.deviceId), now))
  return [
    ...(waiting.length === 0 ? [] : ['Waiting', ...indented(waiting), '  approve: mayros devices approve <id>']),
    ...(known.length === 0 ? [] : ['Paired', ...indented(known)]),
  ]
}

function waitingRow(device: WaitingDevice, id: string | undefined, now: number): string[] {
  const expires = device.expiresAtMs === undefined ? '' : `, expires in ${roughly(device.expiresAtMs - now)}`
  return [
    id ?? printable(device.requestId),
    deviceName(device),
    words(rolesOf(device)),
    scopesText(device.scopes),
    printable(device.remoteIp ?? '-'),
    `${ago(now - device.ts)}${expires}${device.isRepair === true ? ', known already' : ''}`,
  ]
}

function knownRow(device: KnownDevice, id: string | undefined, now: number): string[] {
  const seen = device.lastSeenAtMs === undefined ? 'not seen' : `seen ${ago(now - device.lastSeenAtMs)}`
  const state = device.connected === true ? 'connected' : seen
  const invalid = (device.tokens ?? []).filter(({ revokedAtMs }) => revokedAtMs !== undefined)
  return [
    id ?? printable(device.deviceId),
    deviceName(device),
    words(rolesOf(device)),
    scopesText(device.scopes),
    printable(device.remoteIp ?? '-'),
    invalid.length === 0 ? state : `${state}, token revoked: ${words(invalid.map(({ role }) => role))}`,
  ]
}

/** What a device gets when it is approved, told before it is. */
export function grantLines(device: WaitingDevice, known: KnownDevice | undefined, now: number): string[] {
  const rows = [
    ['request', printable(device.requestId)],
    ['device', `${printable(device.deviceId)}  ${deviceName(device)}`],
    ['from', `${printable(device.remoteIp ?? 'unknown address')}, ${ago(now - device.ts)}`],
    [
      'program',
      [device.clientId, device.platform]
        .filter((text) => text !== undefined)
        .map(printable)
        .join(' on '),
    ],
    ['role', words(rolesOf(device))],
    ['scopes', scopesText(device.scopes)],
    ['so far', known === undefined ? '' : `${words(rolesOf(known))} with ${scopesText(known.scopes)}`],
  ]
  return indented(rows.filter(([, text]) => text !== ''))
}

export function deviceListDocument({ pending, paired }: DeviceList): object {
  return { pending: pending.map(waitingDocument), paired: paired.map(knownDocument) }
}

function waitingDocument(device: WaitingDevice): object {
  return {
    requestId: device.requestId,
    deviceId: device.deviceId,
    name: device.displayName ?? null,
    role: device.role ?? null,
    roles: rolesOf(device),
    scopes: device.scopes ?? [],
    remoteIp: device.remoteIp ?? null,
    isRepair: device.isRepair === true,
    ts: device.ts,
    expiresAt: isoTime(device.expiresAtMs),
  }
}

function knownDocument(device: KnownDevice): object {
  return {
    deviceId: device.deviceId,
    name: device.displayName ?? null,
    roles: rolesOf(device),
    scopes: device.scopes ?? [],
    remoteIp: device.remoteIp ?? null,
    approvedAt: isoTime(device.approvedAtMs),
    lastSeenAt: isoTime(device.lastSeenAtMs),
    connected: device.connected === true,
    tokens: (device.tokens ?? []).map(tokenDocument),
  }
}

function tokenDocument(token: ListedToken): object {
  return {
    role: token.role,
    scopes: token.scopes ?? [],
    createdAt: isoTime(token.createdAtMs),
    rotatedAt: isoTime(token.rotatedAtMs),
    revokedAt: isoTime(token.revokedAtMs),
    lastUsedAt: isoTime(token.lastUsedAtMs),
  }
}

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString()
}

function scopesText(scopes: readonly string[] = []): string {
  return scopes.length === 0 ? 'no scopes' : words(scopes)
}

function words(texts: readonly string[]): string {
  return texts.length === 0 ? '-' : texts.map(printable).join(',')
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return table(rows).map((line) => `  ${line}`)
}

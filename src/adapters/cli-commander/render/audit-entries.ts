import type { AuditEntry, AuditEvent } from '../../../application/ports/audit-trail.js'
import { printable } from '../../../domain/log/printable.js'
import type { Paint } from './paint.js'
import { table } from './words.js'

/** As many characters of a device id as are shown where somebody looks. */
const SHORT_DEVICE = 12

/** Somebody was kept out or lost something. */
const WARNINGS: ReadonlySet<AuditEvent> = new Set([
  'refused',
  'locked-out',
  'pairing-rejected',
  'device-removed',
  'token-revoked',
])

/**
 * `2026-07-01T09:30:00.000Z  refused  operator cli  10.0.0.5  token_mismatch  connect`
 * @param isShort cut device ids, for a terminal
 */
export function auditLines(entries: readonly AuditEntry[], paint: Paint, isShort: boolean): string[] {
  const rows = entries.map((entry) => [
    new Date(entry.at).toISOString(),
    entry.event,
    who(entry, isShort),
    shown(entry.address),
    shown(entry.reason),
    [shown(entry.subject), detailsText(entry.details)].filter((text) => text !== '').join(' '),
  ])
  return table(rows).map((line, index) => {
    const event = entries[index]?.event
    return event !== undefined && WARNINGS.has(event) ? paint.yellow(line) : line
  })
}

export function auditEntryDocument({ at, ...rest }: AuditEntry): object {
  return { at: new Date(at).toISOString(), ...rest }
}

function who({ actor, clientId, deviceId }: AuditEntry, isShort: boolean): string {
  const device = isShort ? deviceId?.slice(0, SHORT_DEVICE) : deviceId
  const words = [actor, clientId, device].filter((word) => word !== undefined)
  return words.length === 0 ? '-' : words.map(printable).join(' ')
}

function detailsText(details: AuditEntry['details'] = {}): string {
  return Object.entries(details)
    .map(([name, value]) => printable(`${name}=${String(value)}`))
    .join(' ')
}

function shown(text: string | undefined): string {
  return text === undefined ? '' : printable(text)
}

import {
  AUDIT_EVENTS,
  type AuditEntry,
  type AuditEvent,
  type AuditTrail,
} from '../../../application/ports/audit-trail.js'
import { durationMs } from '../../../domain/config/duration.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { nearest } from '../nearest.js'
import { auditEntryDocument, auditLines } from '../render/audit-entries.js'

export interface SecurityLogFlags {
  readonly limit?: number
  readonly since?: string
  readonly event?: readonly string[]
  readonly device?: string
  readonly address?: string
}

const LIMIT = 100
const WHOLE_DEVICE_ID = /^[0-9a-f]{64}$/
const DURATION = /^(\d+(\.\d+)?(ms|[smhd]))+$/i
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** `mayros security log`: the audit trail of this host, oldest first. Needs no gateway. */
export async function securityLog(context: CommandContext, flags: SecurityLogFlags): Promise<number> {
  const { deps } = context
  const query = {
    ...(flags.since === undefined ? {} : { since: momentOf(flags.since, deps.now()) }),
    ...(flags.event === undefined ? {} : { events: flags.event.map(eventNamed) }),
    ...(flags.address === undefined ? {} : { address: flags.address }),
  }
  const environment = await context.environment()
  const trail = await deps.openAuditTrail(environment.stateDir)
  try {
    const entries = await newest(trail, query, flags)
    if (context.json) context.printJson({ file: trail.location, entries: entries.map(auditEntryDocument) })
    else context.print(entries.length === 0 ? 'no entries' : auditLines(entries, context.paint, deps.stdout.isTTY))
    return exitCodes.ok
  } finally {
    await trail.close()
  }
}

/** The trail knows whole ids; for the beginning of one everything is looked through. */
async function newest(
  trail: AuditTrail,
  query: Parameters<AuditTrail['read']>[0],
  { device, limit = LIMIT }: SecurityLogFlags,
): Promise<readonly AuditEntry[]> {
  const wanted = device?.trim().toLowerCase()
  if (wanted === undefined) return trail.read({ ...query, limit })
  if (WHOLE_DEVICE_ID.test(wanted)) return trail.read({ ...query, limit, deviceId: wanted })
  const all = await trail.read({ ...query, limit: Number.MAX_SAFE_INTEGER })
  return all.filter(({ deviceId }) => deviceId?.startsWith(wanted) === true).slice(-limit)
}

function momentOf(text: string, now: number): number {
  const given = text.trim()
  if (DURATION.test(given)) return now - durationMs(given, 's')
  const at = ISO_TIME.test(given) ? Date.parse(given) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new UsageFailure(`--since: expected a time span (30m, 2h, 7d) or an ISO 8601 time, got "${text}"`)
}

function eventNamed(name: string): AuditEvent {
  if (Object.hasOwn(AUDIT_EVENTS, name)) return name as AuditEvent
  const meant = nearest(name, Object.keys(AUDIT_EVENTS))
  const hint =
    meant === undefined ? `expected one of ${Object.keys(AUDIT_EVENTS).join(', ')}` : `did you mean ${meant}?`
  throw new UsageFailure(`--event: unknown event ${name} (${hint})`)
}

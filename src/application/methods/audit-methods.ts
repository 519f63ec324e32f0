import { type AuditListParams, auditListParams } from '../../domain/protocol/methods/audit.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import { AUDIT_EVENTS, type AuditEvent, type AuditTrail } from '../ports/audit-trail.js'

/** Looking at the record of who came in and what was changed. Existing clients do not know it. */
export function auditMethods(trail: AuditTrail): readonly MethodRow[] {
  return [unadvertised(method('audit.list', auditListParams, (params) => listEntries(trail, params)))]
}

async function listEntries(trail: AuditTrail, params: AuditListParams): Promise<object> {
  const { limit = 100, since, events, deviceId, address } = params
  const entries = await trail.read({
    limit,
    ...(since === undefined ? {} : { since }),
    ...(events === undefined ? {} : { events: events.map(eventNamed) }),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(address === undefined ? {} : { address }),
  })
  return { entries }
}

function eventNamed(name: string): AuditEvent {
  if (Object.hasOwn(AUDIT_EVENTS, name)) return name as AuditEvent
  throw invalidRequest(
    `events: expected ${Object.keys(AUDIT_EVENTS).join(', ')}, got ${JSON.stringify(name.slice(0, 40))}`,
  )
}

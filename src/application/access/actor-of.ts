import { userOf } from '../../domain/access/proof.js'
import type { ClientIdentity } from '../connection/client.js'
import type { AuditFacts } from '../ports/audit-trail.js'

/** Characters of what a client calls itself that are worth keeping. */
const LONGEST_NAME = 100

/** Who did it, as the record says it: the user that somebody vouches for, else the role. */
export function actorOf(
  identity: ClientIdentity,
): Pick<AuditFacts, 'actor' | 'connId' | 'clientId' | 'deviceId' | 'address'> {
  return {
    actor: userOf(identity.proof) ?? identity.role,
    connId: identity.connId,
    clientId: identity.client.id.slice(0, LONGEST_NAME),
    address: identity.remoteIp ?? 'local',
    ...(identity.deviceId === undefined ? {} : { deviceId: identity.deviceId }),
  }
}

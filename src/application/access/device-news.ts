import type { PendingView } from '../../domain/access/pairing-view.js'
import { closure } from '../../domain/protocol/close-codes.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Client } from '../connection/client.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { DeviceEnding, DeviceNews, DeviceResolution, TokenIssue } from './device-occurrences.js'

export interface DeviceNewsParts {
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly clients: Iterable<Client>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Clock
}

/**
 * Closures of those whose credentials ended. Clients forget their token when they read `device token mismatch`, which is
 * right where they cannot use it again; one that was rotated may be told the new token.
 */
const ENDINGS = {
  removed: {
    event: 'device-removed',
    closure: closure(1008, 'pairing required: device removed (device token mismatch)'),
  },
  revoked: { event: 'token-revoked', closure: closure(1008, 'unauthorized: device token mismatch (revoked)') },
  rotated: { event: 'token-rotated', closure: closure(1008, 'unauthorized: device token rotated') },
} as const

/** Tells operators, the record, and those that it costs their connection what became of devices. */
export class DeviceNewsDesk implements DeviceNews {
  readonly #parts: DeviceNewsParts

  constructor(parts: DeviceNewsParts) {
    this.#parts = parts
  }

  requested(pending: PendingView): void {
    const { requestId, deviceId, clientId, remoteIp, role, roles, scopes } = pending
    this.#parts.broadcast.publish('device.pair.requested', pending)
    this.#parts.trail.record('pairing-requested', {
      ...(role === undefined ? {} : { actor: role }),
      deviceId,
      ...(clientId === undefined ? {} : { clientId }),
      address: remoteIp ?? 'local',
      subject: requestId,
      details: { roles, scopes },
    })
  }

  resolved(resolution: DeviceResolution): void {
    const { requestId, deviceId, decision, roles, scopes, ts, isSilent, by, remoteIp } = resolution
    this.#parts.broadcast.publish('device.pair.resolved', { requestId, deviceId, decision, ts })
    this.#parts.trail.record(decision === 'approved' ? 'pairing-approved' : 'pairing-rejected', {
      ...(by ?? { actor: 'gateway', deviceId, address: remoteIp ?? 'local' }),
      ...(isSilent ? { reason: 'silent' } : {}),
      subject: deviceId,
      details: { requestId, roles, scopes },
    })
  }

  /** Connections end in the next turn: then the answer to whoever decided is out, and whoever was just coming in is in. */
  ended(ending: DeviceEnding): void {
    const { trail, clients, clock } = this.#parts
    const { deviceId, role, reason, by } = ending
    const { event, closure } = ENDINGS[reason]
    trail.record(event, {
      ...(by ?? { actor: 'gateway' }),
      subject: deviceId,
      ...(role === null ? {} : { details: { role } }),
    })
    clock.after(0, () => {
      for (const client of [...clients]) if (dependsOn(client, ending)) client.connection.close(closure)
    })
  }

  issued({ deviceId, role, scopes, clientId, remoteIp }: TokenIssue): void {
    this.#parts.trail.record('token-issued', {
      actor: role,
      deviceId,
      clientId,
      address: remoteIp ?? 'local',
      details: { scopes },
    })
  }
}

function dependsOn({ identity }: Client, { deviceId, role }: DeviceEnding): boolean {
  if (identity.deviceId !== deviceId) return false
  return role === null ? identity.isPaired : identity.role === role && identity.proof.kind === 'device-token'
}

import type { DeviceEntries, PairedDevice, PendingDevice, RoleScopes } from '../../domain/access/device-record.js'
import { beyondApprover, isExpired, type Standing, scopesRefusal } from '../../domain/access/pairing.js'
import { invalidRequest, Refusal } from '../../domain/protocol/refusal.js'

/* What is refused about devices, in the words that clients match. */

/** The request that waits under this id. */
export function requirePending({ pending }: DeviceEntries, requestId: string, now: number): PendingDevice {
  const request = pending.get(requestId)
  if (request === undefined || isExpired(request, now)) throw invalidRequest('unknown requestId')
  return request
}

/** Nobody gives operator scopes away without having them. */
export function requireCovered(asks: readonly RoleScopes[], approver: ReadonlySet<string>): void {
  const beyond = beyondApprover(asks, approver)
  if (beyond !== undefined) throw invalidRequest(`missing scope: ${beyond}`)
}

/** What strangers send is kept within bounds. */
export function requireFewScopes(scopes: readonly string[]): void {
  const refusal = scopesRefusal(scopes)
  if (refusal !== null) throw invalidRequest(refusal)
}

/** The same for what has come together in a record. */
export function requireFewGrants(device: PairedDevice): PairedDevice {
  for (const { scopes } of device.grants) requireFewScopes(scopes)
  return device
}

export function pairingRequired(reason: Standing): Refusal {
  return new Refusal('NOT_PAIRED', 'pairing required', { details: { code: 'PAIRING_REQUIRED', reason } })
}

export function tooManyWaiting(reason: Standing): Refusal {
  return new Refusal('NOT_PAIRED', 'pairing required: too many devices wait for approval', {
    details: { code: 'PAIRING_REQUIRED', reason },
  })
}

export function unknownDevice(): Refusal {
  return invalidRequest('unknown deviceId')
}

export function unknownTokens(): Refusal {
  return invalidRequest('unknown deviceId/role')
}

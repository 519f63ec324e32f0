import type { PairedView } from '../../domain/access/pairing-view.js'
import {
  pairedDeviceParams,
  pairRequestParams,
  tokenRevokeParams,
  tokenRotateParams,
} from '../../domain/protocol/methods/devices.js'
import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { actorOf } from '../access/actor-of.js'
import type { DeviceRegistry } from '../access/device-registry.js'
import type { Client } from '../connection/client.js'
import { type MethodRow, method } from '../method-table.js'

export interface DeviceMethodParts {
  readonly devices: DeviceRegistry
  readonly clients: Iterable<Client>
}

/** Who may come in, decided by operators. */
export function deviceMethods({ devices, clients }: DeviceMethodParts): readonly MethodRow[] {
  return [
    method('device.pair.list', noParams, () => {
      const { pending, paired } = devices.list()
      const seen = lastActivity(clients)
      return { pending, paired: paired.map((device) => withPresence(device, seen.get(device.deviceId))) }
    }),
    method('device.pair.approve', pairRequestParams, ({ requestId }, call) =>
      devices.approve(requestId, call.client.identity.scopes, actorOf(call.client.identity)),
    ),
    method('device.pair.reject', pairRequestParams, ({ requestId }, call) =>
      devices.reject(requestId, actorOf(call.client.identity)),
    ),
    method('device.pair.remove', pairedDeviceParams, ({ deviceId }, call) =>
      devices.remove(deviceId, actorOf(call.client.identity)),
    ),
    method('device.token.rotate', tokenRotateParams, ({ deviceId, role, scopes }, call) =>
      devices.rotate(deviceId, role, scopes, call.client.identity.scopes, actorOf(call.client.identity)),
    ),
    method('device.token.revoke', tokenRevokeParams, ({ deviceId, role }, call) =>
      devices.revoke(deviceId, role, actorOf(call.client.identity)),
    ),
  ]
}

/** When connected devices were last heard of, by device id. */
function lastActivity(clients: Iterable<Client>): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  for (const { identity, lastActiveAt } of clients) {
    if (identity.deviceId === undefined) continue
    seen.set(identity.deviceId, Math.max(lastActiveAt, seen.get(identity.deviceId) ?? 0))
  }
  return seen
}

function withPresence(device: PairedView, seenAtMs: number | undefined): object {
  return { ...device, connected: seenAtMs !== undefined, ...(seenAtMs === undefined ? {} : { lastSeenAtMs: seenAtMs }) }
}

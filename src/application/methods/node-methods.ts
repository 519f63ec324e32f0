import type { PairedView } from '../../domain/access/pairing-view.js'
import { nodeParams } from '../../domain/protocol/methods/devices.js'
import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { DeviceRegistry } from '../access/device-registry.js'
import type { Client, ClientIdentity } from '../connection/client.js'
import { type MethodRow, method } from '../method-table.js'
import type { Clock } from '../ports/clock.js'

export interface NodeMethodParts {
  readonly devices: Pick<DeviceRegistry, 'list'>
  readonly clients: Iterable<Client>
  readonly clock: Clock
}

interface NodeRow {
  readonly nodeId: string
  readonly displayName?: string
  readonly connected: boolean
}

/** Nodes: devices that were let in for that role, and those that are connected in it. */
export function nodeMethods(parts: NodeMethodParts): readonly MethodRow[] {
  return [
    method('node.list', noParams, () => ({ ts: parts.clock.now(), nodes: nodesOf(parts) })),
    method('node.describe', nodeParams, ({ nodeId }) => {
      const node = nodesOf(parts).find((row) => row.nodeId === nodeId)
      if (node === undefined) throw invalidRequest('unknown nodeId')
      return { ts: parts.clock.now(), ...node }
    }),
    method('skills.bins', noParams, () => ({ bins: [] })),
  ]
}

/** Connected ones first, then by name. */
function nodesOf({ devices, clients }: NodeMethodParts): readonly NodeRow[] {
  const connected = new Map<string, ClientIdentity>()
  for (const { identity } of clients) {
    if (identity.role === 'node') connected.set(identity.deviceId ?? identity.client.id, identity)
  }
  const paired = new Map(
    devices.list().paired.flatMap((device) => (device.roles.includes('node') ? [[device.deviceId, device]] : [])),
  )
  return [...new Set([...connected.keys(), ...paired.keys()])]
    .map((nodeId) => rowOf(nodeId, paired.get(nodeId), connected.get(nodeId)))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || compare(nameOf(a), nameOf(b)))
}

function rowOf(nodeId: string, paired: PairedView | undefined, identity: ClientIdentity | undefined): NodeRow {
  const { displayName, platform, version, deviceFamily, modelIdentifier } = {
    ...{ displayName: paired?.displayName, platform: paired?.platform },
    ...identity?.client,
  }
  const remoteIp = identity === undefined ? paired?.remoteIp : identity.remoteIp
  return {
    nodeId,
    ...withoutAbsent({ displayName, platform, version, deviceFamily, modelIdentifier, remoteIp }),
    caps: [...(identity?.caps ?? [])],
    commands: [],
    ...identity?.abilities,
    ...(identity === undefined ? {} : { connectedAtMs: identity.connectedAt }),
    paired: paired !== undefined,
    connected: identity !== undefined,
  } as NodeRow
}

function withoutAbsent(facts: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined))
}

function nameOf(row: NodeRow): string {
  return (row.displayName ?? row.nodeId).toLowerCase()
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

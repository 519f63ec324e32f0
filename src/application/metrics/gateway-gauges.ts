import type { Clients } from '../connection/clients.js'
import type { Channel } from '../ports/channel.js'
import type { GaugeReadings } from '../ports/metrics.js'
import type { RunDesk } from '../runs/run-desk.js'

export interface GaugeParts {
  readonly version: string
  readonly clients: Clients
  readonly desk: Pick<RunDesk, 'load'>
  readonly channels: readonly Channel[]
  /** How many messages of an account were not answered, by reason. */
  readonly dropsOf: (channel: string, accountId: string) => Readonly<Record<string, number>>
}

const ROLES = ['operator', 'node'] as const

/** How the gateway stands at this moment. */
export function gatewayGauges({ version, clients, desk, channels, dropsOf }: GaugeParts): GaugeReadings {
  const byRole: Record<string, number> = Object.fromEntries(ROLES.map((role) => [role, 0]))
  let queuedBytes = 0
  for (const { identity, connection } of clients) {
    byRole[identity.role] = (byRole[identity.role] ?? 0) + 1
    queuedBytes += connection.queuedBytes
  }
  return {
    version,
    clients: byRole,
    queuedBytes,
    runs: desk.load,
    channels: channels.map((channel) => ({
      channel: channel.id,
      account: channel.accountId,
      isConnected: channel.status().connected,
      drops: dropsOf(channel.id, channel.accountId),
    })),
  }
}

import type { Clients } from '../connection/clients.js'
import type { Channel } from '../ports/channel.js'
import type { GaugeReadings } from '../ports/metrics.js'
import type { RunDesk } from '../runs/run-desk.js'
import { clientsByRole } from './clients-by-role.js'

export interface GaugeParts {
  readonly version: string
  readonly clients: Clients
  readonly desk: Pick<RunDesk, 'load'>
  readonly delivery: { readonly waiting: number }
  readonly channels: readonly Channel[]
  /** How many messages of an account were not answered, by reason. */
  readonly dropsOf: (channel: string, accountId: string) => Readonly<Record<string, number>>
}

/** How the gateway stands at this moment. */
export function gatewayGauges({ version, clients, desk, delivery, channels, dropsOf }: GaugeParts): GaugeReadings {
  const { byRole, queuedBytes } = clientsByRole(clients)
  return {
    version,
    clients: byRole,
    queuedBytes,
    runs: desk.load,
    deliveriesWaiting: delivery.waiting,
    channels: channels.map((channel) => ({
      channel: channel.id,
      account: channel.accountId,
      isConnected: channel.status().connected,
      drops: dropsOf(channel.id, channel.accountId),
    })),
  }
}

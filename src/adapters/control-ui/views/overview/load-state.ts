import type { GatewayConnection } from '../../connection/gateway-connection.js'
import type { ChannelStates, GatewayState, Health, Models } from './gateway-state.js'

/**
 * Asks for everything that the overview judges. Rejects with RequestRefused.
 * @param told the health as the gateway has told it just now; null = ask, which makes the gateway tell it anew
 */
export async function loadState(connection: GatewayConnection, told: Health | null): Promise<GatewayState> {
  const asked = <T>(method: string) => (connection.can(method) ? connection.request<T>(method) : null)
  const [health, channels, models, devices, senders, approvals] = await Promise.all([
    told ?? connection.request<Health>('health'),
    connection.request<ChannelStates>('channels.status'),
    asked<Models>('models.status'),
    asked<NonNullable<GatewayState['devices']>>('device.pair.list'),
    asked<NonNullable<GatewayState['senders']>>('pairing.list'),
    asked<{ readonly pending: readonly unknown[] }>('exec.approval.list'),
  ])
  const authMode = connection.hello?.snapshot.authMode ?? null
  return { health, channels, models, devices, senders, approvals: approvals?.pending ?? null, authMode }
}

import { loginTicketParams } from '../../domain/protocol/methods/login.js'
import type { LoginTickets } from '../access/login-tickets.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import type { LiveConfig } from '../reload/live-config.js'

/** A way into the Control UI for somebody who is in already. Existing clients do not know it. */
export function loginMethods(parts: {
  readonly tickets: LoginTickets
  readonly live: Pick<LiveConfig, 'config'>
}): readonly MethodRow[] {
  const { tickets, live } = parts
  return [
    unadvertised(
      method('login.ticket', loginTicketParams, () => {
        const { enabled, basePath } = live.config.gateway.controlUi
        return { ...tickets.issue(), path: `${basePath}/`, enabled }
      }),
    ),
  ]
}

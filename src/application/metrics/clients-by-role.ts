import type { Clients } from '../connection/clients.js'

const ROLES = ['operator', 'node'] as const

/** How many clients are here in each role, and how many bytes wait for them to read, of all together. */
export function clientsByRole(clients: Clients): {
  readonly byRole: Readonly<Record<string, number>>
  readonly queuedBytes: number
} {
  const byRole: Record<string, number> = Object.fromEntries(ROLES.map((role) => [role, 0]))
  let queuedBytes = 0
  for (const { identity, connection } of clients) {
    byRole[identity.role] = (byRole[identity.role] ?? 0) + 1
    queuedBytes += connection.queuedBytes
  }
  return { byRole, queuedBytes }
}

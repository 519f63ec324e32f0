import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import type { Clients } from '../connection/clients.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import { clientsByRole } from '../metrics/clients-by-role.js'
import type { Clock } from '../ports/clock.js'
import type { Metrics } from '../ports/metrics.js'
import type { RunDesk } from '../runs/run-desk.js'

export interface MetricsMethodParts {
  readonly metrics: Pick<Metrics, 'snapshot'>
  readonly clients: Clients
  readonly desk: Pick<RunDesk, 'load'>
  readonly clock: Clock
}

/** Figures for people who look at a gateway now. Existing clients do not know it. */
export function metricsMethods(parts: MetricsMethodParts): readonly MethodRow[] {
  const startedAt = parts.clock.monotonic()
  return [unadvertised(method('metrics.snapshot', noParams, () => snapshot(parts, startedAt)))]
}

async function snapshot({ metrics, clients, desk, clock }: MetricsMethodParts, startedAt: number): Promise<object> {
  const { requests, loopDelay, residentBytes, heapUsedBytes } = await metrics.snapshot()
  const { byRole, queuedBytes } = clientsByRole(clients)
  return {
    ts: clock.now(),
    uptimeMs: Math.round(clock.monotonic() - startedAt),
    eventLoop: loopDelay,
    requests,
    clients: byRole,
    queuedBytes,
    runs: desk.load,
    memory: { residentBytes, heapUsedBytes },
  }
}

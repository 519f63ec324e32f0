import { messageOf } from '../../../domain/failure.js'
import type { CommandContext } from '../command-context.js'
import type { HealthSnapshot } from '../render/health.js'
import type { GatewayAccess } from './gateway-access.js'

/** Whether a gateway answers a whole round: connect, `hello-ok`, `health`. */
export type ProbeOutcome =
  | {
      readonly ok: true
      readonly latencyMs: number
      readonly version: string
      readonly protocol: number
      readonly uptimeMs: number
      readonly health: HealthSnapshot
    }
  | { readonly ok: false; readonly failure: unknown; readonly reason: string }

export async function probeGateway(context: CommandContext, access: GatewayAccess): Promise<ProbeOutcome> {
  const startedAt = context.deps.now()
  try {
    const client = await access.open()
    try {
      const health = await client.call<HealthSnapshot>('health', {}, { timeoutMs: access.timeoutMs })
      const latencyMs = context.deps.now() - startedAt
      const { hello } = client
      return {
        ok: true,
        latencyMs,
        version: hello.server.version,
        protocol: hello.protocol,
        uptimeMs: hello.snapshot.uptimeMs,
        health,
      }
    } finally {
      await client.close()
    }
  } catch (thrown) {
    return { ok: false, failure: access.explain(thrown), reason: reasonOf(thrown, access) }
  }
}

/** `connection refused at ws://127.0.0.1:18789`, or the whole sentence where there is more to say. */
function reasonOf(thrown: unknown, access: GatewayAccess): string {
  const { code, reason } = thrown as { code?: unknown; reason?: unknown }
  if (code === 'unreachable' && typeof reason === 'string') return `${reason} at ${access.target.url}`
  return messageOf(access.explain(thrown))
}

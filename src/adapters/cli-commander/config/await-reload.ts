import type { ConfigReading } from '../../../application/ports/config-source.js'
import type { GatewayClient } from '../../../application/ports/gateway-client.js'

/** Longest time a write waits to hear what the gateway made of it, and how often it asks. */
const LONGEST_WAIT_MS = 3_000
const POLL_MS = 100

/** What a running gateway made of a new configuration. `unknown`: nothing was heard in time. */
export type ReloadNews =
  | { readonly kind: 'applied' }
  | { readonly kind: 'pending'; readonly paths: readonly string[] }
  | { readonly kind: 'kept'; readonly reason: string }
  | { readonly kind: 'unknown' }

/** The part of the health snapshot that tells about the configuration. */
interface HealthOfConfig {
  readonly config?: {
    readonly hash?: string
    readonly snapshotHash?: string
    readonly pendingRestart?: readonly string[]
    readonly lastError?: string | null
  }
}

type Written = Pick<ConfigReading, 'hash' | 'snapshotHash'>

interface Waiting {
  now(): number
  pause(milliseconds: number): Promise<void>
}

/**
 * Asks a gateway until it runs on the file with this hash, or says why it does not.
 * @param written hashes of what was written; that over all files decides where the gateway tells it
 * @throws ClientFailure when the connection ends, which a restart does
 */
export async function awaitReload(
  client: Pick<GatewayClient, 'call'>,
  written: Written,
  waiting: Waiting,
): Promise<ReloadNews> {
  const deadline = waiting.now() + LONGEST_WAIT_MS
  for (;;) {
    const { config } = await client.call<HealthOfConfig>('health', {}, { timeoutMs: LONGEST_WAIT_MS })
    if (config === undefined) return { kind: 'unknown' }
    if (isInForce(config, written)) return { kind: 'applied' }
    if (config.pendingRestart !== undefined && config.pendingRestart.length > 0) {
      return { kind: 'pending', paths: config.pendingRestart }
    }
    if (waiting.now() >= deadline) {
      return typeof config.lastError === 'string' ? { kind: 'kept', reason: config.lastError } : { kind: 'unknown' }
    }
    await waiting.pause(POLL_MS)
  }
}

function isInForce(config: NonNullable<HealthOfConfig['config']>, written: Written): boolean {
  return config.snapshotHash === undefined ? config.hash === written.hash : config.snapshotHash === written.snapshotHash
}

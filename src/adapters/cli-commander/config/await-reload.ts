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
    readonly pendingRestart?: readonly string[]
    readonly lastError?: string | null
  }
}

interface Waiting {
  now(): number
  pause(milliseconds: number): Promise<void>
}

/**
 * Asks a gateway until it runs on the file with this hash, or says why it does not.
 * @param hash of the root file as it was written
 * @throws ClientFailure when the connection ends, which a restart does
 */
export async function awaitReload(
  client: Pick<GatewayClient, 'call'>,
  hash: string,
  waiting: Waiting,
): Promise<ReloadNews> {
  const deadline = waiting.now() + LONGEST_WAIT_MS
  for (;;) {
    const { config } = await client.call<HealthOfConfig>('health', {}, { timeoutMs: LONGEST_WAIT_MS })
    if (config === undefined) return { kind: 'unknown' }
    if (config.pendingRestart !== undefined && config.pendingRestart.length > 0) {
      return { kind: 'pending', paths: config.pendingRestart }
    }
    if (config.hash === hash) return { kind: 'applied' }
    if (waiting.now() >= deadline) {
      return typeof config.lastError === 'string' ? { kind: 'kept', reason: config.lastError } : { kind: 'unknown' }
    }
    await waiting.pause(POLL_MS)
  }
}

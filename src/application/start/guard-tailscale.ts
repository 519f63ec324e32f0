import type { StartRefusal } from './start-refusal.js'

/** What counts in the end, flags included. */
export interface TailscaleFacts {
  readonly mode: 'off' | 'serve' | 'funnel'
  readonly bind: string
  readonly authMode: 'token' | 'password' | 'none' | 'trusted-proxy'
  /** Whether the port itself speaks TLS. */
  readonly isTls: boolean
}

/**
 * Tailscale proxies to a loopback port in plain HTTP, so there has to be one; and whoever opens the gateway to the whole
 * internet needs a secret that nobody finds in a URL or a log. The schema says the same about the file; flags can
 * contradict it.
 */
export function guardTailscale({ mode, bind, authMode, isTls }: TailscaleFacts): StartRefusal | null {
  if (mode === 'off') return null
  if (bind !== 'loopback') {
    return refused(`tailscale ${mode} needs bind loopback, not ${bind}`, 'use --bind loopback, or --tailscale off')
  }
  if (isTls) {
    return refused(
      `tailscale ${mode} brings its own certificate and needs gateway.tls.enabled false`,
      'set gateway.tls.enabled to false, or use --tailscale off',
    )
  }
  if (mode === 'funnel' && authMode !== 'password') {
    return refused(
      `tailscale funnel needs auth mode password, not ${authMode}`,
      'use --auth password with a password, or --tailscale serve',
    )
  }
  return null
}

function refused(message: string, fix: string): StartRefusal {
  return { kind: 'configuration', message, facts: [], fix }
}

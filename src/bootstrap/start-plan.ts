import type { InetEndpoint } from '../application/ports/transport.js'
import type { StartRefusal } from '../application/start/start-refusal.js'
import type { AuthMode, SharedSecret } from '../domain/access/shared-secret.js'
import type { GatewayConfig } from '../domain/config/config.js'

export type BindMode = 'loopback' | 'lan' | 'tailnet' | 'auto' | 'custom'

/** What flags and environment say; absent = they say nothing. */
export interface StartOverrides {
  readonly port?: number
  readonly bind?: string
  readonly auth?: string
  readonly token?: string
  readonly password?: string
  readonly tailscale?: string
  readonly tailscaleResetOnExit?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What this host looks like, as far as addresses go. */
export interface HostAddresses {
  readonly hasIpv6Loopback: boolean
  readonly hasIpv6: boolean
  /** Addresses of the Tailscale interface, IPv4 before IPv6. */
  readonly tailscale: readonly string[]
  readonly isContainer: boolean
}

/** Everything a start has decided before it touches anything. */
export interface StartPlan {
  readonly port: number
  readonly portSource: string
  readonly bind: BindMode
  readonly endpoints: readonly InetEndpoint[]
  readonly secret: SharedSecret
  readonly tailscale: GatewayConfig['gateway']['tailscale']
  /** Said once at start. */
  readonly warnings: readonly string[]
}

/** A setting that was given and cannot be used. `usage` when it came from a flag. */
export interface BadSetting {
  readonly kind: 'usage' | 'configuration'
  readonly message: string
}

export type Planned =
  | { readonly ok: true; readonly plan: StartPlan }
  | { readonly ok: false; readonly refusal: StartRefusal | BadSetting }

const BIND_MODES: readonly string[] = ['loopback', 'lan', 'tailnet', 'auto', 'custom']
const AUTH_MODES: readonly string[] = ['token', 'password', 'trusted-proxy', 'none']

class Unusable extends Error {
  readonly refusal: StartRefusal | BadSetting

  constructor(refusal: StartRefusal | BadSetting) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** Decides port, addresses and secret: flags beat environment, environment beats the file, the file beats defaults. */
export function planStart(
  overrides: StartOverrides,
  config: GatewayConfig,
  host: HostAddresses,
  defaultPort: number,
): Planned {
  try {
    const { port, source } = portOf(overrides, config, defaultPort)
    const bind = bindOf(overrides, config)
    const { secret, warnings } = secretOf(overrides, config)
    const endpoints = hostsOf(bind, config, host).map((address) => ({ host: address, port }))
    return {
      ok: true,
      plan: { port, portSource: source, bind, endpoints, secret, tailscale: tailscaleOf(overrides, config), warnings },
    }
  } catch (thrown) {
    if (thrown instanceof Unusable) return { ok: false, refusal: thrown.refusal }
    throw thrown
  }
}

function portOf(
  overrides: StartOverrides,
  config: GatewayConfig,
  defaultPort: number,
): { port: number; source: string } {
  if (overrides.port !== undefined) return { port: overrides.port, source: '--port' }
  const variable = overrides.env.MAYROS_GATEWAY_PORT?.trim()
  if (variable !== undefined && variable !== '') {
    const port = /^\d{1,5}$/.test(variable) ? Number(variable) : 0
    if (port < 1 || port > 65535) {
      throw new Unusable({
        kind: 'configuration',
        message: `MAYROS_GATEWAY_PORT: expected 1 to 65535, got ${JSON.stringify(variable)}`,
      })
    }
    return { port, source: 'MAYROS_GATEWAY_PORT' }
  }
  if (config.gateway.port !== undefined) return { port: config.gateway.port, source: 'gateway.port' }
  return { port: defaultPort, source: 'default' }
}

function bindOf(overrides: StartOverrides, config: GatewayConfig): BindMode {
  const given = overrides.bind ?? config.gateway.bind
  if (BIND_MODES.includes(given)) return given as BindMode
  throw new Unusable({
    kind: 'usage',
    message: `--bind: expected ${BIND_MODES.join(', ')}, got ${JSON.stringify(given)}`,
  })
}

function secretOf(overrides: StartOverrides, config: GatewayConfig): { secret: SharedSecret; warnings: string[] } {
  const { auth } = config.gateway
  const token = chosen('token', overrides.token, overrides.env.MAYROS_GATEWAY_TOKEN, auth.token)
  const password = chosen('password', overrides.password, overrides.env.MAYROS_GATEWAY_PASSWORD, auth.password)
  const given = overrides.auth ?? auth.mode
  if (given !== undefined && !AUTH_MODES.includes(given)) {
    throw new Unusable({
      kind: 'usage',
      message: `--auth: expected ${AUTH_MODES.join(', ')}, got ${JSON.stringify(given)}`,
    })
  }
  if (given === 'trusted-proxy') requireProxyRules(config)
  const impliedByFlag = overrides.password !== undefined && overrides.token === undefined ? 'password' : undefined
  const implied = password.value !== undefined && token.value === undefined ? 'password' : 'token'
  const mode = (given ?? impliedByFlag ?? implied) as AuthMode
  return {
    secret: {
      mode,
      ...(token.value === undefined ? {} : { token: token.value }),
      ...(password.value === undefined ? {} : { password: password.value }),
    },
    warnings: [
      ...token.warnings,
      ...password.warnings,
      ...(mode === 'none' ? ['no authentication: every local process has full control'] : []),
    ],
  }
}

function tailscaleOf({ tailscale, tailscaleResetOnExit }: StartOverrides, { gateway }: GatewayConfig) {
  const mode = tailscale ?? gateway.tailscale.mode
  if (mode !== 'off' && mode !== 'serve' && mode !== 'funnel') {
    throw new Unusable({
      kind: 'usage',
      message: `--tailscale: expected off, serve or funnel, got ${JSON.stringify(mode)}`,
    })
  }
  return { mode, resetOnExit: tailscaleResetOnExit === true || gateway.tailscale.resetOnExit } as const
}

/** What the schema's own rules ask for when the file says so, asked again for the flag. */
function requireProxyRules({ gateway }: GatewayConfig): void {
  const missing = [
    ...(gateway.auth.trustedProxy.userHeader === undefined ? ['gateway.auth.trustedProxy.userHeader'] : []),
    ...(gateway.trustedProxies.length === 0 ? ['gateway.trustedProxies'] : []),
  ]
  if (missing.length === 0) return
  throw new Unusable({
    kind: 'configuration',
    message: `auth mode trusted-proxy needs ${missing.join(' and ')}`,
    facts: [],
    fix: `set ${missing.join(' and ')}, or use --auth token`,
  })
}

function chosen(name: string, flag: string | undefined, variable: string | undefined, file: string | undefined) {
  const env = variable === undefined || variable.trim() === '' ? undefined : variable
  const isContested = flag === undefined && env !== undefined && file !== undefined && env !== file
  const upper = name.toUpperCase()
  return {
    value: flag ?? env ?? file,
    warnings: isContested ? [`MAYROS_GATEWAY_${upper} and gateway.auth.${name} differ; the environment wins`] : [],
  }
}

function hostsOf(bind: BindMode, config: GatewayConfig, host: HostAddresses): readonly string[] {
  const loopback = host.hasIpv6Loopback ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  switch (bind) {
    case 'loopback':
      return loopback
    case 'lan':
      return everywhere(host)
    case 'auto':
      return host.isContainer ? everywhere(host) : loopback
    case 'tailnet':
      if (host.tailscale.length > 0) return [...host.tailscale, ...loopback]
      throw new Unusable({
        kind: 'configuration',
        message: 'gateway.bind=tailnet, but this host has no Tailscale address',
        facts: [],
        fix: 'start Tailscale, or use --bind loopback',
      })
    case 'custom':
      if (config.gateway.customBindHost !== undefined) return [config.gateway.customBindHost]
      throw new Unusable({
        kind: 'configuration',
        message: 'gateway.bind=custom needs gateway.customBindHost, an IP address of this host',
        facts: [],
        fix: 'set gateway.customBindHost, or use --bind loopback',
      })
  }
}

function everywhere(host: HostAddresses): readonly string[] {
  return host.hasIpv6 ? ['0.0.0.0', '::'] : ['0.0.0.0']
}

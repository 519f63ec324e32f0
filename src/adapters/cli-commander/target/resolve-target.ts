import type { RuntimeRecord } from '../../../application/ports/runtime-record.js'
import type { CliEnvironment, ConnectionHints } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'
import { choosePin } from './choose-pin.js'
import { hostKind } from './host-kind.js'

/** What proves an end to the other, and where it was found. */
export interface Credential {
  readonly value: string
  /** For people: `--token`, `MAYROS_GATEWAY_TOKEN`, `gateway.auth.token`. */
  readonly source: string
}

/** Which gateway a command talks to, with what, and how we know. */
export interface Target {
  readonly url: string
  /** For people: `gateway.port in ~/.mayros/mayros.json`. */
  readonly source: string
  /** `local`: a gateway of this host and state directory. */
  readonly kind: 'explicit' | 'remote' | 'local'
  readonly port: number
  readonly token: Credential | null
  readonly password: Credential | null
  /** SHA-256 of the only certificate that is accepted, 64 lower-case hex digits; null = the authorities decide. */
  readonly pin: Credential | null
  readonly warnings: readonly string[]
}

/** The facts a target is chosen from. */
export interface TargetFacts {
  readonly flags: SharedFlags
  readonly environment: CliEnvironment
  readonly hints: ConnectionHints
  readonly record: RuntimeRecord | null
}

export type Place = Pick<Target, 'url' | 'source' | 'kind'>

/**
 * Chooses address and credential, each from the first source that has one.
 * @throws UsageFailure for flags that do not go together or an address that is not safe
 * @throws CliFailure `config_invalid` for a source that is present but bad
 */
export function resolveTarget(facts: TargetFacts): Target {
  const { flags } = facts
  if (flags.url !== undefined && flags.token === undefined && flags.password === undefined) {
    throw new UsageFailure('--url needs --token or --password')
  }
  const place = choosePlace(facts)
  const url = parseUrl(place)
  return {
    ...place,
    port: Number(url.port || (url.protocol === 'wss:' ? 443 : 80)),
    token: chooseCredential(facts, place.kind, 'token'),
    password: chooseCredential(facts, place.kind, 'password'),
    pin: choosePin(facts, place, url),
    warnings: judgeSafety(url, place, facts.environment),
  }
}

function choosePlace({ flags, environment, hints, record }: TargetFacts): Place {
  const config = shortPath(environment.configPath, environment.home)
  if (flags.url !== undefined) return { url: flags.url, source: '--url', kind: 'explicit' }
  if (hints.mode === 'remote') {
    const url = hints.remote?.url
    if (url === undefined) {
      throw new CliFailure('config_invalid', 'gateway.mode is remote, but gateway.remote.url is not set', {
        exitCode: exitCodes.configuration,
        notes: [{ label: 'fix', text: 'mayros config set gateway.remote.url ws://...' }],
      })
    }
    return { url, source: `gateway.remote.url in ${config}`, kind: 'remote' }
  }
  const fromEnv = nonBlank(environment.variables.MAYROS_GATEWAY_PORT)
  if (fromEnv !== undefined) {
    const port = portFromEnv(fromEnv)
    const isEncrypted = record?.port === port ? record.tlsFingerprint !== null : hints.tls === true
    return local(port, 'MAYROS_GATEWAY_PORT', isEncrypted)
  }
  const recorded = record === null ? undefined : loopbackUrl(record)
  if (recorded !== undefined) return { url: recorded, source: 'the running gateway', kind: 'local' }
  if (hints.port !== undefined) return local(hints.port, `gateway.port in ${config}`, hints.tls === true)
  return local(environment.defaultPort, 'the default port', hints.tls === true)
}

function local(port: number, source: string, isEncrypted: boolean): Place {
  return { url: `${isEncrypted ? 'wss' : 'ws'}://127.0.0.1:${port}`, source, kind: 'local' }
}

function loopbackUrl(record: RuntimeRecord): string | undefined {
  const isLoopback = (url: string) => URL.canParse(url) && hostKind(new URL(url).hostname) === 'loopback'
  return record.urls.find(isLoopback) ?? record.urls[0]
}

function portFromEnv(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new CliFailure('config_invalid', `MAYROS_GATEWAY_PORT: expected 1 to 65535, got "${text}"`, {
    exitCode: exitCodes.configuration,
  })
}

/** With `--url` nothing is taken from elsewhere: a secret must not go to a gateway it was not meant for. */
function chooseCredential(facts: TargetFacts, kind: Target['kind'], which: 'token' | 'password'): Credential | null {
  const { flags, environment, hints, record } = facts
  const flag = flags[which]
  if (flag !== undefined) return { value: flag, source: `--${which}` }
  if (kind === 'explicit' || flags.token !== undefined || flags.password !== undefined) return null
  const pass = which === 'token' && kind === 'local' ? localPass(hints) : null
  if (pass !== null && TAKES_NO_TOKEN.has(record?.authMode ?? hints.authMode ?? '')) return pass
  const variable = which === 'token' ? 'MAYROS_GATEWAY_TOKEN' : 'MAYROS_GATEWAY_PASSWORD'
  const fromEnv = nonBlank(environment.variables[variable])
  if (fromEnv !== undefined) return { value: fromEnv, source: variable }
  if (kind === 'remote') {
    const value = hints.remote?.[which]
    return value === undefined ? null : { value, source: `gateway.remote.${which}` }
  }
  const configured = hints[which]
  if (configured !== undefined) return { value: configured, source: `gateway.auth.${which}` }
  return pass
}

/** Modes in which a token that is configured opens nothing, but the pass of a local client does. */
const TAKES_NO_TOKEN: ReadonlySet<string> = new Set(['password', 'trusted-proxy'])

function localPass({ runToken }: ConnectionHints): Credential | null {
  const value = runToken?.trim() ?? ''
  return value === '' ? null : { value, source: 'run/token of the state directory' }
}

function parseUrl(place: Place): URL {
  const url = URL.canParse(place.url) ? new URL(place.url) : null
  if (url !== null && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hostname !== '') return url
  const what = place.source === '--url' ? '--url' : place.source
  throw new UsageFailure(`${what}: expected a ws:// or wss:// address, got "${place.url}"`)
}

function judgeSafety(url: URL, place: Place, environment: CliEnvironment): string[] {
  if (url.protocol === 'wss:') return []
  const kind = hostKind(url.hostname)
  if (kind === 'loopback') return []
  const isAllowed = /^(1|true|yes|on)$/i.test(environment.variables.MAYROS_ALLOW_INSECURE_WS ?? '')
  if (kind === 'public' && !isAllowed) {
    const port = url.port || '80'
    throw new UsageFailure(
      `${place.url} is a public address without encryption; the credential could be read on its way`,
      [
        {
          label: 'fix',
          text: `ssh -N -L 18789:127.0.0.1:${port} user@${url.hostname}   then use ws://127.0.0.1:18789`,
        },
      ],
    )
  }
  return [`warning: ${place.url} is not encrypted; whoever shares the network can read the credential`]
}

function nonBlank(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

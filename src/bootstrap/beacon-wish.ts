import { hostname } from 'node:os'
import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { environmentSwitches } from '../domain/config/environment-switches.js'
import type { BeaconWish } from './beacon-publisher.js'
import type { JudgedConfig } from './judge-config.js'
import type { Listening } from './listen-for.js'

/** What the local network is to be told of this gateway; null = nothing, by configuration or by environment. */
export function beaconWish(environment: CliEnvironment, judged: JudgedConfig, listening: Listening): BeaconWish {
  const { mode } = judged.config.discovery.mdns
  if (mode === 'off' || isDisabled(environment)) return null
  const inet = listening.listener.endpoints.filter((endpoint) => endpoint.path === undefined)
  return {
    mode,
    hostName: hostname(),
    profile: environment.profile,
    port: inet[0]?.port ?? judged.plan.port,
    hosts: inet.map(({ host }) => host),
    tlsFingerprint: listening.tls?.fingerprint ?? null,
    cliPath: process.argv[1] ?? '',
  }
}

/** `MAYROS_DISABLE_MDNS=1`: this process neither announces itself nor looks around. */
export function isDisabled({ variables }: Pick<CliEnvironment, 'variables'>): boolean {
  return environmentSwitches(variables).disableMdns
}

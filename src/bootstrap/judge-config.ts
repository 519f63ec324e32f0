import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import type { ConfigReading } from '../application/ports/config-source.js'
import { guardAuth } from '../application/start/guard-auth.js'
import { guardMode } from '../application/start/guard-mode.js'
import { guardTailscale } from '../application/start/guard-tailscale.js'
import { refusalLines, type StartRefusal } from '../application/start/start-refusal.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { formatProblem } from '../domain/config/problem.js'
import { forPeople } from './for-people.js'
import { readHostAddresses } from './host-addresses.js'
import { type BadSetting, planStart, type StartPlan } from './start-plan.js'
import { EXIT, StartStopped } from './start-stopped.js'

/** A configuration a gateway may start with here, and what follows from it. */
export interface JudgedConfig {
  readonly reading: ConfigReading
  readonly config: GatewayConfig
  readonly plan: StartPlan
}

const SHOWN_PROBLEMS = 50

/**
 * Whether a gateway may start with a configuration on this machine: validity, mode, addresses, secret. Changes nothing.
 * @throws StartStopped
 */
export function judgeConfig(options: GatewayRunOptions, reading: ConfigReading): JudgedConfig {
  const { environment } = options
  const config = validConfig(reading, environment.home)
  refuse(
    guardMode({
      configPath: forPeople(environment.configPath, environment.home),
      configExists: reading.exists,
      mode: config.gateway.mode,
      allowUnconfigured: options.allowUnconfigured || environment.profile === 'dev',
    }),
  )
  const overrides = { ...options, env: environment.variables }
  const planned = planStart(overrides, config, readHostAddresses(), environment.defaultPort)
  if (!planned.ok) throw stoppedBy(planned.refusal)
  const { secret, endpoints, bind, tailscale } = planned.plan
  refuse(
    guardAuth({
      endpoints,
      mode: secret.mode,
      hasToken: secret.token !== undefined,
      hasPassword: secret.password !== undefined,
    }),
  )
  const isTls = config.gateway.tls.enabled
  refuse(guardTailscale({ mode: tailscale.mode, bind, authMode: secret.mode, isTls }))
  return { reading, config, plan: planned.plan }
}

/** Ends the start when there is a refusal. */
export function refuse(refusal: StartRefusal | null): void {
  if (refusal !== null) throw stoppedBy(refusal)
}

function stoppedBy(refusal: StartRefusal | BadSetting): StartStopped {
  const lines = 'facts' in refusal ? refusalLines(refusal) : [refusal.message]
  if (refusal.kind === 'usage') return new StartStopped(EXIT.usage, lines)
  return new StartStopped(refusal.kind === 'configuration' ? EXIT.configuration : EXIT.failed, lines)
}

function validConfig(reading: ConfigReading, home: string): GatewayConfig {
  if (reading.config !== null) return reading.config
  const { problems } = reading
  const more = problems.length - SHOWN_PROBLEMS
  throw new StartStopped(EXIT.configuration, [
    `Config invalid: ${forPeople(reading.path, home)}`,
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${formatProblem(problem)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ])
}

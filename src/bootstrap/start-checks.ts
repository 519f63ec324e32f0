import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import { Json5ConfigSource } from '../adapters/config-json5/json5-config-source.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import type { PortHolder } from '../application/ports/port-holder.js'
import type { RuntimeRecords } from '../application/ports/runtime-record.js'
import { findConflict } from '../application/start/find-conflict.js'
import { freePort } from '../application/start/free-port.js'
import { guardAuth } from '../application/start/guard-auth.js'
import { guardMode } from '../application/start/guard-mode.js'
import { recogniseGateway } from '../application/start/recognise-gateway.js'
import { refusalLines } from '../application/start/start-refusal.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { formatProblem } from '../domain/config/problem.js'
import { forPeople } from './for-people.js'
import { readHostAddresses } from './host-addresses.js'
import { portHolders } from './port-holders.js'
import { type Planned, planStart, type StartPlan } from './start-plan.js'
import { EXIT, StartStopped } from './start-stopped.js'

/** What the checks found out. */
export interface CheckedStart {
  readonly source: ConfigSource
  readonly reading: ConfigReading
  readonly config: GatewayConfig
  readonly plan: StartPlan
  readonly records: RuntimeRecords
}

/**
 * Everything that is decided before the first change: configuration, mode, addresses, secret, and who is in the way.
 * Nothing on disk changes, and no other process notices, unless `--force` asks for it at the very end.
 * @throws StartStopped
 */
export async function checkStart(
  options: GatewayRunOptions,
  clock: Clock,
  say: (line: string) => void,
): Promise<CheckedStart> {
  const { environment } = options
  const { variables } = environment
  const source = new Json5ConfigSource({
    path: environment.configPath,
    home: environment.home,
    readonly: variables.MAYROS_CONFIG_READONLY === '1',
  })
  const reading = await source.read()
  const config = validConfig(reading, environment.home)
  refuse(
    guardMode({
      configPath: forPeople(environment.configPath, environment.home),
      configExists: reading.exists,
      mode: config.gateway.mode,
      allowUnconfigured: options.allowUnconfigured || environment.profile === 'dev',
    }),
  )
  const plan = accepted(planStart({ ...options, env: variables }, config, readHostAddresses(), environment.defaultPort))
  const { secret, endpoints } = plan
  refuse(
    guardAuth({
      endpoints,
      mode: secret.mode,
      hasToken: secret.token !== undefined,
      hasPassword: secret.password !== undefined,
    }),
  )
  const records = new FileRuntimeRecords(environment.stateDir)
  await clearTheWay(options, plan, records, clock, say)
  return { source, reading, config, plan, records }
}

function validConfig(reading: ConfigReading, home: string): GatewayConfig {
  if (reading.config !== null) return reading.config
  throw new StartStopped(EXIT.configuration, [
    `Config invalid: ${forPeople(reading.path, home)}`,
    ...reading.problems.slice(0, 50).map((problem) => `  ${formatProblem(problem)}`),
    ...(reading.problems.length > 50 ? [`  and ${reading.problems.length - 50} more`] : []),
  ])
}

async function clearTheWay(
  options: GatewayRunOptions,
  plan: StartPlan,
  records: RuntimeRecords,
  clock: Clock,
  say: (line: string) => void,
): Promise<void> {
  const { environment } = options
  const holders = portHolders()
  const hosts = plan.endpoints.map((endpoint) => endpoint.host)
  const isGateway = async (holder: PortHolder) =>
    recogniseGateway(holder, { record: await records.readLive(), probe: probeGateway })
  refuse(
    await findConflict(
      {
        port: plan.port,
        hosts,
        stateDir: forPeople(environment.stateDir, environment.home),
        willFreePort: options.force,
      },
      { holders, records, clock, isGateway },
    ),
  )
  if (!options.force) return
  const outcome = await freePort({ port: plan.port, hosts }, { holders, clock, isGateway })
  for (const line of outcome.lines) say(line)
  if (!outcome.ok) throw new StartStopped(EXIT.failed, [outcome.reason])
}

/** Whether a listener answers like a gateway; whatever it answers but silence or nonsense will do. */
async function probeGateway(address: string): Promise<boolean> {
  const { probeForChallenge } = await import('../adapters/client-ws/probe-for-challenge.js')
  const loopback = address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')
  return probeForChallenge(`ws://${loopback}`)
}

function refuse(refusal: Parameters<typeof refusalLines>[0] | null): void {
  if (refusal === null) return
  throw new StartStopped(refusal.kind === 'configuration' ? EXIT.configuration : EXIT.failed, refusalLines(refusal))
}

function accepted(planned: Planned): StartPlan {
  if (planned.ok) return planned.plan
  const { refusal } = planned
  if (refusal.kind === 'usage') throw new StartStopped(EXIT.usage, [refusal.message])
  const lines = 'facts' in refusal ? refusalLines(refusal) : [refusal.message]
  throw new StartStopped(refusal.kind === 'configuration' ? EXIT.configuration : EXIT.failed, lines)
}

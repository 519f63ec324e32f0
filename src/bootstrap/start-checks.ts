import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConfigHistory } from '../application/ports/config-history.js'
import type { ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import type { PortHolder } from '../application/ports/port-holder.js'
import type { RuntimeRecords } from '../application/ports/runtime-record.js'
import { findConflict } from '../application/start/find-conflict.js'
import { freePort } from '../application/start/free-port.js'
import { recogniseGateway } from '../application/start/recognise-gateway.js'
import { serviceOfHolder } from '../application/start/service-of-holder.js'
import { supervisionOf } from '../domain/service/supervision.js'
import { forPeople } from './for-people.js'
import { type JudgedConfig, judgeConfig, refuse } from './judge-config.js'
import { readLastGood } from './last-good.js'
import { openConfig } from './open-config.js'
import { portHolders } from './port-holders.js'
import { importFromShell } from './shell-import.js'
import type { StartPlan } from './start-plan.js'
import { EXIT, StartStopped } from './start-stopped.js'
import { tlsChoiceOf } from './tls-choice.js'
import { checkTls } from './tls-material.js'

/** What the checks found out. */
export interface CheckedStart {
  /** As they were given, with the environment as it turned out to be. */
  readonly options: GatewayRunOptions
  /** What was found out on the way, for the log. */
  readonly notes: readonly { readonly text: string; readonly isWarning: boolean }[]
  readonly source: ConfigSource
  readonly history: ConfigHistory
  readonly judged: JudgedConfig
  readonly records: RuntimeRecords
}

/**
 * Everything that is decided before the first change: configuration, mode, addresses, secret, certificate, and who is in
 * the way.
 * Nothing on disk changes, and no other process notices, unless `--force` asks for it at the very end.
 * @throws StartStopped
 */
export async function checkStart(
  asked: GatewayRunOptions,
  clock: Clock,
  say: (line: string) => void,
): Promise<CheckedStart> {
  const { options, source, history, reading, notes } = await readConfig(asked, say)
  const { environment } = options
  const judged = judgeConfig(options, reading)
  await checkTls(tlsChoiceOf(judged.config, environment.stateDir), clock.now())
  const records = new FileRuntimeRecords(environment.stateDir)
  await clearTheWay(options, judged.plan, records, clock, say)
  return { options, notes, source, history, judged, records }
}

/** Reads the configuration, a second time when it asks for variables that were not there the first time. */
async function readConfig(options: GatewayRunOptions, say: (line: string) => void) {
  const { environment } = options
  const first = openConfig(environment)
  const reading = await usableReading(first.source, first.history, options, say)
  const imported = await importFromShell(environment, reading)
  if (imported === null) return { options, ...first, reading, notes: [] }
  const complete = { ...options, environment: imported.environment }
  const second = openConfig(imported.environment)
  return {
    options: complete,
    ...second,
    reading: await usableReading(second.source, second.history, complete, say),
    notes: imported.notes,
  }
}

/** The file as it stands; with `--last-good` what ran last, if the file cannot be used. */
async function usableReading(
  source: ConfigSource,
  history: ConfigHistory,
  options: GatewayRunOptions,
  say: (line: string) => void,
): Promise<ConfigReading> {
  const reading = await source.read()
  if (reading.config !== null || options.lastGood !== true) return reading
  const lastGood = await readLastGood(history, source)
  if (lastGood === null) return reading
  say('the config file cannot be used; starting with the last good one')
  return lastGood
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
  const ownService = supervisionOf(environment.variables, process.pid).name
  const serviceOf = async (holder: PortHolder) =>
    serviceOfHolder(holder, { record: await records.readLive(), isGateway, ownService })
  const outcome = await freePort({ port: plan.port, hosts }, { holders, clock, isGateway, serviceOf })
  for (const line of outcome.lines) say(line)
  if (!outcome.ok) throw new StartStopped(EXIT.failed, [outcome.reason])
}

/** Whether a listener answers like a gateway; whatever it answers but silence or nonsense will do. */
async function probeGateway(address: string): Promise<boolean> {
  const { probeForChallenge } = await import('../adapters/client-ws/probe-for-challenge.js')
  const loopback = address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')
  const answers = await Promise.all(['ws', 'wss'].map((scheme) => probeForChallenge(`${scheme}://${loopback}`)))
  return answers.includes(true)
}

import { performance } from 'node:perf_hooks'
import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import type { Log } from '../application/ports/log.js'
import type { AuthMode } from '../domain/access/shared-secret.js'
import type { ModelChoice } from '../domain/config/agent-directory.js'
import type { ChosenTransport } from './choose-transport.js'
import { forPeople } from './for-people.js'
import { helloCommand } from './hello-command.js'

/** What an operator wants to know of a gateway that has just started. */
export interface StartFacts {
  readonly options: GatewayRunOptions
  readonly chosen: ChosenTransport
  readonly urls: readonly string[]
  readonly logFile: string
  readonly authMode: AuthMode
  readonly agentId: string
  readonly model: ModelChoice
}

/** Says it, a line each. */
export function announceStart(facts: StartFacts, log: Log): void {
  const { chosen, model, options } = facts
  const why = chosen.reasons.length === 0 ? '' : ` (${chosen.reasons.join('; ')})`
  log.info(`agent ${facts.agentId} answers with ${model.provider}/${model.model}`)
  log.info(`network engine ${chosen.engine}${why}`)
  log.info(`log file ${forPeople(facts.logFile, options.environment.home)}`)
  log.info(`listening on ${facts.urls.join(', ')} (pid ${process.pid})`)
  if (facts.authMode === 'token' || facts.authMode === 'password') {
    log.info(`clients on this machine read the ${facts.authMode} from ${secretPlace(options, facts.authMode)}`)
  }
  log.info(`say hello: ${helloCommand(options)}`)
  log.info(`ready in ${(performance.now() / 1000).toFixed(2)} s`)
}

function secretPlace(options: GatewayRunOptions, mode: 'token' | 'password'): string {
  const { environment } = options
  if (options[mode] !== undefined) return `their --${mode} flag`
  const variable = `MAYROS_GATEWAY_${mode.toUpperCase()}`
  if (environment.variables[variable]) return variable
  return `gateway.auth.${mode} in ${forPeople(environment.configPath, environment.home)}`
}

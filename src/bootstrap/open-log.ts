import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import { type OpenLog, openPinoLog } from '../adapters/log-pino/open-pino-log.js'
import type { SharedSecret } from '../domain/access/shared-secret.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { environmentLogLevel } from '../domain/config/environment-switches.js'
import { secretsIn } from '../domain/config/redact.js'
import { schemaFor } from '../domain/config/schema-for.js'
import { sizeBytes } from '../domain/config/size.js'

import type { JudgedConfig } from './judge-config.js'

/** Opens the log of a gateway process as its configuration and flags ask. */
export function openLog(
  options: GatewayRunOptions,
  { config, reading }: JudgedConfig,
  secret: SharedSecret,
  instanceId: string,
): OpenLog {
  const { logging } = config
  const { environment, json, color } = options
  const levels = levelsOf(options, config)
  return openPinoLog({
    stateDir: environment.stateDir,
    file: logging.file,
    level: levels.level,
    maxFileBytes: sizeBytes(logging.maxFileBytes),
    instance: instanceId,
    patterns: logging.redactPatterns,
    secrets: secretTexts(reading.resolved, secret),
    console: {
      level: levels.consoleLevel,
      style: json ? 'json' : logging.consoleStyle,
      coloured: color,
    },
  })
}

/** Takes over the log settings of another configuration; flags go on to count. */
export function adjustLog(open: OpenLog, options: GatewayRunOptions, config: GatewayConfig): void {
  const { consoleStyle, maxFileBytes } = config.logging
  open.adjust({
    ...levelsOf(options, config),
    ...(options.json || consoleStyle === undefined ? {} : { consoleStyle }),
    maxFileBytes: sizeBytes(maxFileBytes),
  })
}

/**
 * Every text that must not appear in a log.
 * @param resolved what the files say together; only the sections in use are looked through
 */
export function secretTexts(resolved: unknown, { token, password }: SharedSecret): string[] {
  const texts = [...secretsIn(schemaFor(resolved ?? {}), resolved ?? {}), token, password]
  return texts.filter((text) => text !== undefined)
}

function levelsOf({ logLevel: flag, verbose, environment }: GatewayRunOptions, { logging }: GatewayConfig) {
  const logLevel = flag ?? environmentLogLevel(environment.variables)
  const level = (logLevel ?? logging.level) as typeof logging.level
  const consoleLevel = (logLevel ?? logging.consoleLevel) as typeof logging.level
  return { level, consoleLevel: verbose ? ('debug' as const) : consoleLevel }
}

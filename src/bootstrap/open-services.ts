import { existsSync, readFileSync } from 'node:fs'
import { appendFile, chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CliEnvironment, CliServices } from '../adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import { processStart } from '../adapters/instance-lock-file/process-start.js'
import type { RuntimeRecord } from '../application/ports/runtime-record.js'
import { chooseSupervisor } from './choose-supervisor.js'
import { leaveRestartRequest } from './restart-request.js'
import { servicePlanOf } from './service-plan-of.js'
import { StartStopped } from './start-stopped.js'

/** What the commands of the service work with on this host. */
export async function openServices(environment: CliEnvironment, scope: 'user' | 'system'): Promise<CliServices> {
  const { profile, stateDir } = environment
  const supervisor = await chooseSupervisor({ profile, scope, env: process.env })
  const records = new FileRuntimeRecords(stateDir)
  return {
    parts: { supervisor, clock: new SystemClock(), readLive: () => records.readLive() },
    calls: {
      terminate: (record) => signal(record, 'SIGTERM'),
      restart: async (record) => {
        await leaveRestartRequest(stateDir, record.instanceId)
        return signal(record, 'SIGUSR1')
      },
    },
    plan: () => servicePlanOf({ environment, kind: supervisor.kind, scope, shell: process.env }),
    fileExists: existsSync,
    preflight: (port) => preflight(environment, port),
    shellOnly: async () => {
      const { openConfig } = await import('./open-config.js')
      const { raw } = await openConfig(environment).source.read()
      const names = [...raw.matchAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g)].map(([, name]) => name!)
      const asked = [...new Set([...names, 'MAYROS_GATEWAY_TOKEN', 'MAYROS_GATEWAY_PASSWORD'])]
      const saved = savedNames(stateDir)
      return asked.filter((name) => (process.env[name] ?? '') !== '' && !saved.has(name))
    },
    saveVariables: async (names) => {
      const file = join(stateDir, '.env')
      await mkdir(stateDir, { recursive: true, mode: 0o700 })
      const lines = names.map((name) => `${name}=${JSON.stringify(process.env[name] ?? '')}\n`)
      await appendFile(file, lines.join(''), { mode: 0o600 })
      await chmod(file, 0o600)
      return file
    },
  }
}

/** Why a gateway could not start here as a service would start it; null = it could. */
async function preflight(
  environment: CliEnvironment,
  port: number | null,
): Promise<{ readonly exitCode: number; readonly lines: readonly string[] } | null> {
  const options = {
    environment,
    ...(port === null ? {} : { port }),
    allowUnconfigured: false,
    force: false,
    verbose: false,
    wsLog: 'auto',
    json: false,
    color: false,
  } as const
  // Only who is about to start something needs the schema.
  const { judgeConfig } = await import('./judge-config.js')
  const { openConfig } = await import('./open-config.js')
  try {
    judgeConfig(options, await openConfig(environment).source.read())
    return null
  } catch (thrown) {
    if (thrown instanceof StartStopped) return thrown
    throw thrown
  }
}

function savedNames(stateDir: string): ReadonlySet<string> {
  const file = join(stateDir, '.env')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return new Set([...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/gm)].map(([, name]) => name!))
}

/** Only to the very process that wrote the record. */
function signal({ pid, processStart: startedAt }: RuntimeRecord, name: 'SIGTERM' | 'SIGUSR1'): boolean {
  if (startedAt !== null && processStart(pid) !== startedAt) return false
  try {
    process.kill(pid, name)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw thrown
  }
}

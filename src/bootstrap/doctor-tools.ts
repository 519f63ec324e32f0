import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { NodeHost } from '../adapters/host-node/node-host.js'
import { FileInstanceLock } from '../adapters/instance-lock-file/file-instance-lock.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import { NodePrivateFiles } from '../adapters/private-files-node/node-private-files.js'
import { inspectDatabase } from '../adapters/store-libsql/inspect-database.js'
import type { DoctorTools } from '../application/doctor/doctor-tools.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { chooseTransport } from './choose-transport.js'
import { doctorService } from './doctor-service.js'
import { providersSeen } from './providers-seen.js'

/** No clock is right that shows less. */
const BUILT_AFTER = Date.UTC(2026, 10, 1)
const TOKEN_BYTES = 32

/** The doctor's tools for one instance on this machine. */
export function doctorTools(environment: CliEnvironment): DoctorTools {
  const { stateDir, variables } = environment
  const host = new NodeHost()
  return {
    host,
    files: new NodePrivateFiles(),
    node: { version: process.version, path: process.execPath },
    builtAt: BUILT_AFTER,
    timeZone: zone(),
    engine: (config) => engineFor(config),
    store: () => inspectDatabase(join(stateDir, 'mayros.db')),
    providers: (config, isDeep) => providersSeen(config, variables, isDeep),
    leftovers: () => leftoversIn(stateDir),
    ...doctorService(environment),
    newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  }
}

function zone(): string | null {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return timeZone === undefined || timeZone === '' ? null : timeZone
}

async function engineFor({ gateway }: GatewayConfig) {
  const host = gateway.bind === 'loopback' ? '127.0.0.1' : '0.0.0.0'
  const { engine, reasons } = await chooseTransport('auto', [{ host, port: gateway.port ?? 0 }], {})
  return { name: engine, reasons }
}

/** Lock and record of a process that is gone. */
async function leftoversIn(stateDir: string): Promise<readonly string[]> {
  const lock = join(stateDir, 'run', 'gateway.lock')
  const record = join(stateDir, 'run', 'gateway.json')
  const records = new FileRuntimeRecords(stateDir)
  const [holder, live] = await Promise.all([
    new FileInstanceLock(stateDir, records, new SystemClock()).holder(),
    records.readLive(),
  ])
  return [
    ...(holder === null && existsSync(lock) ? [lock] : []),
    ...(live === null && existsSync(record) ? [record] : []),
  ]
}

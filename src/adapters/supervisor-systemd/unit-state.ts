import { constants } from 'node:os'
import type { ServiceState } from '../../application/ports/supervisor.js'

/** The properties that `stateOf` and `mainStartOf` read. */
export const STATE_PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'MainPID',
  'UnitFileState',
  'NRestarts',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecMainExitTimestamp',
  'ExecMainStartTimestampMonotonic',
] as const

/** `Key=value` lines of `systemctl show`. */
export function propertiesOf(stdout: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

const STATUS: Readonly<Record<string, ServiceState['status']>> = {
  active: 'running',
  reloading: 'running',
  activating: 'starting',
  deactivating: 'stopping',
  failed: 'failed',
  inactive: 'stopped',
}

export function stateOf(properties: Readonly<Record<string, string>>): ServiceState {
  const { ActiveState: state = '', SubState: subState = '', MainPID = '0', NRestarts = '' } = properties
  return {
    status: STATUS[state] ?? 'unknown',
    state,
    subState,
    pid: Number(MainPID) > 0 ? Number(MainPID) : null,
    isLoaded: properties.LoadState === 'loaded',
    isEnabled: properties.UnitFileState === 'enabled',
    restarts: /^\d+$/.test(NRestarts) ? Number(NRestarts) : null,
    lastExit: lastExitOf(properties),
  }
}

/** When the main process started, in nanoseconds of the clock that `process.hrtime` reads; 0 when it never did. */
export function mainStartOf({
  ExecMainStartTimestampMonotonic: microseconds = '',
}: Readonly<Record<string, string>>): bigint {
  return /^\d+$/.test(microseconds) ? BigInt(microseconds) * 1000n : 0n
}

/** The kinds of `waitid`: 1 = exited; others name a signal. 0 = no process ended yet. */
function lastExitOf(properties: Readonly<Record<string, string>>): ServiceState['lastExit'] {
  const [kind, status] = [Number(properties.ExecMainCode ?? 0), Number(properties.ExecMainStatus ?? 0)]
  if (kind === 0) return null
  const signal = Object.entries(constants.signals).find(([, number]) => number === status)?.[0] ?? String(status)
  const at = Date.parse((properties.ExecMainExitTimestamp ?? '').replace(/^[A-Za-z]+ /, ''))
  return {
    code: kind === 1 ? status : null,
    signal: kind === 1 ? null : signal,
    at: Number.isNaN(at) ? null : at,
  }
}

import { SystemdNotices } from '../adapters/notices-systemd/systemd-notices.js'
import type { Log } from '../application/ports/log.js'
import type { ServiceNotices } from '../application/ports/service-notices.js'
import { SUPERVISION_VARIABLES, type Supervision } from '../domain/service/supervision.js'

/**
 * The way to the supervisor of this process; null where nobody listens. What marks the process as supervised is removed
 * from the environment, so that no program of an agent reports in the gateway's name, or takes itself for it.
 */
export function serviceNotices({ kind }: Supervision, log: Log): ServiceNotices | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdog, WATCHDOG_PID: watchedPid } = process.env
  for (const name of SUPERVISION_VARIABLES) delete process.env[name]
  if (kind !== 'systemd' || socket === undefined || socket === '') return null
  const isForUs = watchedPid === undefined || Number(watchedPid) === process.pid
  const watchdogUsec = isForUs && Number(watchdog) > 0 ? Number(watchdog) : null
  return new SystemdNotices({
    socket,
    watchdogUsec,
    searchPath: process.env.PATH ?? '/usr/bin:/bin',
    failed: (reason) => log.warn(`systemd is not told how the gateway does: ${reason}`),
  })
}

/** An environment as programs may inherit it that this process starts. */
export function withoutSupervision(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const marks: readonly string[] = SUPERVISION_VARIABLES
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !marks.includes(name)))
}

import { serviceName } from './service-name.js'

/** The value of `MAYROS_SERVICE_MARKER`, which every service file of ours sets. */
export const SERVICE_MARKER = 'mayros-gateway'

/** Who watches over a running gateway. `name` is the unit or label. */
export interface Supervision {
  readonly kind: 'systemd' | 'launchd' | 'foreground'
  readonly name: string | null
}

const FOREGROUND: Supervision = { kind: 'foreground', name: null }

/** What marks a supervised process; programs that it starts are none, and must not inherit these. */
export const SUPERVISION_VARIABLES = [
  'MAYROS_SERVICE_MARKER',
  'MAYROS_SERVICE_KIND',
  'MAYROS_SERVICE_VERSION',
  'MAYROS_SYSTEMD_UNIT',
  'MAYROS_LAUNCHD_LABEL',
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
] as const

/**
 * Who supervises the process that has this environment. What a supervisor sets counts only together with our own marker:
 * a shell inside somebody else's unit is not our service. Nor is a program that the service started.
 * @param pid of the process, where it is known
 */
export function supervisionOf(variables: Readonly<Record<string, string | undefined>>, pid?: number): Supervision {
  if (variables.MAYROS_SERVICE_MARKER !== SERVICE_MARKER) return FOREGROUND
  const { INVOCATION_ID: invocation, MAYROS_SYSTEMD_UNIT: unit, MAYROS_LAUNCHD_LABEL: label } = variables
  const { SYSTEMD_EXEC_PID: mainPid } = variables
  if (pid !== undefined && mainPid !== undefined && Number(mainPid) !== pid) return FOREGROUND
  if (unit !== undefined && unit !== '' && invocation !== undefined) return { kind: 'systemd', name: unit }
  if (label !== undefined && label !== '') return { kind: 'launchd', name: label }
  return FOREGROUND
}

/** What a service file says about itself, so that the gateway in it knows. */
export function serviceMarkers(
  kind: 'systemd' | 'launchd',
  profile: string | null,
  version: string,
): Readonly<Record<string, string>> {
  const { unit, label } = serviceName(profile)
  return {
    MAYROS_SERVICE_MARKER: SERVICE_MARKER,
    MAYROS_SERVICE_KIND: 'gateway',
    MAYROS_SERVICE_VERSION: version,
    ...(kind === 'systemd' ? { MAYROS_SYSTEMD_UNIT: unit } : { MAYROS_LAUNCHD_LABEL: label }),
  }
}

import type { DoctorCheck } from '../finding.js'

/** What a gateway depends on: providers, channels, the service. */
export const OUTSIDE_CHECKS: readonly DoctorCheck[] = [
  {
    id: 'models.auth',
    title: 'there is a key for every model in use',
    find: ({ providers }) =>
      providers
        .filter(({ hasKey }) => !hasKey)
        .map(({ provider, models, keyPlace }) => ({
          severity: 'warn',
          message: `no key for ${provider} (${models.join(', ')})`,
          fix: `set ${keyPlace}`,
        })),
  },
  {
    id: 'models.reach',
    title: 'providers can be reached',
    find: ({ providers, isDeep }) => {
      if (!isDeep) return { skipped: 'looked at with --deep' }
      return providers.flatMap(({ provider, reach }) =>
        reach === null || reach.ok
          ? []
          : [
              {
                severity: 'warn' as const,
                message: `${provider} cannot be reached: ${reach.reason}`,
                fix: 'see the network and models.providers',
              },
            ],
      )
    },
  },
  {
    id: 'channels.probe',
    title: 'every channel account works',
    find: ({ channels }) => {
      if (channels === null) return { skipped: 'no gateway runs' }
      return channels
        .filter(({ state }) => state === 'failed' || state === 'not configured')
        .map(({ name, state, lastError }) => ({
          severity: 'warn',
          message: `${name} ${state}${lastError === null ? '' : `: ${lastError}`}`,
          fix: 'mayros channels status --probe',
        }))
    },
  },
  {
    id: 'service.linger',
    title: 'the service goes on after logout',
    find: ({ service }) => {
      if (service === null || !service.isInstalled || service.linger !== false) return []
      return [
        {
          severity: 'warn',
          message: 'linger is off, the service stops at logout',
          repair: { kind: 'service', action: 'linger' },
        },
      ]
    },
  },
  {
    id: 'service.file',
    title: 'the service is what this version would install',
    find: ({ service }) => {
      if (service === null || service.supervisor === null) return { skipped: 'there is no service manager here' }
      if (!service.isInstalled && service.findings.length === 0) return { skipped: 'no service is installed' }
      return service.findings.map(({ id, severity, message, detail, action, fix }) => ({
        severity,
        message: `${id}: ${message}`,
        ...(detail === undefined ? {} : { detail }),
        ...(fix === undefined ? {} : { fix }),
        ...(action === null ? {} : { repair: { kind: 'service', action } }),
      }))
    },
  },
]

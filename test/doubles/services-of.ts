import type { CliServices } from '../../src/adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import type { MemorySupervisor } from '../../src/adapters/supervisor-memory/memory-supervisor.js'
import { planService } from '../../src/domain/service/service-plan.js'
import { recordOn } from './cli-stage.js'

export interface ServicesScene {
  readonly supervisor: MemorySupervisor
  readonly stateDir: string
  /** As the unit would carry it; absent = the usual place. */
  readonly variables?: Readonly<Record<string, string>>
  /** What a start would be refused with. */
  readonly refusal?: { readonly exitCode: number; readonly lines: readonly string[] }
  /** Variables that only the shell has. */
  readonly shellOnly?: readonly string[]
}

/** Services of a host on which they are only remembered; a service that runs has a gateway. */
export function servicesOf({ supervisor, stateDir, variables = {}, refusal, shellOnly }: ServicesScene): CliServices {
  return {
    parts: {
      supervisor,
      clock: new SystemClock(),
      readLive: async () => {
        const pid = supervisor.host.running.get(supervisor.name)
        return pid === undefined ? null : recordOn(1, { pid, supervisor: 'systemd', unit: supervisor.name })
      },
    },
    calls: { terminate: () => false, restart: async () => false },
    plan: async () => ({
      planFor: (port) =>
        planService({
          profile: null,
          version: '1.2.3',
          node: '/usr/bin/node',
          entry: '/opt/mayros.js',
          stateDir,
          environment: variables,
          port,
          user: null,
        }),
      warnings: [],
    }),
    fileExists: () => true,
    preflight: async () => refusal ?? null,
    shellOnly: async () => shellOnly ?? [],
    saveVariables: async () => `${stateDir}/.env`,
  }
}

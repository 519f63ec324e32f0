import {
  type LingerState,
  type NeighbourService,
  type ServiceState,
  type Supervisor,
  SupervisorFailure,
} from '../../application/ports/supervisor.js'
import type { InstalledService, ServiceDescription } from '../../domain/service/installed-service.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'

/** Why a host has no supervisor, as far as that can be seen. */
export type MissingReason = 'container' | 'wsl' | 'other-init'

const SAID: Readonly<Record<MissingReason, { readonly message: string; readonly hints: readonly string[] }>> = {
  container: {
    message: 'no service manager in this container; run the gateway as its main process: mayros gateway',
    hints: ['mayros gateway'],
  },
  wsl: {
    message: 'this WSL distribution runs without systemd',
    hints: ['write `systemd=true` under [boot] in /etc/wsl.conf, then: wsl --shutdown', 'mayros gateway'],
  },
  'other-init': {
    message: 'this host has neither systemd nor launchd; have its own service manager run the gateway',
    hints: ['mayros gateway install --dry-run   prints command line and environment', 'mayros gateway'],
  },
}

/** A host without a service manager we know: says so, and how a gateway runs there. */
export class NoSupervisor implements Supervisor {
  readonly kind = 'none'
  readonly label = 'no service manager'
  readonly name = 'mayros gateway'
  readonly #reason: MissingReason

  constructor(reason: MissingReason) {
    this.#reason = reason
  }

  async unavailable(): Promise<SupervisorFailure> {
    return this.#failure()
  }

  /** The command and its environment, as lines for a shell or another service manager. */
  render(plan: ServicePlan): ServiceDescription {
    const { programArguments, workingDirectory, environment, version } = plan
    const text = [
      ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
      `cd ${shellWord(workingDirectory)}`,
      `exec ${programArguments.map(shellWord).join(' ')}`,
      '',
    ].join('\n')
    return { name: this.name, file: '', text, programArguments, workingDirectory, environment, settings: {}, version }
  }

  async installed(): Promise<InstalledService | null> {
    return null
  }

  async install(): Promise<void> {
    throw this.#failure()
  }

  async uninstall(): Promise<boolean> {
    return false
  }

  async start(): Promise<void> {
    throw this.#failure()
  }

  async stop(): Promise<boolean> {
    return false
  }

  async restart(): Promise<void> {
    throw this.#failure()
  }

  async state(): Promise<ServiceState> {
    return {
      status: 'unknown',
      state: '',
      subState: '',
      pid: null,
      isLoaded: false,
      isEnabled: false,
      restarts: null,
      lastExit: null,
    }
  }

  async linger(): Promise<LingerState> {
    return { isNeeded: false, isOn: null, command: '' }
  }

  async enableLinger(): Promise<boolean> {
    return false
  }

  async neighbours(): Promise<readonly NeighbourService[]> {
    return []
  }

  #failure(): SupervisorFailure {
    const { message, hints } = SAID[this.#reason]
    return new SupervisorFailure('supervisor-unavailable', message, { hints })
  }
}

function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

import {
  type LingerState,
  type NeighbourService,
  type ServiceState,
  type Supervisor,
  SupervisorFailure,
  type SupervisorFailureCode,
} from '../../application/ports/supervisor.js'
import type { InstalledService, ServiceDescription } from '../../domain/service/installed-service.js'
import { profileOfService, serviceName } from '../../domain/service/service-name.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'

/** A host on which services are only remembered. */
export class MemoryServices {
  readonly files = new Map<string, InstalledService>()
  readonly running = new Map<string, number>()
  readonly #restarts = new Map<string, Promise<void>>()
  #lastPid = 1000

  spawn(name: string): void {
    this.#lastPid += 1
    this.running.set(name, this.#lastPid)
  }

  /** Who asks while a restart is under way joins it. */
  restart(name: string): Promise<void> {
    const current = this.#restarts.get(name)
    if (current !== undefined) return current
    const restart = Promise.resolve().then(() => {
      this.spawn(name)
      this.#restarts.delete(name)
    })
    this.#restarts.set(name, restart)
    return restart
  }
}

export interface MemorySupervisorOptions {
  /** Null = the default profile. */
  readonly profile?: string | null
  readonly host?: MemoryServices
}

/** A supervisor without processes: a pid is a number. */
export class MemorySupervisor implements Supervisor {
  readonly kind = 'systemd'
  readonly label = 'service in memory'
  readonly name: string
  readonly host: MemoryServices
  /** What the next starts end with; null = they succeed. */
  failsToStart: string | null = null
  lingers = true
  #refusal: SupervisorFailureCode | null = null

  constructor({ profile = null, host = new MemoryServices() }: MemorySupervisorOptions = {}) {
    this.name = serviceName(profile).unit
    this.host = host
  }

  /** Every call that changes something is refused like this until null is given. */
  refuseWith(code: SupervisorFailureCode | null): void {
    this.#refusal = code
  }

  /** The process dies and is started anew, as a supervisor does. */
  crash(): void {
    this.host.spawn(this.name)
  }

  async unavailable(): Promise<SupervisorFailure | null> {
    return this.#refusal === 'supervisor-unavailable' ? new SupervisorFailure(this.#refusal, 'out of order') : null
  }

  render(plan: ServicePlan): ServiceDescription {
    const { programArguments, workingDirectory, environment, version } = plan
    const values = [...programArguments, workingDirectory, ...Object.values(environment)]
    if (values.some((value) => /[\r\n]/.test(value))) {
      throw new SupervisorFailure('service-unwritable', 'a value with a line break cannot stand in a service file')
    }
    const text = `${JSON.stringify({ programArguments, workingDirectory, environment, version }, null, 2)}\n`
    const file = `/services/${this.name}`
    return { name: this.name, file, text, programArguments, workingDirectory, environment, settings: {}, version }
  }

  async installed(): Promise<InstalledService | null> {
    return this.host.files.get(this.name) ?? null
  }

  async install(plan: ServicePlan): Promise<void> {
    this.#check()
    this.host.files.set(this.name, { ...this.render(plan), isEdited: false, mode: 0o600 })
  }

  async uninstall(): Promise<boolean> {
    this.#check()
    this.host.running.delete(this.name)
    return this.host.files.delete(this.name)
  }

  async start(): Promise<void> {
    this.#checkStart()
    if (!this.host.running.has(this.name)) this.host.spawn(this.name)
  }

  async stop(): Promise<boolean> {
    this.#check()
    return this.host.running.delete(this.name)
  }

  async restart(): Promise<void> {
    this.#checkStart()
    await this.host.restart(this.name)
  }

  async state(): Promise<ServiceState> {
    const pid = this.host.running.get(this.name) ?? null
    const isThere = this.host.files.has(this.name)
    return {
      status: pid === null ? 'stopped' : 'running',
      state: pid === null ? 'inactive' : 'active',
      subState: pid === null ? 'dead' : 'running',
      pid,
      isLoaded: isThere,
      isEnabled: isThere,
      restarts: 0,
      lastExit: null,
    }
  }

  async linger(): Promise<LingerState> {
    return { isNeeded: true, isOn: this.lingers, command: 'sudo loginctl enable-linger alice' }
  }

  async enableLinger(): Promise<boolean> {
    return this.lingers
  }

  async neighbours(): Promise<readonly NeighbourService[]> {
    return [...this.host.files.values()]
      .filter(({ name }) => name !== this.name)
      .map(({ name, file }) => ({ name, file, profile: profileOfService(name), scope: 'user' }))
  }

  #check(): void {
    if (this.#refusal !== null) throw new SupervisorFailure(this.#refusal, 'out of order')
  }

  #checkStart(): void {
    this.#check()
    if (!this.host.files.has(this.name)) {
      throw new SupervisorFailure('service-missing', `${this.name} is not installed`, {
        hints: ['mayros gateway install'],
      })
    }
    if (this.failsToStart !== null) {
      throw new SupervisorFailure('service-failed', `${this.name} did not start (${this.failsToStart})`)
    }
  }
}

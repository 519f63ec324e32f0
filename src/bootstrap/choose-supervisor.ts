import { existsSync, readFileSync } from 'node:fs'
import type { Supervisor } from '../application/ports/supervisor.js'

export interface SupervisorChoice {
  /** Null = the default profile. */
  readonly profile: string | null
  readonly scope: 'user' | 'system'
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The supervisor of this host: the one that is in charge, not one that happens to be installed. */
export async function chooseSupervisor({ profile, scope, env }: SupervisorChoice): Promise<Supervisor> {
  if (process.platform === 'darwin') {
    const { LaunchdSupervisor } = await import('../adapters/supervisor-launchd/launchd-supervisor.js')
    return new LaunchdSupervisor({ profile, env })
  }
  if (isManagedBySystemd()) {
    const { SystemdSupervisor } = await import('../adapters/supervisor-systemd/systemd-supervisor.js')
    const { canNotifySystemd } = await import('../adapters/supervisor-systemd/can-notify.js')
    return new SystemdSupervisor({ profile, scope, env, canNotify: await canNotifySystemd(env) })
  }
  const { NoSupervisor } = await import('../adapters/supervisor-none/no-supervisor.js')
  return new NoSupervisor(isContainer() ? 'container' : isWsl() ? 'wsl' : 'other-init')
}

/** That is how systemd itself says it. */
function isManagedBySystemd(): boolean {
  return existsSync('/run/systemd/system')
}

function isContainer(): boolean {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return true
  return /\b(?:docker|containerd|kubepods|lxc|libpod)\b/.test(textOf('/proc/1/cgroup')) || process.pid === 1
}

function isWsl(): boolean {
  return /microsoft/i.test(textOf('/proc/version'))
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

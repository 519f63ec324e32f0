import type { ServiceState } from '../../application/ports/supervisor.js'

/** An agent that launchd does not know. */
export function absentState(isEnabled: boolean): ServiceState {
  return {
    status: 'stopped',
    state: 'not loaded',
    subState: '',
    pid: null,
    isLoaded: false,
    isEnabled,
    restarts: null,
    lastExit: null,
  }
}

/** Reads what `launchctl print` says about an agent that is loaded. */
export function agentState(stdout: string, isEnabled: boolean): ServiceState {
  const value = (key: string) => new RegExp(`^\\s*${key} = (.+)$`, 'm').exec(stdout)?.[1]?.trim() ?? null
  const state = value('state') ?? ''
  const pid = Number(value('pid') ?? 0)
  const runs = Number(value('runs') ?? Number.NaN)
  const code = /^\d+/.exec(value('last exit code') ?? '')?.[0]
  const signal = value('last terminating signal')
  const hasFailed = (code !== undefined && code !== '0') || signal !== null
  return {
    status: pid > 0 ? 'running' : state === 'spawn scheduled' ? 'starting' : hasFailed ? 'failed' : 'stopped',
    state,
    subState: value('job state') ?? '',
    pid: pid > 0 ? pid : null,
    isLoaded: true,
    isEnabled,
    restarts: runs > 0 ? runs - 1 : null,
    lastExit:
      code === undefined && signal === null
        ? null
        : { code: code === undefined ? null : Number(code), signal, at: null },
  }
}

/** Whether `launchctl print-disabled` names the agent as one that is not to be started. */
export function isDisabled(stdout: string, label: string): boolean {
  return stdout.split('\n').some((line) => line.includes(`"${label}"`) && /=> (?:disabled|true)\s*$/.test(line.trim()))
}

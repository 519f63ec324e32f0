import { LOG_LEVELS } from './logging-section.js'
import type { Variables } from './substitute-variables.js'

/** Parts of the gateway that variables of the environment switch, by name. */
const NAMES = {
  /** No account of a channel is connected by itself. */
  skipChannels: 'MAYROS_SKIP_CHANNELS',
  /** No job runs when its time comes. */
  skipCron: 'MAYROS_SKIP_CRON',
  /** Nothing is announced in the local network, and nobody looks around in it. */
  disableMdns: 'MAYROS_DISABLE_MDNS',
  /** Missing keys are taken from the login shell, whatever `env.shellEnv.enabled` says. */
  loadShellEnv: 'MAYROS_LOAD_SHELL_ENV',
  /** Restarts stay in this process, also when a fresh one would be better. */
  noRespawn: 'MAYROS_NO_RESPAWN',
} as const

export type EnvironmentSwitches = Readonly<Record<keyof typeof NAMES, boolean>>

const LOG_LEVEL = 'MAYROS_LOG_LEVEL'

const ON = new Set(['1', 'true', 'yes', 'on'])
const OFF = new Set(['', '0', 'false', 'no', 'off'])

/** What the environment switches; anything that is neither on nor off counts as off. */
export function environmentSwitches(variables: Variables): EnvironmentSwitches {
  const entries = Object.entries(NAMES).map(([part, name]) => [part, ON.has(wordOf(variables, name))])
  return Object.fromEntries(entries) as EnvironmentSwitches
}

/** The level of the log that the environment asks for, beneath flags and above the configuration; null = none. */
export function environmentLogLevel(variables: Variables): (typeof LOG_LEVELS)[number] | null {
  return LOG_LEVELS.find((level) => level === wordOf(variables, LOG_LEVEL)) ?? null
}

/** What is worth a sentence about the switches: those that are on, and words that are none. */
export function switchNotes(variables: Variables): { readonly text: string; readonly isWarning: boolean }[] {
  const { skipChannels, skipCron, disableMdns } = environmentSwitches(variables)
  const unclear = Object.values(NAMES).filter((name) => {
    const word = wordOf(variables, name)
    return !ON.has(word) && !OFF.has(word)
  })
  return [
    ...(skipChannels ? [said(`${NAMES.skipChannels}: no channel is connected by itself`)] : []),
    ...(skipCron ? [said(`${NAMES.skipCron}: no job runs when its time comes`)] : []),
    ...(disableMdns ? [said(`${NAMES.disableMdns}: nothing is announced in the local network`)] : []),
    ...(wordOf(variables, LOG_LEVEL) !== '' && environmentLogLevel(variables) === null
      ? [{ text: `${LOG_LEVEL} counts for nothing: expected one of ${LOG_LEVELS.join(', ')}`, isWarning: true }]
      : []),
    ...unclear.map((name) => ({ text: `${name} counts as off: expected 1 or 0`, isWarning: true })),
  ]
}

function said(text: string) {
  return { text, isWarning: false }
}

function wordOf(variables: Variables, name: string): string {
  return variables[name]?.trim().toLowerCase() ?? ''
}

import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import type { ConfigReading } from '../application/ports/config-source.js'
import { environmentSwitches } from '../domain/config/environment-switches.js'
import { missingShellVariables } from '../domain/config/shell-variables.js'

/** What the login shell gave. */
export interface ShellImport {
  readonly environment: CliEnvironment
  /** For the log; names, never values. */
  readonly notes: readonly { readonly text: string; readonly isWarning: boolean }[]
}

/** `env.shellEnv` as it is written: it counts also while the rest of the file cannot be used, for want of the very keys. */
interface ShellSettings {
  readonly enabled?: unknown
  readonly timeoutMs?: unknown
}

const TIMEOUT_MS = 15_000

/** Adds keys of the login shell where the configuration or the environment asks for it; null = nobody does. */
export async function importFromShell(
  environment: CliEnvironment,
  reading: ConfigReading,
): Promise<ShellImport | null> {
  const settings = shellSettings(reading.parsed)
  const { variables } = environment
  if (settings.enabled !== true && !environmentSwitches(variables).loadShellEnv) return null
  const names = missingShellVariables(variables)
  if (names.length === 0) return null
  const { readShellEnvironment } = await import('../adapters/environment-node/shell-environment.js')
  const timeoutMs = timeoutOf(settings, variables)
  const { variables: found, problem } = await readShellEnvironment({ env: variables, names, timeoutMs })
  const taken = Object.keys(found)
  const note =
    problem === null
      ? { text: `from the login shell: ${taken.length === 0 ? 'no further key' : taken.join(', ')}`, isWarning: false }
      : { text: `no keys from the login shell: ${problem}`, isWarning: true }
  return { environment: { ...environment, variables: { ...found, ...defined(variables) } }, notes: [note] }
}

function shellSettings(parsed: unknown): ShellSettings {
  const { env } = (parsed ?? {}) as { readonly env?: { readonly shellEnv?: ShellSettings } }
  return env?.shellEnv ?? {}
}

function timeoutOf({ timeoutMs }: ShellSettings, variables: CliEnvironment['variables']): number {
  const said = Number(variables.MAYROS_SHELL_ENV_TIMEOUT_MS || timeoutMs || TIMEOUT_MS)
  return said >= 1 ? Math.min(said, 600_000) : TIMEOUT_MS
}

/** Without those that are undefined, which would hide what is put before them. */
function defined(variables: CliEnvironment['variables']): CliEnvironment['variables'] {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined))
}

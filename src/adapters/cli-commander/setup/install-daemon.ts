import type { CommandContext } from '../command-context.js'

/** What became of the service. */
export interface InstalledDaemon {
  readonly installed: boolean
  /** Why it is not installed; null = it is, or nobody wanted it. */
  readonly warning: string | null
}

export async function installDaemon(_context: CommandContext): Promise<InstalledDaemon> {
  return { installed: false, warning: 'x' }
}

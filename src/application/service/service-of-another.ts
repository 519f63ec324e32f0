import type { InstalledService } from '../../domain/service/installed-service.js'

export interface OwnPlace {
  readonly stateDir: string
  readonly variables: Readonly<Record<string, string | undefined>>
  fileExists(path: string): boolean
}

/**
 * The state directory of another gateway whose service has our name: two gateways with paths of their own and no profile
 * would share it. Null when the service is ours, or was ours before somebody changed it.
 */
export function serviceOfAnother(installed: InstalledService | null, own: OwnPlace): string | null {
  const theirs = installed?.workingDirectory ?? null
  if (installed === null || theirs === null || theirs === own.stateDir || !own.fileExists(theirs)) return null
  return installed.environment.MAYROS_STATE_DIR === own.variables.MAYROS_STATE_DIR ? null : theirs
}

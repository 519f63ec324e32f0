import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** Where installers put it when PATH does not tell, as in a service with a bare environment. */
export const TAILSCALE_PLACES: readonly string[] = [
  '/usr/bin/tailscale',
  '/usr/local/bin/tailscale',
  '/Applications/Tailscale.app/Contents/MacOS/Tailscale',
]

/** The program: first of PATH, then of these places; null when there is none that may be run. */
export async function findTailscale(searchPath: string, places: readonly string[]): Promise<string | null> {
  const inPath = searchPath.split(delimiter).filter(isAbsolute)
  for (const candidate of [...inPath.map((directory) => join(directory, 'tailscale')), ...places]) {
    if (await isRunnable(candidate)) return candidate
  }
  return null
}

function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

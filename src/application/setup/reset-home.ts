import type { HomeFiles } from '../ports/home-files.js'

/** What belongs to an instance. */
export interface HomePlaces {
  readonly stateDir: string
  readonly configPath: string
}

/** Something that was moved. */
export interface MovedAside {
  readonly from: string
  readonly to: string
}

/**
 * Moves the state directory of an instance aside, with the configuration, credentials, conversations and workspace in it,
 * and a configuration file that lies elsewhere. No gateway may be using them.
 * @param at Unix milliseconds, for the name of the backup
 */
export async function resetHome(
  { stateDir, configPath }: HomePlaces,
  at: number,
  files: Pick<HomeFiles, 'moveAside'>,
): Promise<readonly MovedAside[]> {
  const suffix = `backup-${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`
  const moved: MovedAside[] = []
  for (const from of configPath.startsWith(`${stateDir}/`) ? [stateDir] : [configPath, stateDir]) {
    const to = await files.moveAside(from, suffix)
    if (to !== null) moved.push({ from, to })
  }
  return moved
}

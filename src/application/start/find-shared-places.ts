import type { HomeFiles } from '../ports/home-files.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'

/** What an instance calls its own besides its state directory, which the lock guards. */
export interface OwnPlaces {
  readonly stateDir: string
  readonly configPath: string
  readonly workspaces: readonly string[]
}

export interface NeighbourSources {
  readonly home: string
  readonly files: Pick<HomeFiles, 'stateDirectories'>
  /** The gateway that lives on a state directory; null = none. */
  readonly readLive: (stateDir: string) => Promise<RuntimeRecord | null>
}

/**
 * What this instance shares with a running gateway of the same user that it should have for itself, a sentence each. Other
 * gateways are found by the usual names of their state directories in the home directory.
 */
export async function findSharedPlaces(own: OwnPlaces, sources: NeighbourSources): Promise<readonly string[]> {
  const directories = await sources.files.stateDirectories(sources.home)
  const others = directories.filter((directory) => directory !== own.stateDir)
  const records = await Promise.all(others.map((directory) => sources.readLive(directory)))
  return records.flatMap((record, index) => {
    if (record === null) return []
    const who = `the gateway of ${others[index]} (pid ${record.pid})`
    const workspaces = own.workspaces.filter((workspace) => record.workspaces?.includes(workspace))
    return [
      ...(record.configPath === own.configPath
        ? [`the config file is also that of ${who}: give each gateway its own MAYROS_CONFIG_PATH`]
        : []),
      ...workspaces.map(
        (workspace) => `workspace ${workspace} is also used by ${who}: give each its own agents.defaults.workspace`,
      ),
    ]
  })
}

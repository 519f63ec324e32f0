import type { HomeFiles } from '../ports/home-files.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'

/** A gateway that runs now, and the state directory it lives on. */
export interface FoundGateway {
  readonly stateDir: string
  readonly record: RuntimeRecord
}

/** Gateways of one user that run now, found by the usual names of their state directories in the home directory. */
export async function findGateways(
  home: string,
  files: Pick<HomeFiles, 'stateDirectories'>,
  readLive: (stateDir: string) => Promise<RuntimeRecord | null>,
): Promise<readonly FoundGateway[]> {
  const directories = await files.stateDirectories(home)
  const records = await Promise.all(directories.map((directory) => readLive(directory)))
  return directories.flatMap((stateDir, index) => {
    const record = records[index] ?? null
    return record === null ? [] : [{ stateDir, record }]
  })
}

import { join } from 'node:path'
import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { NodeHomeFiles } from '../adapters/home-files-node/node-home-files.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import { findSharedPlaces } from '../application/start/find-shared-places.js'
import { agentsOf } from '../domain/config/agents.js'
import type { ProcessHost } from './process-host.js'

/** Where the agents of a gateway work, absolute. */
export function workspacesOf(
  { judged }: Pick<ProcessHost, 'judged'>,
  { stateDir }: Pick<CliEnvironment, 'stateDir'>,
): readonly string[] {
  return agentsOf(judged.config, join(stateDir, 'workspace')).map(({ workspace }) => workspace)
}

/** What a gateway shares with another one of the same user that runs now, a sentence each. */
export function sharedPlaces(
  { home, stateDir, configPath }: CliEnvironment,
  workspaces: readonly string[],
): Promise<readonly string[]> {
  return findSharedPlaces(
    { stateDir, configPath, workspaces },
    { home, files: new NodeHomeFiles(), readLive: (directory) => new FileRuntimeRecords(directory).readLive() },
  )
}

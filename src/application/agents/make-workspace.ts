import type { AgentProfile } from '../../domain/config/agents.js'
import type { WorkspaceFiles } from '../ports/workspace-files.js'
import { WORKSPACE_FILE_NAMES } from './workspace-file-names.js'
import { workspaceTemplates } from './workspace-templates.js'

/**
 * Makes the workspace of an agent, and in a new one its first files, unless they are not wanted; a workspace with any of
 * these files is somebody's own and stays as it is. Returns the names of the files that are new.
 */
export async function makeWorkspace(
  files: Pick<WorkspaceFiles, 'inspect' | 'add'>,
  agent: Pick<AgentProfile, 'id' | 'name' | 'identity' | 'workspace'>,
  skipFiles: boolean,
): Promise<readonly string[]> {
  const { workspace } = agent
  const found = await files.inspect(workspace, WORKSPACE_FILE_NAMES)
  const isOwn = found.some((facts) => facts !== null) || skipFiles
  return files.add(workspace, isOwn ? [] : workspaceTemplates(agent))
}

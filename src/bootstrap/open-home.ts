import { join } from 'node:path'
import type { CliHome } from '../adapters/cli-commander/cli-deps.js'
import { FileDocument } from '../adapters/document-file/file-document.js'
import { NodeHomeFiles } from '../adapters/home-files-node/node-home-files.js'
import { NodeIds } from '../adapters/ids-node/node-ids.js'
import { NodeWorkspaceFiles } from '../adapters/workspace-files-node/node-workspace-files.js'

const TOKEN_BYTES = 32

/** What a set-up changes besides the configuration. Nothing is touched yet. */
export function openHome(stateDir: string): CliHome {
  return {
    files: new NodeHomeFiles(),
    workspaces: new NodeWorkspaceFiles(),
    variables: new FileDocument(join(stateDir, '.env')),
    newToken: () => new NodeIds().token(TOKEN_BYTES),
  }
}

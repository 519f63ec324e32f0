import { describe, it } from 'vitest'
import { MemoryWorkspaceFiles } from '../../src/adapters/workspace-files-memory/memory-workspace-files.js'
import { workspaceFilesContract } from '../contracts/workspace-files.contract.js'

workspaceFilesContract(
  { describe, it },
  {
    name: 'memory',
    create: async () => {
      const files = new MemoryWorkspaceFiles()
      const workspace = '/state/workspace'
      return {
        files,
        workspace,
        linkOutside: async (name) => files.linkOutside(workspace, name),
        dispose: async () => undefined,
      }
    },
  },
)

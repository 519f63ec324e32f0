import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { NodePrivateFiles } from '../../src/adapters/private-files-node/node-private-files.js'
import { privateFilesContract } from '../contracts/private-files.contract.js'

privateFilesContract(
  { describe, it },
  {
    name: 'node',
    create: async () => {
      const root = await mkdtemp(join(tmpdir(), 'mayros-rights-'))
      return {
        files: new NodePrivateFiles(),
        root,
        put: async (path, mode, kind) => {
          if (kind === 'directory') await mkdir(join(root, path))
          else await writeFile(join(root, path), '')
          await chmod(join(root, path), mode)
        },
        link: (path, target) => symlink(join(root, target), join(root, path)),
        dispose: () => rm(root, { recursive: true, force: true }),
      }
    },
  },
)

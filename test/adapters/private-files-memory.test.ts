import { describe, expect, it } from 'vitest'
import { MemoryPrivateFiles } from '../../src/adapters/private-files-memory/memory-private-files.js'
import { privateFilesContract } from '../contracts/private-files.contract.js'

privateFilesContract(
  { describe, it },
  {
    name: 'memory',
    create: async () => {
      const root = '/state'
      const files = new MemoryPrivateFiles().put(root, { kind: 'directory' })
      return {
        files,
        root,
        put: async (path, mode, kind = 'file') => void files.put(`${root}/${path}`, { mode, kind }),
        link: async (path, target) => {
          const [facts] = await files.inspect([`${root}/${target}`])
          files.put(`${root}/${path}`, { ...facts, isLink: true })
        },
        dispose: async () => undefined,
      }
    },
  },
)

describe('files of a test', () => {
  it('can belong to somebody else', async () => {
    const files = new MemoryPrivateFiles().put('/a', { owner: 'other', mode: 0o644 })
    await expect(files.tighten('/a', 0o600)).rejects.toMatchObject({ code: 'file-not-ours' })
  })
})

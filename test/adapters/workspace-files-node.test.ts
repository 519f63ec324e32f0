import { execFileSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeWorkspaceFiles } from '../../src/adapters/workspace-files-node/node-workspace-files.js'
import { workspaceFilesContract } from '../contracts/workspace-files.contract.js'

const newRoot = async () => realpath(await mkdtemp(join(tmpdir(), 'mayros-workspace-')))

workspaceFilesContract(
  { describe, it },
  {
    name: 'node',
    create: async () => {
      const root = await newRoot()
      const workspace = join(root, 'workspace')
      await writeFile(join(root, 'outside.md'), 'not yours')
      return {
        files: new NodeWorkspaceFiles(),
        workspace,
        linkOutside: (name) => symlink(join(root, 'outside.md'), join(workspace, name)),
        dispose: async () => {
          expect(await readFile(join(root, 'outside.md'), 'utf8')).toBe('not yours')
          await rm(root, { recursive: true, force: true })
        },
      }
    },
  },
)

describe('workspaces on this machine', () => {
  const files = new NodeWorkspaceFiles()
  let root: string
  let workspace: string

  beforeEach(async () => {
    root = await newRoot()
    workspace = join(root, 'workspace')
    await mkdir(workspace)
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('follow a link that stays inside, and keep it', async () => {
    await mkdir(join(workspace, 'rules'))
    await writeFile(join(workspace, 'rules/shared.md'), 'old')
    await symlink('rules/shared.md', join(workspace, 'AGENTS.md'))
    await files.write(workspace, 'AGENTS.md', 'new')
    expect(await readlink(join(workspace, 'AGENTS.md'))).toBe('rules/shared.md')
    expect(await readFile(join(workspace, 'rules/shared.md'), 'utf8')).toBe('new')
    expect(await files.read(workspace, 'AGENTS.md')).toMatchObject({ path: `${workspace}/AGENTS.md`, text: 'new' })
  })

  it('may be reached through a link themselves', async () => {
    await symlink(workspace, join(root, 'link'))
    await files.write(join(root, 'link'), 'AGENTS.md', 'text')
    expect(await readFile(join(workspace, 'AGENTS.md'), 'utf8')).toBe('text')
  })

  it('refuse a link that leads nowhere instead of making what it names', async () => {
    await symlink(join(root, 'planted'), join(workspace, 'AGENTS.md'))
    await expect(files.write(workspace, 'AGENTS.md', 'text')).rejects.toMatchObject({ code: 'workspace-refused' })
    expect(await files.add(workspace, [{ name: 'AGENTS.md', text: 'text' }])).toEqual([])
    expect(await readdir(root)).toEqual(['workspace'])
  })

  it('refuse folders and pipes without waiting for them', async () => {
    await mkdir(join(workspace, 'AGENTS.md'))
    execFileSync('mkfifo', [join(workspace, 'SOUL.md')])
    for (const name of ['AGENTS.md', 'SOUL.md']) {
      await expect(files.read(workspace, name)).rejects.toMatchObject({ code: 'workspace-refused' })
      await expect(files.write(workspace, name, '')).rejects.toMatchObject({ code: 'workspace-refused' })
    }
    expect(await files.inspect(workspace, ['AGENTS.md', 'SOUL.md'])).toEqual([null, null])
  })

  it('refuse to read a file that grew too large', async () => {
    await writeFile(join(workspace, 'MEMORY.md'), '')
    await truncate(join(workspace, 'MEMORY.md'), 50_000_000)
    await expect(files.read(workspace, 'MEMORY.md')).rejects.toMatchObject({ code: 'workspace-file-too-large' })
  })

  it('keep the rights of a file, and leave no drafts', async () => {
    await writeFile(join(workspace, 'USER.md'), 'old')
    await chmod(join(workspace, 'USER.md'), 0o640)
    await files.write(workspace, 'USER.md', 'new')
    expect((await stat(join(workspace, 'USER.md'))).mode & 0o777).toBe(0o640)
    expect(await readdir(workspace)).toEqual(['USER.md'])
  })

  it('tell that there is no place for a workspace', async () => {
    await writeFile(join(root, 'file'), '')
    const work = files.add(join(root, 'file'), [{ name: 'USER.md', text: '' }])
    await expect(work).rejects.toMatchObject({ code: 'workspace-unavailable', retryable: true })
  })

  it('are not put aside where the user lives, or through a link', async () => {
    await symlink(workspace, join(root, 'link'))
    for (const folder of [homedir(), '/', process.cwd(), join(root, 'link')]) {
      await expect(files.putAside(folder, [])).rejects.toMatchObject({ code: 'workspace-refused' })
    }
  })
})

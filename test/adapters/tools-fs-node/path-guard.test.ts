import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FsStage, fsStage } from './stage.js'

const SECRET = 'the secret of the world'
let stage: FsStage

beforeEach(async () => {
  stage = await fsStage({ workspaceOnly: true })
  const { world, workspace } = stage
  vi.stubEnv('HOME', join(world, 'outside'))
  await mkdir(join(world, 'outside', 'sub'), { recursive: true })
  await writeFile(join(world, 'outside', 'sub', 'file'), SECRET)
  await mkdir(join(world, 'workspace-next-door'))
  await writeFile(join(world, 'outside', 'file'), SECRET)
  await writeFile(join(world, 'workspace-next-door', 'file'), SECRET)
  await mkdir(join(workspace, 'folder'))
  await writeFile(join(workspace, 'file'), 'mine')
  await symlink('../outside', join(workspace, 'out'))
  await symlink(join(world, 'outside', 'file'), join(workspace, 'out-file'))
  await symlink('../out', join(workspace, 'folder', 'chain'))
  await symlink('../outside/not-yet', join(workspace, 'dangling'))
  await symlink('loop', join(workspace, 'loop'))
  await symlink('../folder', join(workspace, 'folder', 'self'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await stage.dispose()
})

/** Everything outside the workspace, with the text of files. */
async function surroundings(): Promise<unknown> {
  const { world } = stage
  const folders = ['outside', 'workspace-next-door']
  const inside = await Promise.all(folders.map((folder) => readdir(join(world, folder), { recursive: true })))
  const names = inside.flatMap((each, index) => each.sort().map((name) => join(folders[index] ?? '', name)))
  const text = (name: string) => readFile(join(world, name), 'utf8').catch(() => 'no file')
  return [(await readdir(world)).sort(), await Promise.all(names.map(async (name) => [name, await text(name)]))]
}

/** Tries everything with a path; the text of what it was told. */
async function tryAll(path: string): Promise<string> {
  const calls = [
    stage.call('read', { path }),
    stage.call('edit', { path, oldText: 'secret', newText: 'joke' }),
    stage.call('write', { path, content: 'overwritten' }),
    stage.call('apply_patch', { patch: `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch` }),
    stage.call('apply_patch', { patch: `*** Begin Patch\n*** Delete File: ${path}\n*** End Patch` }),
    stage.call('apply_patch', {
      patch: `*** Begin Patch\n*** Update File: file\n*** Move to: ${path}\n*** End Patch`,
    }),
  ]
  return (await Promise.all(calls)).map(({ text }) => text).join('\n')
}

describe('the bounds of the workspace', () => {
  it('hold for every path that can be put together', async () => {
    const before = await surroundings()
    const names = [
      '..',
      '.',
      'file',
      'folder',
      'out',
      'out-file',
      'chain',
      'dangling',
      'loop',
      'self',
      'outside',
      'new',
      '',
    ]
    const segment = fc.constantFrom(...names, 'workspace-next-door', 'workspace', 'not-yet', '~')
    const start = fc.constantFrom(
      '',
      '',
      '/',
      '~/',
      `${stage.world}/`,
      `${stage.workspace}/`,
      `${stage.workspace}-next-door/`,
    )
    const path = fc
      .tuple(start, fc.array(segment, { minLength: 1, maxLength: 6 }))
      .map(([head, rest]) => head + rest.join('/'))
    await fc.assert(
      fc.asyncProperty(path, async (each) => {
        // The patch format trims paths, and an empty one names nothing.
        fc.pre(each.trim() !== '')
        expect(await tryAll(each)).not.toContain(SECRET)
        expect(await surroundings()).toEqual(before)
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ['../outside/file'],
    ['out/file'],
    ['out-file'],
    ['folder/chain/file'],
    ['../workspace-next-door/file'],
    ['/etc/passwd'],
    ['~/file'],
    ['~'],
  ])('keep %s out', async (path) => {
    const { text, isError } = await stage.call('read', { path })
    expect(isError).toBe(true)
    expect(text).toContain('leads outside the workspace')
  })

  it('let links lead to other places inside', async () => {
    await stage.call('write', { path: 'folder/self/new', content: 'x' })
    expect(await stage.text('folder/new')).toBe('x')
  })

  it('do not hold for read, write and edit where the settings open them, but still for patches', async () => {
    const open = await fsStage({ workspaceOnly: false })
    try {
      await writeFile(join(open.world, 'file'), 'text')
      expect((await open.call('read', { path: '../file' })).text).toBe('text')
      const patched = await open.call('apply_patch', {
        patch: '*** Begin Patch\n*** Delete File: ../file\n*** End Patch',
      })
      expect(patched.text).toContain('leads outside the workspace')
      expect((await open.call('read', { path: '~' })).text).toContain('could not read ~: it is a folder')
    } finally {
      await open.dispose()
    }
  })

  it.runIf(process.platform === 'linux')('hold while somebody swaps a folder for a link', async () => {
    const { world, workspace } = stage
    const before = await surroundings()
    const flickering = join(workspace, 'flickering')
    let isSwapping = true
    const swapping = (async () => {
      for (let turn = 0; isSwapping; turn += 1) {
        // Each may fail: the tools make the folder, too.
        await Promise.allSettled([mkdir(join(flickering, 'sub'), { recursive: true })])
        await Promise.allSettled([rename(flickering, join(workspace, `aside-${turn}`))])
        await Promise.allSettled([symlink(join(world, 'outside'), flickering)])
        await Promise.allSettled([unlink(flickering)])
      }
    })()
    const told: string[] = []
    for (let round = 0; round < 60; round += 1) {
      told.push((await stage.call('read', { path: 'flickering/file' })).text)
      told.push((await stage.call('read', { path: 'flickering/sub/file' })).text)
      await stage.call('write', { path: `flickering/sub/new-${round}`, content: 'x' })
      await stage.call('write', { path: `flickering/new-${round}`, content: 'x' })
      await stage.call('write', { path: `flickering/deep/new-${round}`, content: 'x' })
      await stage.call('edit', { path: 'flickering/file', oldText: 'secret', newText: 'joke' })
    }
    isSwapping = false
    await swapping
    expect(told.join('\n')).not.toContain(SECRET)
    expect(await surroundings()).toEqual(before)
  })
})

describe('what is no file', () => {
  let open: FsStage
  beforeEach(async () => {
    open = await fsStage({ workspaceOnly: false, applyPatchWorkspaceOnly: false })
  })
  afterEach(() => open.dispose())

  it.each([
    ['/proc/self/environ'],
    ['/proc/1/status'],
    ['/sys/kernel'],
    ['/dev/null'],
    ['/dev/../dev/zero'],
    ['/proc/self/fd/0'],
  ])('keeps %s out, however wide the bounds are', async (path) => {
    const { text, isError } = await open.call('read', { path })
    expect(isError).toBe(true)
    expect(text).toContain('out of bounds')
  })

  it('keeps links to them out', async () => {
    await symlink('/dev/zero', join(open.workspace, 'zeros'))
    await symlink('/proc/self', join(open.workspace, 'me'))
    expect((await open.call('read', { path: 'zeros' })).text).toContain('out of bounds')
    expect((await open.call('write', { path: 'zeros', content: '' })).text).toContain('out of bounds')
    expect((await open.call('read', { path: 'me/environ' })).isError).toBe(true)
  })

  it('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [join(open.workspace, 'pipe')])
    expect((await open.call('read', { path: 'pipe' })).text).toContain('not a regular file')
    expect((await open.call('write', { path: 'pipe', content: 'x' })).text).toContain('not a regular file')
    expect((await open.call('edit', { path: 'pipe', oldText: 'a', newText: 'b' })).text).toContain('not a regular file')
  })
})

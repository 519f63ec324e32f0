import { chmod, link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FsToolbox } from '../../src/adapters/tools-fs-node/fs-toolbox.js'
import { toolboxContract } from '../contracts/toolbox.contract.js'
import { type FsStage, fsStage } from './tools-fs-node/stage.js'

toolboxContract(
  { describe, it },
  {
    name: 'builtin-fs',
    create: async () => {
      const { toolbox, workspace, dispose } = await fsStage()
      return { toolbox, workspace, leftovers: async () => [], dispose }
    },
    quick: { tool: 'write', params: { path: 'a.txt', content: 'hello' } },
    refused: { tool: 'read', params: { path: 'missing.txt' } },
  },
)

/** The smallest picture: its signature is all that is looked at. */
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4])

let stage: FsStage

beforeEach(async () => {
  stage = await fsStage({ mediaMaxBytes: 100 })
})
afterEach(() => stage.dispose())

const put = (name: string, text: string | Buffer) => writeFile(join(stage.workspace, name), text)

describe('read', () => {
  it('shows lines from an offset, and says where to go on', async () => {
    await put('a.txt', 'one\ntwo\nthree\nfour\n')
    expect((await stage.call('read', { path: 'a.txt' })).text).toBe('one\ntwo\nthree\nfour\n')
    const { text, outcome } = await stage.call('read', { path: 'a.txt', offset: 2, limit: 2 })
    expect(text).toBe('two\nthree\n[the file goes on: offset 4]')
    expect(outcome.details).toMatchObject({ offset: 2, lineCount: 2, nextLine: 4 })
    expect((await stage.call('read', { path: 'a.txt', offset: 4 })).text).toBe('four\n')
    expect((await stage.call('read', { path: 'a.txt', offset: 9 })).text).toBe('[the file has no line 9]')
  })

  it('shows at most 2,000 lines or 64 KB at once, whole lines', async () => {
    await put('lines.txt', 'x\n'.repeat(5000))
    const many = await stage.call('read', { path: 'lines.txt', limit: 5000 })
    expect(many.outcome.details).toMatchObject({ lineCount: 2000, nextLine: 2001 })
    await put('wide.txt', `${'y'.repeat(999)}\n`.repeat(200))
    const wide = await stage.call('read', { path: 'wide.txt' })
    expect(wide.outcome.details).toMatchObject({ lineCount: 65, nextLine: 66 })
    expect(wide.text).toMatch(/y\n\[the file goes on: offset 66\]$/)
  })

  it('cuts a single line that is too long, and says so', async () => {
    await put('long.txt', `${'z'.repeat(100_000)}\nnext\n`)
    const { text } = await stage.call('read', { path: 'long.txt' })
    expect(text.length).toBeLessThan(66_000)
    expect(text).toMatch(/z\n\[line 1 is longer than 64 KB and was cut; the file goes on: offset 2\]$/)
    expect((await stage.call('read', { path: 'long.txt', offset: 2 })).text).toBe('next\n')
  })

  it('reads text whose characters stand across the chunks it reads', async () => {
    const text = `${'é'.repeat(20_000)}\n`.repeat(4)
    await put('accents.txt', text)
    expect((await stage.call('read', { path: 'accents.txt', offset: 2, limit: 1 })).text).toMatch(/^é{20000}\n\[/)
  })

  it('shows pictures up to the limit', async () => {
    await put('a.png', PNG)
    const { outcome } = await stage.call('read', { path: 'a.png' })
    expect(outcome.content).toEqual([{ type: 'image', mimeType: 'image/png', data: PNG.toString('base64') }])
    await put('big.png', Buffer.concat([PNG, Buffer.alloc(100)]))
    expect(await stage.call('read', { path: 'big.png' })).toMatchObject({
      isError: true,
      text: 'could not read big.png: the picture has 112 bytes; at most 100 can be shown',
    })
  })

  it('refuses what is no text', async () => {
    await put('data.bin', Buffer.from([1, 2, 0, 3]))
    await mkdir(join(stage.workspace, 'folder'))
    expect((await stage.call('read', { path: 'data.bin' })).text).toBe('could not read data.bin: it is a binary file')
    expect((await stage.call('read', { path: 'folder' })).text).toBe('could not read folder: it is a folder')
    expect((await stage.call('read', { path: 'none' })).text).toBe('could not read none: there is no such file')
    expect((await stage.call('read', { path: 'a\0b' })).isError).toBe(true)
  })

  it('says of an empty file that it is empty', async () => {
    await put('empty', '')
    expect((await stage.call('read', { path: 'empty' })).text).toBe('[the file is empty]')
  })
})

describe('write', () => {
  it('makes folders, and replaces what was there', async () => {
    expect((await stage.call('write', { path: 'a/b/c.txt', content: 'één' })).text).toBe('Wrote 5 bytes to a/b/c.txt.')
    await stage.call('write', { path: 'a/b/c.txt', content: 'two' })
    expect(await stage.text('a/b/c.txt')).toBe('two')
    expect(await stage.names('a/b')).toEqual(['c.txt'])
  })

  it('keeps the permissions of a file', async () => {
    await put('run.sh', 'old')
    await chmod(join(stage.workspace, 'run.sh'), 0o755)
    await stage.call('write', { path: 'run.sh', content: 'new' })
    expect((await stat(join(stage.workspace, 'run.sh'))).mode & 0o777).toBe(0o755)
  })

  it('replaces the file whole: who has the old one open keeps it', async () => {
    await put('a.txt', 'old')
    await link(join(stage.workspace, 'a.txt'), join(stage.world, 'other-name'))
    await stage.call('write', { path: 'a.txt', content: 'new' })
    expect(await readFile(join(stage.world, 'other-name'), 'utf8')).toBe('old')
  })

  it('writes through a link to where it leads', async () => {
    await put('target.txt', 'old')
    await symlink('target.txt', join(stage.workspace, 'link.txt'))
    await stage.call('write', { path: 'link.txt', content: 'new' })
    expect(await stage.text('target.txt')).toBe('new')
    expect(await stage.names()).toEqual(['link.txt', 'target.txt'])
  })

  it('refuses folders, and paths below a file', async () => {
    await put('file', 'x')
    await mkdir(join(stage.workspace, 'folder'))
    expect((await stage.call('write', { path: 'folder', content: '' })).text).toContain('it is a folder')
    expect((await stage.call('write', { path: 'file/below', content: '' })).text).toContain('is not a folder')
    expect(await stage.names()).toEqual(['file', 'folder'])
  })
})

describe('edit', () => {
  it('replaces text that stands there once', async () => {
    await put('a.txt', 'one\ntwo\nthree\n')
    const { text, outcome } = await stage.call('edit', { path: 'a.txt', oldText: 'two\n', newText: '2\n$& $1\n' })
    expect(text).toBe('Edited a.txt at line 2.')
    expect(outcome.details).toMatchObject({ firstLine: 2 })
    expect(await stage.text('a.txt')).toBe('one\n2\n$& $1\nthree\n')
  })

  it.each([
    ['absent', 'none', 'x', /not found/],
    ['there twice', 'o', 'x', /not unique/],
    ['there twice, overlapping', 'aa', 'x', /not unique/],
    ['the same', 'one', 'one', /are the same/],
  ])('refuses text that is %s, and changes nothing', async (_, oldText, newText, problem) => {
    await put('a.txt', 'one two aaa')
    const outcome = await stage.call('edit', { path: 'a.txt', oldText, newText })
    expect(outcome.isError).toBe(true)
    expect(outcome.text).toMatch(problem)
    expect(await stage.text('a.txt')).toBe('one two aaa')
  })

  it('keeps Windows line ends', async () => {
    await put('a.txt', 'one\r\ntwo\r\nthree\r\n')
    await stage.call('edit', { path: 'a.txt', oldText: 'one\ntwo', newText: '1\n2' })
    expect(await stage.text('a.txt')).toBe('1\r\n2\r\nthree\r\n')
  })

  it('keeps a byte order mark, and refuses to damage what is not UTF-8', async () => {
    await put('bom.txt', '\uFEFFone')
    await stage.call('edit', { path: 'bom.txt', oldText: 'one', newText: 'two' })
    expect(await stage.text('bom.txt')).toBe('\uFEFFtwo')
    await put('latin1.txt', Buffer.from('caf\xe9 one', 'latin1'))
    expect((await stage.call('edit', { path: 'latin1.txt', oldText: 'one', newText: '2' })).text).toContain('not UTF-8')
  })

  it('loses no edit when many come at once, under two names of the file', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `<${index}>`)
    await put('a.txt', names.join('\n'))
    await symlink('a.txt', join(stage.workspace, 'b.txt'))
    await Promise.all(
      names.map((name, index) =>
        stage.call('edit', { path: index % 2 === 0 ? 'a.txt' : 'b.txt', oldText: name, newText: `done ${index}` }),
      ),
    )
    expect(await stage.text('a.txt')).toBe(names.map((_, index) => `done ${index}`).join('\n'))
  })
})

describe('FsToolbox', () => {
  it('offers apply_patch only where it is switched on', () => {
    const box = new FsToolbox((agentId) => ({
      workspaceOnly: true,
      isOffLimits: () => false,
      applyPatchEnabled: agentId === 'coder',
      applyPatchWorkspaceOnly: true,
      mediaMaxBytes: 1,
    }))
    expect(box.tools('main').map(({ name }) => name)).toEqual(['read', 'write', 'edit'])
    expect(box.tools('coder').map(({ name }) => name)).toEqual(['read', 'write', 'edit', 'apply_patch'])
  })
})

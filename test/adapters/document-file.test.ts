import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileDocument } from '../../src/adapters/document-file/file-document.js'
import { documentContract } from '../contracts/document.contract.js'
import { numberOf, spawnWriter } from './document-file/spawn-writer.js'

documentContract(
  { describe, it },
  {
    name: 'document-file',
    create: async () => new FileDocument(join(await mkdtemp(join(tmpdir(), 'mayros-document-')), 'list.json')),
    dispose: ({ location }) => rm(dirname(location), { recursive: true, force: true }),
    reopen: async ({ location }) => new FileDocument(location),
    trouble: {
      // A folder in the place of the file stops the superuser too.
      async begin({ location }) {
        await rename(location, `${location}.aside`).catch(absent)
        await mkdir(location)
      },
      async end({ location }) {
        await rmdir(location)
        await rename(`${location}.aside`, location).catch(absent)
      },
    },
  },
)

function absent(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'ENOENT') throw thrown
}

describe('FileDocument', () => {
  let folder = ''
  let file = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayros-document-'))
    file = join(folder, 'state', 'devices', 'list.json')
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  const modeOf = async (path: string) => (await stat(path)).mode & 0o777
  const neighbours = async () => (await readdir(dirname(file))).sort()

  it('makes what only its owner may read, folders included', async () => {
    await new FileDocument(file).write('text')
    expect(await modeOf(file)).toBe(0o600)
    expect(await modeOf(dirname(file))).toBe(0o700)
    expect(await modeOf(join(folder, 'state'))).toBe(0o700)
    expect(await readFile(file, 'utf8')).toBe('text')
  })

  it('narrows a file that others may read, when it is read and when it is replaced', async () => {
    await mkdir(dirname(file), { recursive: true })
    for (const mode of [0o644, 0o660, 0o604, 0o777]) {
      await writeFile(file, 'text')
      await chmod(file, mode)
      expect(await new FileDocument(file).read()).toBe('text')
      expect(await modeOf(file)).toBe(0o600)
    }
    await chmod(file, 0o644)
    await new FileDocument(file).write('new')
    expect(await modeOf(file)).toBe(0o600)
  })

  it('leaves a mode that is narrower still', async () => {
    const document = new FileDocument(file)
    await document.write('text')
    await chmod(file, 0o400)
    await document.read()
    expect(await modeOf(file)).toBe(0o400)
  })

  it('makes nothing by reading', async () => {
    expect(await new FileDocument(file).read()).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('writes once for all that waited for the same turn', async () => {
    const document = new FileDocument(file)
    const first = document.write('first')
    const second = document.write('second')
    expect(document.write('third')).toBe(second)
    await first
    await second
    expect(await readFile(file, 'utf8')).toBe('third')
  })

  it('leaves no draft behind, however a write ends', async () => {
    const document = new FileDocument(file)
    await mkdir(file, { recursive: true })
    await expect(document.write('text')).rejects.toMatchObject({ code: 'document-unwritable' })
    expect(await neighbours()).toEqual(['list.json'])
    await rmdir(file)
    await document.write('text')
    expect(await neighbours()).toEqual(['list.json'])
  })

  it('says why it cannot write where there is no folder to be had', async () => {
    await writeFile(join(folder, 'state'), 'no folder')
    const document = new FileDocument(file)
    await expect(document.write('text')).rejects.toThrow(`cannot write ${file}: ENOTDIR`)
    await expect(document.read()).rejects.toThrow(`cannot read ${file}: ENOTDIR`)
  })

  it('removes drafts of the dead, and touches neither those of the living nor other files', async () => {
    const { child } = (await spawnWriter(folder)).start(join(folder, 'elsewhere'))
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    await mkdir(dirname(file), { recursive: true })
    const dead = `list.json.${child.pid}-3.tmp`
    const formerSelf = `list.json.${process.pid}-999999.tmp`
    const kept = [
      `list.json.${process.ppid}-1.tmp`,
      'list.json.bak',
      'list.json.x-1.tmp',
      `other.json.${child.pid}-1.tmp`,
    ]
    for (const name of [dead, formerSelf, ...kept]) await writeFile(join(dirname(file), name), 'half')
    await new FileDocument(file).write('text')
    expect(await neighbours()).toEqual(['list.json', ...kept].sort())
  })

  it('holds a whole text, no older than the last one confirmed, when its writer is killed at any moment', async () => {
    const writer = await spawnWriter(folder)
    for (let round = 0; round < 8; round += 1) {
      const { child, confirmed } = writer.start(file)
      const enough = 1 + round * 5
      while (confirmed() < enough) await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
      const found = numberOf((await new FileDocument(file).read()) ?? '')
      expect(found, 'a whole text').not.toBeNull()
      expect(found).toBeGreaterThanOrEqual(confirmed())
      expect(found).toBeLessThanOrEqual(confirmed() + 1)
    }
    await new FileDocument(file).write('text')
    expect(await neighbours()).toEqual(['list.json'])
  })
})

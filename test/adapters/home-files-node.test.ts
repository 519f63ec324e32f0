import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeHomeFiles } from '../../src/adapters/home-files-node/node-home-files.js'
import { resetHome } from '../../src/application/setup/reset-home.js'

const files = new NodeHomeFiles()
let home = ''

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-files-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('makeDirectory', () => {
  it('makes it for its owner alone, with those above, and only once', async () => {
    const path = join(home, 'a', 'b')
    expect(await files.makeDirectory(path)).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect(await files.makeDirectory(path)).toBe(false)
  })

  it('refuses where a file is in the way', async () => {
    await writeFile(join(home, 'a'), 'x')
    await expect(files.makeDirectory(join(home, 'a'))).rejects.toMatchObject({ code: 'home-unwritable' })
    await expect(files.makeDirectory(join(home, 'a', 'b'))).rejects.toMatchObject({ code: 'home-unwritable' })
  })
})

describe('moveAside', () => {
  it('keeps everything under another name, and never writes over an earlier one', async () => {
    const path = join(home, 'state')
    for (const text of ['first', 'second']) {
      await mkdir(path)
      await writeFile(join(path, 'f'), text)
      await files.moveAside(path, 'backup')
    }
    expect(await readFile(join(`${path}.backup`, 'f'), 'utf8')).toBe('first')
    expect(await readFile(join(`${path}.backup-2`, 'f'), 'utf8')).toBe('second')
  })

  it('has nothing to do where nothing is', async () => {
    expect(await files.moveAside(join(home, 'none'), 'backup')).toBeNull()
  })
})

describe('stateDirectories', () => {
  it('tells those of all profiles, sorted, links included, and nothing else', async () => {
    for (const name of ['.mayros-dev', '.mayros', '.mayros-a b', '.mayros-dev.backup-1', 'mayros', '.mayrosx']) {
      await mkdir(join(home, name))
    }
    await writeFile(join(home, '.mayros-file'), '')
    await symlink(join(home, 'mayros'), join(home, '.mayros-link'))
    const expected = ['.mayros', '.mayros-dev', '.mayros-link'].map((name) => join(home, name))
    expect(await files.stateDirectories(home)).toEqual(expected)
    expect(await files.stateDirectories(join(home, 'none'))).toEqual([])
  })
})

describe('resetHome', () => {
  it('moves the state directory, and a configuration that lies elsewhere', async () => {
    const [stateDir, configPath] = [join(home, '.mayros-dev'), join(home, 'dev.json')]
    await mkdir(stateDir)
    await writeFile(configPath, '{}')
    const at = Date.UTC(2026, 10, 22, 14, 2, 3)
    expect(await resetHome({ stateDir, configPath }, at, files)).toEqual([
      { from: configPath, to: `${configPath}.backup-20261122-140203` },
      { from: stateDir, to: `${stateDir}.backup-20261122-140203` },
    ])
    expect(await resetHome({ stateDir, configPath: join(stateDir, 'mayros.json') }, at, files)).toEqual([])
  })
})

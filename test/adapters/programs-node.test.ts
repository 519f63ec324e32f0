import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodePrograms } from '../../src/adapters/programs-node/node-programs.js'

let home: string

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'mayros-programs-')))
  for (const folder of ['a', 'b', 'work']) mkdirSync(join(home, folder))
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

function program(path: string, mode = 0o755): string {
  writeFileSync(join(home, path), '#!/bin/sh\n')
  chmodSync(join(home, path), mode)
  return join(home, path)
}

const find = (name: string, searchPath = `${home}/a:${home}/b`) =>
  new NodePrograms(() => searchPath).find(name, `${home}/work`)

describe('programs of this machine', () => {
  it('are found along the search path, the first one that may run', async () => {
    program('a/tool', 0o644)
    mkdirSync(join(home, 'a/folder'))
    const tool = program('b/tool')
    expect(await find('tool')).toBe(tool)
    expect(await find('folder')).toBeNull()
    expect(await find('tool', `${home}/a`)).toBeNull()
    const first = program('a/both')
    program('b/both')
    expect(await find('both')).toBe(first)
  })

  it('are where a path leads from the working directory', async () => {
    const run = program('work/run')
    const tool = program('a/tool')
    expect(await find('./run')).toBe(run)
    expect(await find('../a/./tool')).toBe(tool)
    expect(await find(`${home}/b/../a/tool`)).toBe(tool)
    expect(await find('run')).toBeNull()
    expect(await find('run', '.')).toBe(run)
    expect(await find('run', `${home}/a:`)).toBe(run)
  })

  it('keep the name of a link', async () => {
    symlinkSync(program('a/tool'), join(home, 'b/other'))
    expect(await find('other')).toBe(join(home, 'b/other'))
    symlinkSync(join(home, 'gone'), join(home, 'b/dangling'))
    expect(await find('dangling')).toBeNull()
  })

  it('are not there under impossible names', async () => {
    for (const name of ['', 'a\0b', './', `${'x'.repeat(5_000)}`]) expect(await find(name)).toBeNull()
    expect(await new NodePrograms(() => '/bin').find('sh', 'relative')).toBeNull()
  })
})

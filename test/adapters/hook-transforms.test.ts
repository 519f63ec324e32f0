import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { MemoryHookTransforms } from '../../src/adapters/hook-transforms-memory/memory-hook-transforms.js'
import { NodeHookTransforms } from '../../src/adapters/hook-transforms-node/node-hook-transforms.js'
import { HookTransformFailure } from '../../src/application/ports/hook-transforms.js'

const input = { payload: { n: 1 }, headers: { 'x-event': 'push' }, query: {}, path: 'ci' }

let root: string
let directory: string
let transforms: NodeHookTransforms

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mayros-transforms-'))
  directory = join(root, 'transforms')
  await mkdir(join(directory, 'deep'), { recursive: true })
  transforms = new NodeHookTransforms(new SystemClock())
})

afterEach(() => rm(root, { recursive: true, force: true }))

function write(name: string, text: string): Promise<void> {
  return writeFile(join(directory, name), text)
}

function apply(module: string, name?: string): Promise<unknown> {
  return transforms.apply({ directory, module, ...(name === undefined ? {} : { export: name }) }, input)
}

function code(module: string, name?: string): Promise<unknown> {
  return apply(module, name).then(
    (made) => `made ${JSON.stringify(made)}`,
    (thrown: unknown) => (thrown instanceof HookTransformFailure ? thrown.code : thrown),
  )
}

describe('NodeHookTransforms', () => {
  it('hands the request to the function and returns what it made of it', async () => {
    await write(
      'a.mjs',
      'export default ({ payload, headers, path }) => ({ message: [payload.n, headers["x-event"], path].join(" ") })',
    )
    await write('deep/b.mjs', 'export async function later() { return null }\nexport const none = () => undefined')
    expect(await apply('a.mjs')).toEqual({ message: '1 push ci' })
    expect(await apply('deep/b.mjs', 'later')).toBeNull()
    expect(await apply('deep/b.mjs', 'none')).toBeUndefined()
  })

  it.each(['mjs', 'cjs'])('loads a .%s module anew when it was changed', async (kind) => {
    const begin = kind === 'mjs' ? 'export default' : 'module.exports ='
    for (const n of [1, 22, 333]) {
      await write(`c.${kind}`, `${begin} () => ({ n: ${n} })`)
      expect(await apply(`c.${kind}`)).toEqual({ n })
    }
  })

  it('keeps what a module remembers while it is the same', async () => {
    await write('d.mjs', 'let count = 0\nexport default () => ({ count: ++count })')
    expect(await apply('d.mjs')).toEqual({ count: 1 })
    expect(await apply('d.mjs')).toEqual({ count: 2 })
  })

  it('hands over a copy, and takes back plain data', async () => {
    await write(
      'e.mjs',
      'export default (input) => { input.payload.n = 9; return { get message() { return "m" }, f() {}, d: new Date(0) } }',
    )
    expect(await apply('e.mjs')).toEqual({ message: 'm', d: '1970-01-01T00:00:00.000Z' })
    expect(input.payload).toEqual({ n: 1 })
  })

  it('loads nothing from outside its directory', async () => {
    await writeFile(join(root, 'outside.mjs'), 'export default () => ({ escaped: true })')
    await symlink(join(root, 'outside.mjs'), join(directory, 'link.mjs'))
    await symlink(root, join(directory, 'up'))
    await mkdir(join(root, 'transforms-evil'))
    await writeFile(join(root, 'transforms-evil', 'x.mjs'), 'export default () => ({ escaped: true })')
    await symlink(join(root, 'transforms-evil', 'x.mjs'), join(directory, 'sibling.mjs'))
    for (const module of [
      '../outside.mjs',
      'deep/../../outside.mjs',
      'deep\\..\\..\\outside.mjs',
      join(root, 'outside.mjs'),
      'link.mjs',
      'up/outside.mjs',
      'sibling.mjs',
      'C:\\outside.mjs',
      'a\0.mjs',
    ]) {
      expect([module, await code(module)]).toEqual([module, 'transform-outside'])
    }
    for (const module of [
      'file:///etc/x.mjs',
      '%2e%2e/outside.mjs',
      'node:fs',
      'data:text/javascript,x',
      '',
      '.',
      'deep',
    ]) {
      expect([module, await code(module)]).toEqual([module, 'transform-missing'])
    }
  })

  it('follows links that stay inside, and takes a directory that is a link itself', async () => {
    await write('deep/real.mjs', 'export default () => ({ ok: true })')
    await symlink(join(directory, 'deep', 'real.mjs'), join(directory, 'alias.mjs'))
    await symlink(directory, join(root, 'linked'))
    expect(await apply('alias.mjs')).toEqual({ ok: true })
    expect(await transforms.apply({ directory: join(root, 'linked'), module: 'alias.mjs' }, input)).toEqual({
      ok: true,
    })
  })

  it('says what is wrong with a module', async () => {
    await write('syntax.mjs', 'export default (')
    await write('throws.mjs', 'export default () => { throw new Error("no") }')
    await write('late.mjs', 'throw new Error("at load")')
    await write('value.mjs', 'export default 5\nexport const f = () => () => 1\nexport const big = () => ({ n: 1n })')
    await write('text.txt', 'x')
    await mkdir(join(directory, 'folder.mjs'))
    expect(await code('syntax.mjs')).toBe('transform-broken')
    expect(await code('late.mjs')).toBe('transform-broken')
    expect(await code('throws.mjs')).toBe('transform-failed')
    expect(await code('value.mjs')).toBe('transform-missing')
    expect(await code('value.mjs', 'toString')).toBe('transform-missing')
    expect(await code('value.mjs', 'f')).toBe('transform-failed')
    expect(await code('value.mjs', 'big')).toBe('transform-failed')
    expect(await code('nothing.mjs')).toBe('transform-missing')
    expect(await code('text.txt')).toBe('transform-missing')
    expect(await code('folder.mjs')).toBe('transform-missing')
    await write('late.mjs', 'export default () => ({ mended: true })')
    expect(await apply('late.mjs')).toEqual({ mended: true })
  })

  it('waits no longer than its limit', async () => {
    const clock = new FakeClock()
    transforms = new NodeHookTransforms(clock, 500)
    await write('slow.mjs', 'export default () => new Promise(() => undefined)')
    const asked = code('slow.mjs')
    await clock.advance(500)
    expect(await asked).toBe('transform-timeout')
  })
})

describe('MemoryHookTransforms', () => {
  it('does what was put in, on copies', async () => {
    const memory = new MemoryHookTransforms()
    memory.set('a.mjs', ({ payload }) => ({ message: JSON.stringify(payload) }))
    memory.set('a.mjs', () => Promise.reject(new Error('no')), 'bad')
    expect(await memory.apply({ directory, module: 'a.mjs' }, input)).toEqual({ message: '{"n":1}' })
    await expect(memory.apply({ directory, module: 'a.mjs', export: 'bad' }, input)).rejects.toMatchObject({
      code: 'transform-failed',
    })
    await expect(memory.apply({ directory, module: 'b.mjs' }, input)).rejects.toMatchObject({
      code: 'transform-missing',
    })
    await expect(memory.apply({ directory, module: '../a.mjs' }, input)).rejects.toMatchObject({
      code: 'transform-outside',
    })
  })
})

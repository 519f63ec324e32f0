import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NodeStaticFiles } from '../../src/adapters/static-files-node/node-static-files.js'

const SECRET = 'what lies outside'

let place: string
let root: string
const files = new NodeStaticFiles()

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'static-files-'))
  root = join(place, 'root')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), '<p>index</p>')
  writeFileSync(join(root, 'assets', 'app.js'), 'run()')
  writeFileSync(join(root, 'assets', 'empty.css'), '')
  writeFileSync(join(root, 'assets', 'strange.xyz'), '?')
  writeFileSync(join(root, 'assets', 'big.bin'), 'x'.repeat(200_000))
  writeFileSync(join(root, '.env'), SECRET)
  writeFileSync(join(root, 'c:'), SECRET)
  writeFileSync(join(place, 'secret.txt'), SECRET)
  mkdirSync(join(place, 'root-sibling'))
  writeFileSync(join(place, 'root-sibling', 'secret.txt'), SECRET)
  symlinkSync(join(place, 'secret.txt'), join(root, 'link.txt'))
  symlinkSync('../secret.txt', join(root, 'relative.txt'))
  symlinkSync(place, join(root, 'up'))
  symlinkSync(join(place, 'root-sibling'), join(root, 'sibling'))
  symlinkSync('inside.txt', join(root, 'loop.txt'))
  symlinkSync('loop.txt', join(root, 'inside.txt'))
  symlinkSync(join('assets', 'app.js'), join(root, 'current.js'))
})

afterAll(() => rmSync(place, { recursive: true }))

const read = async (...names: string[]) => {
  const file = await files.open(root, names)
  return file === null ? null : new Response(file.body).text()
}

describe('NodeStaticFiles', () => {
  it('opens what is there, with its size and type', async () => {
    const file = await files.open(root, ['assets', 'app.js'])
    expect(file).toMatchObject({ size: 5, type: 'text/javascript; charset=utf-8' })
    expect(await new Response(file!.body).text()).toBe('run()')
    expect(await read('assets', 'empty.css')).toBe('')
    expect((await read('assets', 'big.bin'))?.length).toBe(200_000)
  })

  it('has a tag that changes with the file', async () => {
    const tag = async () => {
      const file = await files.open(root, ['index.html'])
      await file?.body.cancel()
      return file?.etag
    }
    const first = await tag()
    expect(first).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/)
    expect(await tag()).toBe(first)
    utimesSync(join(root, 'index.html'), 1, 2)
    expect(await tag()).not.toBe(first)
  })

  it('does not guess what it does not know', async () => {
    const file = await files.open(root, ['assets', 'strange.xyz'])
    expect(file?.type).toBe('application/octet-stream')
    await file?.body.cancel()
  })

  it('follows links that stay inside', async () => {
    expect(await read('current.js')).toBe('run()')
  })

  it.each([
    [[]],
    [['missing.txt']],
    [['assets']],
    [['assets', '']],
    [['index.html', 'x']],
    [['link.txt']],
    [['relative.txt']],
    [['up', 'secret.txt']],
    [['sibling', 'secret.txt']],
    [['loop.txt']],
    [['..', 'secret.txt']],
    [['assets', '..', '..', 'secret.txt']],
    [['../secret.txt']],
    [['..\\secret.txt']],
    [['assets/../../secret.txt']],
    [['.env']],
    [['c:']],
    [['index.html\0.js']],
    [['index.html.']],
    [['index.html ']],
    [['\ud800']],
    [['x'.repeat(5_000)]],
    [Array.from({ length: 3_000 }, () => 'x')],
  ])('finds nothing at %j', async (names) => {
    expect(await read(...names)).toBeNull()
  })

  it('finds nothing where there is no root', async () => {
    expect(await files.open(join(place, 'no-such-root'), ['index.html'])).toBeNull()
    expect(await files.open(join(root, 'index.html'), ['index.html'])).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('does not wait for a pipe (skipped on Windows, which has none)', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.txt')])
    expect(await read('pipe.txt')).toBeNull()
  })

  it('never opens anything outside the root, whatever the names are', async () => {
    const atom = fc.constantFrom(
      ...[
        '..',
        '.',
        '',
        '/',
        '\\',
        '\0',
        'secret.txt',
        'root',
        'up',
        'link.txt',
        'sibling',
        'assets',
        'c:',
        '~',
        '%2e%2e',
      ],
      ...['root-sibling', '../', '..\\', '/etc', 'passwd', '\u2025', '\uff0e\uff0e', '\u2215', place, '.env'],
    )
    const name = fc.oneof(
      fc.array(atom, { maxLength: 4 }).map((atoms) => atoms.join('')),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 6 }), async (names) => {
        expect(await read(...names)).not.toBe(SECRET)
      }),
      { numRuns: 2_000 },
    )
  })

  it.skipIf(!existsSync('/proc/self/fd'))('leaves no file open (skipped where /proc does not tell)', async () => {
    const count = () => readdirSync('/proc/self/fd').length
    const before = count()
    await (await files.open(root, ['assets', 'big.bin']))?.body.cancel()
    await read('assets', 'app.js')
    await read('assets')
    const reader = (await files.open(root, ['assets', 'big.bin']))!.body.getReader()
    await reader.read()
    await reader.cancel()
    expect(count()).toBe(before)
  })

  it('fails rather than sends less than it promised', async () => {
    const path = join(root, 'shrinking.txt')
    writeFileSync(path, 'x'.repeat(100_000))
    const file = await files.open(root, ['shrinking.txt'])
    writeFileSync(path, 'x')
    await expect(new Response(file!.body).text()).rejects.toThrow('shorter')
  })
})

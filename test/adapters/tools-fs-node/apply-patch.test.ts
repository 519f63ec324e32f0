import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyHunks } from '../../../src/adapters/tools-fs-node/apply-hunks.js'
import { parsePatch } from '../../../src/adapters/tools-fs-node/parse-patch.js'
import type { PatchSection } from '../../../src/adapters/tools-fs-node/patch.js'
import { type FsStage, fsStage } from './stage.js'

let stage: FsStage
beforeEach(async () => {
  stage = await fsStage()
})
afterEach(() => stage.dispose())

const put = (name: string, text: string) => writeFile(join(stage.workspace, name), text)
const apply = (...lines: readonly string[]) =>
  stage.call('apply_patch', { patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') })

/** One update of a file by its lines. */
function update(text: string, ...lines: readonly string[]): string {
  const patch = ['*** Begin Patch', '*** Update File: f', ...lines, '*** End Patch'].join('\n')
  const [section] = parsePatch(patch)
  if (section?.kind !== 'update') throw new Error('it is no update')
  return applyHunks(text, section.hunks)
}

describe('apply_patch', () => {
  it('adds, changes, moves and deletes', async () => {
    await put('a.txt', 'one\ntwo\nthree\n')
    await put('b.txt', 'stays\ngoes\n')
    await chmod(join(stage.workspace, 'b.txt'), 0o700)
    await put('c.txt', 'old')
    const { text } = await apply(
      '*** Add File: new/d.txt',
      '+first',
      '+',
      '*** Update File: a.txt',
      '@@',
      ' one',
      '-two',
      '+2',
      '*** Update File: b.txt',
      '*** Move to: moved/b.txt',
      '@@ stays',
      '-goes',
      '*** Delete File: c.txt',
    )
    expect(text).toBe('added new/d.txt\nupdated a.txt\nupdated b.txt, now moved/b.txt\ndeleted c.txt')
    expect(await stage.names()).toEqual(['a.txt', 'moved', 'new'])
    expect(await stage.text('new/d.txt')).toBe('first\n\n')
    expect(await stage.text('a.txt')).toBe('one\n2\nthree\n')
    expect(await stage.text('moved/b.txt')).toBe('stays\n')
    expect((await stat(join(stage.workspace, 'moved/b.txt'))).mode & 0o777).toBe(0o700)
  })

  it.each([
    [
      'a place that is not found',
      ['*** Update File: a.txt', '@@', '-none', '+x'],
      /a\.txt: these lines were not found:\nnone/,
    ],
    ['a file that is missing', ['*** Update File: none.txt', '-a', '+b'], /none\.txt: there is no such file/],
    ['a file that exists', ['*** Add File: a.txt', '+x'], /a\.txt exists already/],
    ['a target that exists', ['*** Update File: a.txt', '*** Move to: b.txt'], /b\.txt exists already/],
    ['a path outside', ['*** Delete File: ../x'], /outside the workspace/],
    ['a folder where a file should be', ['*** Add File: a.txt/below', '+x'], /not a folder/],
    ['a folder to delete', ['*** Delete File: folder'], /is a folder/],
  ])('changes nothing at all for %s', async (_, lines, problem) => {
    await put('a.txt', 'one\n')
    await put('b.txt', 'two\n')
    await mkdir(join(stage.workspace, 'folder'))
    const { text, isError } = await apply(
      '*** Add File: deep/new.txt',
      '+x',
      '*** Update File: b.txt',
      '-two',
      '+2',
      ...lines,
    )
    expect(isError).toBe(true)
    expect(text).toMatch(problem)
    expect(await stage.names()).toEqual(['a.txt', 'b.txt', 'folder'])
    expect(await stage.text('b.txt')).toBe('two\n')
  })

  it('puts files back when one cannot be put in place', async () => {
    await put('a.txt', 'one\n')
    await put('c.txt', 'three\n')
    // Both become a name in `x`: a file and a folder of it. Only the disk can tell.
    const { isError } = await apply(
      '*** Update File: a.txt',
      '-one',
      '+1',
      '*** Delete File: c.txt',
      '*** Add File: x/y',
      '+file',
      '*** Add File: x/y/z',
      '+below',
    )
    expect(isError).toBe(true)
    expect(await stage.names()).toEqual(['a.txt', 'c.txt'])
    expect([await stage.text('a.txt'), await stage.text('c.txt')]).toEqual(['one\n', 'three\n'])
  })

  it('applies several sections to one file, in order', async () => {
    await put('a.txt', 'one\n')
    await apply('*** Update File: a.txt', '-one', '+two', '*** Update File: ./a.txt', '-two', '+three')
    expect(await stage.text('a.txt')).toBe('three\n')
    await apply('*** Delete File: a.txt', '*** Add File: a.txt', '+anew')
    expect(await stage.text('a.txt')).toBe('anew\n')
    await put('new', 'of the workspace')
    await apply('*** Add File: gone/new', '+x', '*** Delete File: gone/new')
    expect(await stage.names()).toEqual(['a.txt', 'new'])
  })
})

describe('finding the place', () => {
  it('goes from top to bottom', () => {
    expect(update('a\nb\na\nb\n', '@@', '-a', '+1', '@@', '-a', '+2')).toBe('1\nb\n2\nb\n')
  })

  it('looks behind the words after @@', () => {
    const text = 'def f():\n  return 1\ndef g():\n  return 1\n'
    expect(update(text, '@@ def g():', '-  return 1', '+  return 2')).toBe(
      'def f():\n  return 1\ndef g():\n  return 2\n',
    )
    expect(update(text, '@@ def g():', '+  # hi')).toBe('def f():\n  return 1\ndef g():\n  # hi\n  return 1\n')
    expect(update(text, '@@ -3,2 +3,2 @@ def g():', '-  return 1')).toBe('def f():\n  return 1\ndef g():\n')
    expect(() => update(text, '@@ def h():', '-  return 1')).toThrow('def h():')
  })

  it('knows the end of the file', () => {
    expect(update('a\nb\na\n', '@@', '-a', '+z', '*** End of File')).toBe('a\nb\nz\n')
    expect(update('a\n', '@@', '+b')).toBe('a\nb\n')
  })

  it('overlooks white space at the end of lines, and keeps it', () => {
    expect(update('a  \nb\n', '@@', ' a', '-b', '+c')).toBe('a  \nc\n')
  })

  it('keeps line ends, and a last line without one', () => {
    expect(update('a\r\nb\r\n', '@@', ' a', '-b', '+c')).toBe('a\r\nc\r\n')
    expect(update('a\nb', '@@', '-b', '+c')).toBe('a\nc')
  })

  it('takes an empty line of the patch for an empty line of the file', () => {
    expect(update('a\n\nb\n', '@@', ' a', '', '-b', '+c', '')).toBe('a\n\nc\n')
  })
})

describe('reading a patch', () => {
  it.each([
    ['nothing', 'hello', /starts with/],
    ['no end', '*** Begin Patch\n*** Delete File: a', /ends with/],
    ['no change', '*** Begin Patch\n*** End Patch', /changes nothing/],
    ['words between', '*** Begin Patch\nhello\n*** End Patch', /line 2 of the patch: expected/],
    ['no path', '*** Begin Patch\n*** Delete File: \n*** End Patch', /the path is missing/],
    ['an empty update', '*** Begin Patch\n*** Update File: a\n*** End Patch', /nothing is changed/],
    ['only context', '*** Begin Patch\n*** Update File: a\n@@\n a\n*** End Patch', /lines that start with/],
  ])('refuses %s', (_, patch, problem) => {
    expect(() => parsePatch(patch)).toThrow(problem)
  })

  it('never does anything but read or refuse', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '*** Begin Patch',
        '*** End Patch',
        '*** Add File: a',
        '*** Update File: b',
        '*** Move to: c',
        '@@',
        '@@ x',
      ),
      fc.constantFrom('*** Delete File: d', '*** End of File', '+x', '-y', ' z', '', '***'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const patch = ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')
        let sections: readonly PatchSection[] = []
        try {
          sections = parsePatch(patch)
        } catch (thrown) {
          expect((thrown as Error).message).toMatch(/patch/)
          return
        }
        expect(sections.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('a patch made of two texts', () => {
  const anyLine = fc.constantFrom('', ' ', 'a', 'b', '  c', '+', '-', '@@', '*** End Patch', '*** End of File')
  const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

  it('makes the second of the first, whatever the lines are', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), fc.array(anyLine, { maxLength: 12 }), (before, after) => {
        const lines = differences(before, after)
        fc.pre(lines.some((line) => !line.startsWith(' ')))
        expect(update(textOf(before), '@@', ...lines)).toBe(textOf(after))
      }),
    )
  })

  it('makes the second of the first with only 3 lines around each change', () => {
    const edit = fc.record({ at: fc.nat(40), kind: fc.constantFrom('add', 'remove', 'replace') })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const before = Array.from({ length: 40 }, (_, index) => `line ${index}`)
        const after = [...before]
        edits.forEach(({ at, kind }, index) => {
          if (kind === 'add') after.splice(at, 0, `added ${index}`)
          else if (kind === 'remove') after.splice(at, 1)
          else after.splice(at, 1, `replaced ${index}`)
        })
        fc.pre(textOf(before) !== textOf(after))
        expect(update(textOf(before), ...hunksOf(differences(before, after), 3))).toBe(textOf(after))
      }),
    )
  })
})

/** Lines of a hunk over the whole text, by the longest common part. */
function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i] as number[]
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: string[] = []
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push(` ${before[i]}`)
      i += 1
      j += 1
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-${before[i]}`)
      i += 1
    } else {
      lines.push(`+${after[j]}`)
      j += 1
    }
  }
  return lines
}

/** The same as several hunks with a few lines around. */
function hunksOf(lines: readonly string[], around: number): readonly string[] {
  const isChange = (index: number) => lines[index] !== undefined && !lines[index].startsWith(' ')
  const isKept = (index: number) => {
    for (let near = index - around; near <= index + around; near += 1) if (isChange(near)) return true
    return false
  }
  return lines.flatMap((line, index) => {
    if (!isKept(index)) return []
    return index === 0 || !isKept(index - 1) ? ['@@', line] : [line]
  })
}

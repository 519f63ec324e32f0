import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteWords } from '../../../src/domain/exec/quote-words.js'
import { readShell } from '../../../src/domain/exec/shell-words.js'

const words = (text: string) => {
  const reading = readShell(text)
  return reading.kind === 'opaque' ? reading.because : reading.commands.map((one) => one.map((word) => word.text))
}

describe('a plain command line', () => {
  it.each<[string, string[][]]>([
    ['git status', [['git', 'status']]],
    ['  git\t log  -n 5 ', [['git', 'log', '-n', '5']]],
    [`echo 'a b' "c d" e\\ f ''`, [['echo', 'a b', 'c d', 'e f', '']]],
    [`echo a'b'"c"d`, [['echo', 'abcd']]],
    [`echo "\\$HOME \\"x\\" \\\\ \\a \\\`"`, [['echo', '$HOME "x" \\ \\a `']]],
    [`echo '$HOME \`x\` \\'`, [['echo', '$HOME `x` \\']]],
    ['a && b || c; d | e & f', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['a;', [['a']]],
    ['a &', [['a']]],
    ['a |\n b', [['a'], ['b']]],
    ['\n\na\n\nb\n', [['a'], ['b']]],
    ['a 2>&1 | b >/dev/null', [['a'], ['b']]],
    ['2>/dev/null a >> /dev/null', [['a']]],
    ['echo "a\nb"', [['echo', 'a\nb']]],
    ['ls a!b x=y user@host:~', [['ls', 'a!b', 'x=y', 'user@host:~']]],
  ])('%j', (text, commands) => {
    expect(words(text)).toEqual(commands)
  })

  it.each(['*.txt', '~/x', 'a{b,c}', 'a?', '[ab]'])('tells that %s is not what the program gets', (word) => {
    const reading = readShell(`ls ${word} '${word}'`)
    expect(reading.kind === 'plain' && reading.commands[0]?.map(({ expands }) => expands)).toEqual([false, true, false])
  })
})

describe('what is not surely understood', () => {
  it.each([
    '',
    '   ',
    '# x',
    'a # b',
    'echo $HOME',
    `echo $${'{HOME}'}`,
    'echo $(id)',
    'echo "$(id)"',
    'echo `id`',
    'echo "`id`"',
    "echo $'a'",
    'echo $"a"',
    'cat < file',
    'cat << EOF\nx\nEOF',
    'cat <(id)',
    'a > file',
    'a >file',
    'a 2> file',
    'a >/dev/null/../x',
    'a >/dev/nullx',
    'a >/dev/null\u00a0x',
    'a 2>&1x',
    'a >& file',
    'a &> file',
    'x2>&1',
    '(id)',
    'f() { id; }',
    'a |& b',
    'a ;; b',
    'a && && b',
    'a ||| b',
    '| a',
    '&& a',
    '; a',
    'a |',
    'a &&',
    'a & && b',
    "a 'b",
    'a "b',
    'a \\',
    'a \\\nb',
    'a "b\\\nc"',
    'a\rb',
    'a\0b',
    'a\u001bb',
    'a\u007fb',
    'ls caf\u00e9',
    'ls\u00a0-l',
    'ls\u2028rm',
    'a ^ b',
  ])('%j', (text) => {
    expect(readShell(text).kind).toBe('opaque')
  })
})

it('does not look at commands of any length', () => {
  expect(words('x'.repeat(70_000))).toBe('it is too long')
})

describe('quoting', () => {
  it('gives the same words back', () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => {
      return [...text].every((one) => one === '\n' || one === '\t' || (one >= ' ' && one !== '\u007f'))
    })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (argv) => {
        const reading = readShell(quoteWords(argv))
        expect(reading.kind === 'plain' && reading.commands).toEqual([argv.map((text) => ({ text, expands: false }))])
      }),
    )
  })

  it('never throws, and is the same every time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readShell(text)).toEqual(readShell(text))
      }),
    )
  })
})

describe('compared with sh', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mayros-shell-'))
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const piece = fc.constantFrom(
    ...['a', 'b', '=', '/', '-', '.', '!', '%', ':', ' ', ' ', '\t', "'", "'", '"', '"', '\\', '\\\\', '$', '`', '#'],
    ...['*', '~', '{', '}', ',', '^', '>', '<', '(', ')', ';', '&', '|', '\n', '2>&1', '>/dev/null', '\u00e4'],
  )

  it('the words are those that sh gives to a program', () => {
    let compared = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const reading = readShell(`args ${pieces.join('')}`)
        if (reading.kind === 'opaque' || reading.commands.length > 1) return
        const [command = []] = reading.commands
        if (command.some(({ expands }) => expands)) return
        compared++
        // Nothing can be found on this path, so that only what the shell itself does can happen.
        const script = `exec 3>&1\nargs() { printf '<%s>\\n' "$@" >&3; }\nargs ${pieces.join('')}\n`
        const { stdout } = spawnSync('/bin/sh', ['-c', script], {
          cwd: folder,
          env: { PATH: folder },
          encoding: 'utf8',
        })
        const seen = command.slice(1).map(({ text }) => `<${text}>\n`)
        expect(stdout).toBe(seen.length === 0 ? '<>\n' : seen.join(''))
      }),
      { numRuns: 1_500 },
    )
    expect(compared).toBeGreaterThan(50)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactPattern, matchesPattern, parsePattern } from '../../../src/domain/exec/command-pattern.js'
import type { ShellWord } from '../../../src/domain/exec/shell-words.js'

const plain = (args: readonly string[]): ShellWord[] => args.map((text) => ({ text, expands: false }))

function matches(pattern: string, path: string, ...args: string[]): boolean {
  const parsed = parsePattern(pattern)
  return parsed !== null && matchesPattern(parsed, path, plain(args))
}

describe('patterns of commands', () => {
  it.each<[boolean, string, string, ...string[]]>([
    [true, '/usr/bin/git', '/usr/bin/git', 'push', '--force'],
    [false, '/usr/bin/git', '/usr/local/bin/git'],
    [true, '/usr/bin/git log **', '/usr/bin/git', 'log', '-p', 'x'],
    [true, '/usr/bin/git log **', '/usr/bin/git', 'log'],
    [false, '/usr/bin/git log **', '/usr/bin/git', 'push'],
    [true, '/usr/bin/git log *', '/usr/bin/git', 'log', 'main'],
    [false, '/usr/bin/git log *', '/usr/bin/git', 'log'],
    [false, '/usr/bin/git log *', '/usr/bin/git', 'log', 'a', 'b'],
    [false, '/usr/bin/git log *', '/usr/bin/git', 'log', '--output=/etc/x'],
    [true, '/usr/bin/git log --*', '/usr/bin/git', 'log', '--oneline'],
    [true, '/usr/bin/uptime $', '/usr/bin/uptime'],
    [false, '/usr/bin/uptime $', '/usr/bin/uptime', '-s'],
    [false, '/usr/bin/x "$"', '/usr/bin/x'],
    [true, '/usr/bin/x "$"', '/usr/bin/x', '$'],
    [true, '/usr/bin/x ""', '/usr/bin/x', ''],
    [true, '/opt/*/bin/tool', '/opt/a/bin/tool'],
    [false, '/opt/*/bin/tool', '/opt/a/b/bin/tool'],
    [true, '/opt/**/tool', '/opt/a/b/bin/tool'],
    [true, '/usr/bin/python3.1?', '/usr/bin/python3.12'],
    [false, '/usr/bin?git', '/usr/bin/git'],
    [false, '/**', '/opt/../bin/sh'],
    [true, '/bin/cat /here/*', '/bin/cat', '/here/a/b'],
    [false, '/bin/cat /here/*', '/bin/cat', '/here/../etc/passwd'],
    [false, '/bin/cp a*', '/bin/cp', 'a=../x'],
    [true, "/bin/echo '*'", '/bin/echo', '*'],
    [false, "/bin/echo '*'", '/bin/echo', 'a'],
    [true, '/bin/echo \\*', '/bin/echo', '*'],
    [true, "'/opt/My App/run' x", '/opt/My App/run', 'x'],
  ])('%s: %s for %s %s', (expected, pattern, path, ...args) => {
    expect(matches(pattern, path, ...args)).toBe(expected)
  })

  it.each(['', '  ', 'git', 'git status', '~/bin/x', '*/git', '**', "/bin/echo 'a", '/bin/echo "a', '/bin/echo \\'])(
    '%j can never match',
    (text) => expect(parsePattern(text)).toBeNull(),
  )

  it('does not believe words that the shell still changes', () => {
    const words = [{ text: 'a*', expands: true }]
    expect(matchesPattern(parsePattern('/bin/ls a*')!, '/bin/ls', words)).toBe(false)
    expect(matchesPattern(parsePattern('/bin/ls')!, '/bin/ls', words)).toBe(true)
  })

  it('takes no longer for wicked patterns', () => {
    expect(matches(`/bin/x ${'*a'.repeat(2_000)}b`, '/bin/x', 'a'.repeat(4_000))).toBe(false)
  })

  it('allows exactly one command when it was made from one', () => {
    const text = fc.string({ unit: 'binary', maxLength: 8 }).filter((one) => !/[\0\r]/.test(one))
    const path = text.map((one) => `/bin/${one.replaceAll('/', '_').replace(/^\.+$/, 'x')}`)
    const args = fc.array(text, { maxLength: 4 })
    fc.assert(
      fc.property(path, args, args, (program, own, others) => {
        const pattern = exactPattern(program, own)
        expect(matches(pattern, program, ...own)).toBe(true)
        expect(matches(pattern, `${program}x`, ...own)).toBe(false)
        if (JSON.stringify(own) !== JSON.stringify(others)) expect(matches(pattern, program, ...others)).toBe(false)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDotenv } from '../../../src/adapters/environment-node/parse-dotenv.js'
import { withVariables } from '../../../src/domain/setup/dotenv-text.js'

describe('withVariables', () => {
  it('makes a file, and adds to one', () => {
    expect(withVariables('', [{ name: 'A', value: '1' }])).toBe('A=1\n')
    expect(withVariables('# mine\nB=2', [{ name: 'A', value: 'x y' }])).toBe('# mine\nB=2\nA="x y"\n')
  })

  it('replaces a variable where it stands, and takes out what would set it again', () => {
    const before = '# keys\nexport A=old # remark\nB=2\nA=older\n'
    expect(withVariables(before, [{ name: 'A', value: 'new' }])).toBe('# keys\nA=new\nB=2\n')
  })

  it('changes nothing that says so already', () => {
    expect(withVariables('A=1\n', [{ name: 'A', value: '1' }])).toBe('A=1\n')
    expect(withVariables('A=1\n', [])).toBe('A=1\n')
  })

  it.each([
    ['A B', 'x'],
    ['', 'x'],
    ['A', 'two\nlines'],
    ['A', '\u0000'],
  ])('refuses %j with value %j', (name, value) => {
    expect(() => withVariables('', [{ name, value }])).toThrow(RangeError)
  })

  it('is read back as it was meant, whatever the values', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no variable may hold
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text))
    const variables = fc.uniqueArray(fc.record({ name, value }), { selector: (one) => one.name, maxLength: 6 })
    fc.assert(
      fc.property(variables, variables, (first, second) => {
        const text = withVariables(withVariables('# remark\n', first), second)
        const { entries, badLines } = parseDotenv(text)
        expect(badLines).toEqual([])
        const wanted = new Map([...first, ...second].map((one) => [one.name, one.value]))
        expect(new Map(entries.map((entry) => [entry.name, entry.value]))).toEqual(wanted)
        expect(entries).toHaveLength(wanted.size)
      }),
    )
  })
})
